"""Bytes, spans, edits and diffs; and the records that all values are made of.

- Places: `span`, `lines`. Changes: `edit`, `apply`, `edit_map` (where bytes have gone), `diff`.
- Files: `reading`, `name`, `sealed` (in the user's cache).
- `record`: the classes of values.
"""
