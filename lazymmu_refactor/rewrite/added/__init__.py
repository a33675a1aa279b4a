"""Added code, from the words of a rule to rows of text.

- `words` are what it is made of: `instantiate` fills in metavariables, `fresh` invents names, `unnamed` leaves out
  those of parameters.
- `typeset` makes rows of words, `wrap` text of rows; by `precedence` (parentheses), `spacing`, and the `style` of the
  file.
"""
