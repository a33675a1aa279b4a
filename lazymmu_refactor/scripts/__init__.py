"""Scripts in semantic patches: read here, run in a process of their own.

- Before the first file: `snippet` finds them, `reading` reads them closely, `glance` those that are plainly in order;
  `allowed` says what they may touch, `limits` what they may cost; `prepared` is what comes of it.
- While they run: `process` is where, `wire` what is said to it and back, `values` what metavariables are to them,
  `order` which environment comes first; `library` is what they import.
"""
