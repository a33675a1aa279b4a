"""Control flow of one top-level item: its graph, a checker for it, and which of its paths can be taken.

- `graph` is the value, `build` makes it, `check` states what must hold, `render` prints it; `header` tells which parts
  of a tree belong to a node.
- Paths that can be taken: `feasible`, by `facts` about `variables` and the `effects` that nodes have on them. `slicing`
  and `cycles` tell which tests decide about some places.
"""
