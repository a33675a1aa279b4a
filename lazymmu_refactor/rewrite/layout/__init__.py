"""From marks to edits.

- `edits` is the whole way, over a `sheet` that the parts share: `bracing`, `replacing`, `inserting`. Tokens go by
  `remove`; within a line code is added `inline`.
- Where lines begin: `margins`, `nesting`, `shift`; where they end: `breaks`, and `blank` lines.
- Of the `draft` that comes out: `align`, `fill`, `continued`.
"""
