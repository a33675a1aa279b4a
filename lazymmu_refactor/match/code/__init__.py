"""What is said of C code, whatever the pattern.

- What a tree stands for: `roles`, `truth` (of which only the truth value is used), `numbers` (their values).
- Declarations taken apart: `declarators`, `specifiers`.
- Types of expressions: `typed` is what they are, `local_types` what the item says of them, `file_types` what its file
  says.
"""
