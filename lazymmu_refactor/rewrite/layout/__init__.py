"""From marks to edits.

- `edits` is the whole way. Tokens go by `remove`; within a line code is added `inline`.
- Where lines begin: `margins`, `nesting`, `shift`; where they end: `breaks`, and `blank` lines.
- Of the `draft` that comes out: `align`, `fill`, `continued`.
"""
