"""A pattern against a tree.

- `tree` unifies the two, on the `machine` of goals and states; `solution` is what that yields. `occurrences` does so
  everywhere inside a tree.
- By syntactic family: `expressions`, `strings`, `statements`, `declarations`, `types` with `type_base` and
  `type_arguments`, `lists`; `structure` for all that is alike.
- What SmPL adds to C: `leaves`; `holes` (what each kind of metavariable may be bound to) and `bind`.
- `gate` turns most trees away at a glance.
"""
