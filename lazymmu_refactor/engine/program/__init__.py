"""Semantic patches made ready, before the first file is opened.

- `whole` is a program, `steps` are its parts; `prepare` makes one.
- Between rules: `usage` (what they take over), `dependency` (on what they depend).
- Where rules apply alike: `region`.
- From outside: `virtual` (values of the command line), `manner` (what matches mean to people).
- What need not be looked at: `item_needs`, `purpose`, `confined`.
- Places that a rule could have meant: `anchor`, and `form`, code in which it has nothing left to do.
"""
