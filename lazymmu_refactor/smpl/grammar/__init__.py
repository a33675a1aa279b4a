"""From the tokens of a body to a pattern.

A recursive descent, divided by syntactic family: `expressions`, `types`, `declarations`, `directives`, `dots`,
`keyword_statements`, `statements`, each on top of those before it. What they stand on: `cursor`, `leaves`, and the
common `base`; `known` is what rules have made of names. `templates` are literals with open parts. `body` is a whole
slice, and tells its form.
"""
