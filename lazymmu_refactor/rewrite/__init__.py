"""From matches to edits, in the style of the file.

- The whole way: `plan`; `verify` says whether the result may be shown.
- What is asked for: `attach` marks tokens, `instantiate` fills in metavariables, `fresh` invents names; `words` and
  `code` are the added and the present.
- What else has to change: `braces`, `lists` (commas), `precedence` (parentheses), `remnants`, `prototypes`,
  `unnamed`, `edges` (of #include), `readings` (branches of #if).
- Layout: `layout`, of each `cluster` of tokens that go: `remove`, `inline`; `typeset` and `wrap` set rows, with
  `spacing` and `style`.
- Where lines begin and end: `indent`, `margins`, `nesting`, `shift`, `breaks`, `blank`, `align`; of the `draft` that
  comes out `fill` and `continued`.
"""
