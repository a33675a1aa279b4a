"""From tree-sitter's tree over the view to the concrete trees of `lazymmu_refactor.c.syntax.node`.

`convert` walks the grammar's tree once, bottom up. A leaf of the grammar owns the original tokens that start in it:
none where the view inserted something, several where it joined words. Tokens that no leaf owns were blanked by the view
and come up as orphans in the smallest grammar node around them. Each family of syntax has a module with one builder for
each node type of the grammar: `declarations`, `declarators`, `types`, `attributes`, `statements`, `expressions`,
`directives`, `macro_heads`.

Builders are given a `piece` and give one. `reread` reads a stretch of bytes by wrapping it for the `grammar`.
"""
