"""Many files, and how the work is shared.

- `scan` goes from names to outcomes, file by file in the same `buffer`.
- `workers` does so in this process, or in several by `rounds`: with a `pool` of each a `process` on this machine, or on
  a `cluster`.
- `garbage`: when the process looks for it.
"""
