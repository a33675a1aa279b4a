"""From the body of a rule to a formula about paths.

- `logic` is the language, `text` prints it, `meeting` tells where a formula looks.
- `translate` is the way there, with `structures` (blocks, loops and branches), `ends` (what a path may not meet again),
  `jumps`, `returns` (which the end of a function stands for) and `rest` (what stands behind).
- `element` is a piece of pattern for one node; `elements` cuts them, `shape` tells what a pattern is made of.
- Metavariables: `names` (on which a match depends) and `scope` (where they are quantified).
"""
