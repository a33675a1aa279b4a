"""Semantic patches made ready, before the first file is opened.

- `steps` are what a program is; `prepare` makes one.
- Between rules: `usage` (what they take over), `dependency` (on what they depend).
- From outside: `virtual` (values of the command line), `manner` (what matches mean to people).
- What need not be looked at: `item_needs`, `purpose`, `confined`.
- Places that a rule could have meant: `anchor`, and `form`, code in which it has nothing left to do.
"""
