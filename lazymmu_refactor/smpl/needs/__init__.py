"""What a pattern asks of code before a tree is made of it.

`requirement` tells which words it needs. How its tokens stand is an `outline`, which `outline_reader` makes of a
pattern: of stretches that `outline_run` takes from it, in the words of `outline_pieces`.
"""
