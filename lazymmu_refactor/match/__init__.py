"""Patterns against code: unification with trees, model checking along paths.

- The front door: `rule`, and `matcher` for what is made ready once; `unit` is an item of code, `result` what comes
  out, `semantics` what may be asked for otherwise.
- Values: `binding`, `environment`, `values`, `places`, `holes` (what each kind may be bound to), `constraints`,
  `known` (what values that are known ask of code).
- Unification with a tree: `unify`, on the `machine` of goals and states; `context` is what it must know besides,
  `solution` what it yields.
- Unification by syntactic family: `expressions`, `truth`, `strings`, `numbers`, `statements`, `declarations`,
  `declarators`, `types`, `type_base`, `specifiers`, `type_arguments`, `lists`, `structure` for all that is alike,
  `leaves` for what SmPL adds to C.
- Where to unify: `occurrences` in a tree, `roles` of trees, `gate` and `facts` to turn most of them away.
- Types of expressions: `typed`, `local_types`, `file_types`.
- From a pattern to a formula: `translate`, with `elements` (and `element`), `structures`, `shape`, `ends`, `jumps`,
  `rest`, `names` and `scope`; `formula` is the language, `formula_text` prints it.
- Where a formula holds: `check`, with `element_tables`, `solve` (fixpoints), `space` and `code` (the nodes),
  `upper_bound`, `early_exits`, `readings`.
- What a match met, and whether it stands: `witness`, `consistency`; `explain` tells why there is none.
- What need not be evaluated: `meeting`, `purpose`.
"""
