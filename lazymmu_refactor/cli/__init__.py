"""The commands: flags in, printing out, nothing decided.

- Commands: `diff`, `apply`, `check`, `explain`, `rules`, `index`, `inspect` with `macros` and `parse_rate`. `main`
  leads to them; `spatch` is a command line of its own.
- What they share: `options`, `running` (from a request to an account), `output`, `talk` (on standard error), `failure`,
  `exit` (codes).
- The process: `start`, `ending`.
"""
