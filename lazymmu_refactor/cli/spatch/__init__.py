"""``lazymmu-spatch``: the engine behind the command line of spatch. One file for each step from words to output.

- `__main__` and `main` are where it begins; `table` holds the options, which `arguments` and `help` go by.
- `settings` are what a command line comes to; `rules` and `inputs` are what it names.
- `job` runs and prints, `parsing` prints what is understood; `voice` speaks on standard error.
"""
