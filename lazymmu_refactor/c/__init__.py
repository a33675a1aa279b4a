"""C as it stands on disk: from bytes to trees.

`parse` is the front door: one top-level item into a tree of original tokens. `parse_rate` counts what can be read. What
they stand on, ground floor first:

- `syntax`: what trees are made of, for C code and for patterns.
- `tokens`: reserved words, and the lexer.
- `preprocessor`: comments, literals and directives set apart from code, and the branches of #if.
- `macros`: what the names of macros and typedefs mean, by their definitions.
- `headers`: which headers a file includes, and what names mean by them.
- `items`: a file, divided into its top-level items.
- `view`: what the grammar of plain C is shown of an item.
- `tree`: what becomes of the tree that the grammar makes of it.
"""
