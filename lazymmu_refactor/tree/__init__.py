"""A tree on disk: which files it has, what is kept of it from run to run, and how it is written.

- Which files: `files`, `git`; `ahead` finds them in a process of its own.
- `sweep` runs a program over them; `parse_rate` measures how much can be read.
- From run to run: `kept` says where and how long, `results` are outcomes, `index` is which file holds which words;
  `earlier` is what a run finds of both.
- `write`: all or none.
"""
