"""The reserved words of C, as text and as bytes, and the lexer."""
