"""What stands before a body: a rule's header and its metavariables.

- `header` is what stands between the @ signs, `metavariables` are the declarations behind it: their `kinds`, `typed`
  ones, `constraints` on values, and those that are taken from `earlier` rules.
- `usage`: whether what is declared is used, and what seems to be used declared.
"""
