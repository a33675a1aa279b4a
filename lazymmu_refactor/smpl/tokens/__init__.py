"""From text to tokens, and those of the code before a change and after it.

`lexer` makes them, `words` are cursors over them, `slices` tells the two codes apart.
"""
