"""What a semantic patch is once it has been read.

`rule` holds what is declared, `pattern` what is to be matched; `render` prints both, `errors` says what is wrong and at
which `place`. Asked of a pattern: `occurrence` (where metavariables are written), `position` (what a term of it stands
for).
"""
