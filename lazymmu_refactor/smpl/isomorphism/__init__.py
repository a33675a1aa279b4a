"""Other ways of writing what a pattern stands for.

`reader` reads files of isomorphisms, and the standard ones. `applied` puts them to a rule: where one is a `fit`, each
`variant` is a branch of a disjunction.
"""
