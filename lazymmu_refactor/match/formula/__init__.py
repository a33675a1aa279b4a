"""From the body of a rule to a formula about paths.

- `logic` is the language, `text` prints it, `meeting` tells where a formula looks.
- `translate` is the way there for a whole body, `sequences` for what stands side by side in it, with `structures`
  (blocks, loops and branches) and `gaps` (dots and nests); `ends` are what a path may not meet again, `rest` what
  stands behind. Jumps of a pattern: `jumps`, and `returns` (which the end of a function stands for).
- `element` is a piece of pattern for one node; `elements` cuts them, `shape` tells what a pattern is made of.
- Metavariables: `names` (on which a match depends) and `scope` (where they are quantified).
"""
