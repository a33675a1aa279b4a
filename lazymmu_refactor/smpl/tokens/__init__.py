"""From text to tokens, and those of the code before a change and after it.

`lexer` makes a `lexeme` of each token of headers and declarations, `body` those of bodies. `words` are cursors over
them, `slices` tells the two codes apart.
"""
