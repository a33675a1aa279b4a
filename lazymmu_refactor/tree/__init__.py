"""A tree on disk: which files it has, what is kept of it from run to run, and how it is written.

- Its files: `files` finds them, `ahead` in a process of its own, the `finder`; `git` knows what git knows, `parse_rate`
  reads them.
- A program over all of them: `sweep`, and `telling` files what rules have bound in others.
- From run to run: `earlier` is the front door, `index` knows the words of files, `results` keeps outcomes, `database`
  and `kept` are what both are kept in.
- What comes out: `write`.
"""
