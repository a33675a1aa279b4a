"""Reading semantic patches.

- What reading yields: `rule`, `pattern`, `transformation`; `render` prints it, `errors` says what is wrong.
- The file around the bodies: `reader`, `rule_reader`, `header`, `metavariables`, `kinds`, `constraints`, `typed`,
  `earlier` (what is inherited), on cursors of `words`.
- Bodies: `lexer`, `slices` (minus and plus), `body`, on a `grammar`: `statements`, `dots`, `expressions`,
  `declarations`, `types`, `directives`, `templates`.
- Added code: `plus`, `shape`.
- Isomorphisms: `iso_reader`, `isomorphism`, `iso_variant`, `iso_fit`, `position`.
- What is asked of a rule as a whole: `usage` (is it declared and used), `occurrence` (where metavariables are
  written), `requirement` (which words it needs), `outline`, `outline_reader`, `outline_pieces`, `outline_run` (how
  its tokens stand).
"""
