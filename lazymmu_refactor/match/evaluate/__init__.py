"""At which nodes of a graph a formula holds, with which values, and what it met there.

- `checker` is the whole way, over tables of `environment`; `solve` finds the fixpoints.
- Nodes: `space` (as sets), `own_code` (the code that belongs to each), `early_exits` (branches that are excused).
- Elements: `readings` compares one with a node, `element_tables` with all of them.
- What need not be tried: `upper_bound`, `purpose`, and what `anywhere` finds missing before paths are worked out.
- What a match met, and whether it stands: `witness`, `consistency`.
"""
