"""Rules over files: what runs when, what becomes of each place, and how work is shared.

Ground floor first:

- `results`: what a run yields, and what of it can be kept.
- `program`: semantic patches made ready, before the first file is opened.
- `file`: a file, what it includes, and what it may cost.
- `account`: what became of each place.
- `run`: a program over one file, or over several that are a unit.
- `sharing`: many files, and how the work is shared.
"""
