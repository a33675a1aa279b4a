"""What a pattern asks of code before a tree is made of it.

`requirement` is a formula over words; `pattern_needs` gives that of a pattern. How its tokens stand is an `outline`,
which `outline_reader` makes of a pattern: of stretches that `outline_run` takes from it, in the words of
`outline_pieces`.
"""
