"""The vocabulary of syntax trees, shared by C code and by patterns.

A tree is concrete: every token of the code stands in it exactly once and in order, so that a match relates tokens to
tokens and an edit is a matter of spans. Comments, white space and preprocessor conditionals are not tokens; they are
found by offset.

Each `Kind` has a layout. A *fixed* kind has one part for each name in `LAYOUT`, ``None`` where the code has nothing
there; a *sequence* kind (in `SEQUENCES`) has any number of parts, separators included.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


class TokenKind(StrEnum):
    """What a token is, before any meaning is given to it."""

    IDENTIFIER = "identifier"  # also type names, labels, macro names
    KEYWORD = "keyword"  # of C or GNU C, as c/tokens/keywords.py lists them
    NUMBER = "number"
    CHARACTER = "character"
    STRING = "string"
    PUNCTUATION = "punctuation"
    PATH = "path"  # <linux/mm.h> of an #include
    DIRECTIVE = "directive"  # "#include", "#define", written without inner blanks
    OTHER = "other"  # a byte run that is no C token


class Kind(StrEnum):
    """What a composite node is."""

    # expressions
    PARENTHESIZED = "parenthesized"
    CALL = "call"
    ARGUMENTS = "arguments"
    SUBSCRIPT = "subscript"
    FIELD_ACCESS = "field_access"
    POSTFIX = "postfix"
    PREFIX = "prefix"
    UNARY = "unary"
    CAST = "cast"
    SIZEOF_EXPRESSION = "sizeof_expression"
    SIZEOF_TYPE = "sizeof_type"
    BINARY = "binary"
    ASSIGNMENT = "assignment"
    CONDITIONAL = "conditional"
    COMMA = "comma"
    COMPOUND_LITERAL = "compound_literal"
    STATEMENT_EXPRESSION = "statement_expression"
    STRINGS = "strings"
    GENERIC = "generic"
    RANGE = "range"
    # types and declarators
    TYPE_NAME = "type_name"
    SPECIFIERS = "specifiers"
    TYPEOF = "typeof"
    STRUCT = "struct"
    FIELDS = "fields"
    ENUM = "enum"
    ENUMERATORS = "enumerators"
    ENUMERATOR = "enumerator"
    ATTRIBUTE = "attribute"
    ATTRIBUTES = "attributes"
    POINTER = "pointer"
    QUALIFIERS = "qualifiers"
    ARRAY = "array"
    FUNCTION_TYPE = "function_type"
    GROUPED_DECLARATOR = "grouped_declarator"
    BIT_FIELD = "bit_field"
    PARAMETERS = "parameters"
    PARAMETER = "parameter"
    # declarations and initialisers
    DECLARATION = "declaration"
    DECLARATORS = "declarators"
    INITIALIZED = "initialized"
    MACRO_DECLARATION = "macro_declaration"
    FUNCTION = "function"
    INITIALIZERS = "initializers"
    DESIGNATED = "designated"
    DESIGNATORS = "designators"
    FIELD_DESIGNATOR = "field_designator"
    INDEX_DESIGNATOR = "index_designator"
    # statements
    BLOCK = "block"
    EXPRESSION_STATEMENT = "expression_statement"
    EMPTY = "empty"
    IF = "if"
    WHILE = "while"
    DO = "do"
    FOR = "for"
    SWITCH = "switch"
    ITERATOR = "iterator"
    LABELED = "labeled"
    LABEL = "label"
    CASE = "case"
    DEFAULT = "default"
    GOTO = "goto"
    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"
    ASM = "asm"
    MACRO_STATEMENT = "macro_statement"
    # directives
    INCLUDE = "include"
    DEFINE = "define"
    MACRO_PARAMETERS = "macro_parameters"
    UNDEF = "undef"
    PRAGMA = "pragma"
    # what stands side by side, and what is not understood
    STATEMENTS = "statements"
    OPAQUE = "opaque"


LAYOUT: dict[Kind, tuple[str, ...]] = {
    Kind.PARENTHESIZED: ("open", "expression", "close"),
    Kind.CALL: ("function", "arguments"),
    Kind.SUBSCRIPT: ("array", "open", "index", "close"),
    Kind.FIELD_ACCESS: ("object", "operator", "field"),
    Kind.POSTFIX: ("operand", "operator"),
    Kind.PREFIX: ("operator", "operand"),  # ++ and --
    Kind.UNARY: ("operator", "operand"),  # & * + - ~ ! and && of a label
    Kind.CAST: ("open", "type", "close", "operand"),
    Kind.SIZEOF_EXPRESSION: ("sizeof", "operand"),  # also alignof
    Kind.SIZEOF_TYPE: ("sizeof", "open", "type", "close"),
    Kind.BINARY: ("left", "operator", "right"),
    Kind.ASSIGNMENT: ("left", "operator", "right"),
    Kind.CONDITIONAL: ("condition", "question", "then", "colon", "otherwise"),
    Kind.COMMA: ("left", "comma", "right"),
    Kind.COMPOUND_LITERAL: ("open", "type", "close", "initializers"),
    Kind.STATEMENT_EXPRESSION: ("open", "block", "close"),
    Kind.RANGE: ("low", "dots", "high"),
    Kind.TYPE_NAME: ("specifiers", "declarator"),
    Kind.TYPEOF: ("typeof", "open", "operand", "close"),
    Kind.STRUCT: ("keyword", "attributes", "tag", "fields", "trailing_attributes"),  # and unions
    Kind.ENUM: ("keyword", "attributes", "tag", "enumerators", "trailing_attributes"),
    Kind.ENUMERATOR: ("name", "equals", "value"),
    Kind.POINTER: ("star", "qualifiers", "declarator"),
    Kind.ARRAY: ("declarator", "open", "size", "close"),
    Kind.FUNCTION_TYPE: ("declarator", "parameters"),
    Kind.GROUPED_DECLARATOR: ("open", "declarator", "close"),
    Kind.BIT_FIELD: ("declarator", "colon", "width"),
    Kind.PARAMETER: ("specifiers", "declarator", "attributes"),
    Kind.DECLARATION: ("specifiers", "declarators", "semicolon"),  # also typedefs, prototypes and fields
    Kind.INITIALIZED: ("declarator", "attributes", "equals", "value"),  # only where attributes or a value stand
    Kind.MACRO_DECLARATION: ("specifiers", "name", "arguments", "equals", "value", "semicolon"),
    Kind.FUNCTION: ("specifiers", "declarator", "attributes", "body"),
    Kind.DESIGNATED: ("designators", "equals", "value"),  # equals is ":" or missing in GNU's old forms
    Kind.FIELD_DESIGNATOR: ("dot", "name"),
    Kind.INDEX_DESIGNATOR: ("open", "index", "close"),
    Kind.EXPRESSION_STATEMENT: ("expression", "semicolon"),
    Kind.EMPTY: ("semicolon",),
    Kind.IF: ("if", "open", "condition", "close", "then", "else", "otherwise"),
    Kind.WHILE: ("while", "open", "condition", "close", "body"),
    Kind.DO: ("do", "body", "while", "open", "condition", "close", "semicolon"),
    # init is a DECLARATION with its own semicolon (first is then None) or an expression
    Kind.FOR: ("for", "open", "init", "first", "condition", "second", "step", "close", "body"),
    Kind.SWITCH: ("switch", "open", "condition", "close", "body"),
    Kind.ITERATOR: ("name", "arguments", "body"),  # NAME(...) statement: list_for_each, scoped_guard, ...
    Kind.LABELED: ("label", "statement"),  # label is LABEL, CASE or DEFAULT; statement None before "}"
    Kind.LABEL: ("name", "colon"),
    Kind.CASE: ("case", "value", "colon"),
    Kind.DEFAULT: ("default", "colon"),
    Kind.GOTO: ("goto", "target", "semicolon"),
    Kind.BREAK: ("break", "semicolon"),
    Kind.CONTINUE: ("continue", "semicolon"),
    Kind.RETURN: ("return", "value", "semicolon"),
    Kind.MACRO_STATEMENT: ("call",),  # NAME(...) or NAME with no semicolon of its own
    Kind.INCLUDE: ("directive", "path"),
    Kind.DEFINE: ("directive", "name", "parameters", "body"),
    Kind.UNDEF: ("directive", "name"),
    Kind.PRAGMA: ("directive", "name", "rest"),
}
_POSITIONS = {kind: {name: position for position, name in enumerate(names)} for kind, names in LAYOUT.items()}

SEQUENCES: frozenset[Kind] = frozenset(
    {
        Kind.ARGUMENTS,  # "(" argument "," ... ")"; an argument is an expression, a TYPE_NAME or a statement
        Kind.STRINGS,  # adjacent string literals and macro names
        Kind.GENERIC,
        Kind.SPECIFIERS,  # storage, qualifiers, type words, STRUCT, ENUM, TYPEOF, ATTRIBUTE in source order
        Kind.FIELDS,  # "{" DECLARATION ... "}"
        Kind.ENUMERATORS,  # "{" ENUMERATOR "," ... "}"
        Kind.ATTRIBUTE,  # the tokens of one attribute: __init, __printf(1, 2), __attribute__((x))
        Kind.ATTRIBUTES,  # ATTRIBUTE ...; of a function in the old style the DECLARATIONs of its parameters as well
        Kind.QUALIFIERS,
        Kind.PARAMETERS,  # "(" PARAMETER "," ... ")"; "..." is a plain token, and names alone in the old style are
        Kind.DECLARATORS,  # declarator "," ...
        Kind.INITIALIZERS,  # "{" value "," ... "}"
        Kind.DESIGNATORS,
        Kind.BLOCK,  # "{" statement ... "}"
        Kind.ASM,  # all its tokens, and ARGUMENTS for the expression of each operand
        Kind.MACRO_PARAMETERS,  # "(" name "," ... ")"; the last may be "..." or, in OPAQUE, a name and "..."
        Kind.STATEMENTS,  # statements side by side without braces: a macro's body, a pattern
        Kind.OPAQUE,  # tokens that are carried, not understood
    }
)


@record(frozen=True, slots=True, eq=False)
class Token:
    """One token of C code. ``start`` and ``end`` are byte offsets in the original file.

    ``text`` is the original text, decoded as UTF-8 with ``surrogateescape`` so that any bytes survive.
    """

    kind: TokenKind
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """The bytes of the file that it stands in."""
        return Span(self.start, self.end)


@record(frozen=True, slots=True, eq=False)
class Node:
    """A composite. Its span reaches from its first token to its last; nodes are compared by identity."""

    kind: Kind
    parts: tuple[Tree | None, ...]
    start: int
    end: int

    @property
    def span(self) -> Span:
        """The bytes of the file that it stands in."""
        return Span(self.start, self.end)

    @property
    def children(self) -> tuple[Tree, ...]:
        """The parts that are there."""
        return tuple([part for part in self.parts if part is not None])

    def part(self, name: str) -> Tree | None:
        """The part of that name in this kind's layout; KeyError for a name that the layout lacks."""
        return self.parts[_POSITIONS[self.kind][name]]


Tree = Node | Token


def walk(tree: Tree) -> Iterator[Tree]:
    """Every node and token of ``tree`` in source order, parents first, without recursion."""
    stack: list[Tree | None] = [tree]
    while stack:
        current = stack.pop()
        if current is not None:
            yield current
            if isinstance(current, Node):
                stack += current.parts[::-1]


def tokens(tree: Tree) -> Iterator[Token]:
    """The tokens of ``tree`` in source order."""
    stack: list[Tree | None] = [tree]
    while stack:
        current = stack.pop()
        if isinstance(current, Token):
            yield current
        elif current is not None:
            stack += current.parts[::-1]


def first_token(tree: Tree) -> Token:
    """The token that a tree begins with."""
    while isinstance(tree, Node):
        tree = next(part for part in tree.parts if part is not None)
    return tree
