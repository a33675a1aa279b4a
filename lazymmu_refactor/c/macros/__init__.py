"""What the names of macros and typedefs mean.

`knowledge` is what is known; `harvest` finds the definitions in a file, `meaning` reads one, with `loop_heads` for
iterators; `own_meanings` are those that a file defines itself.
"""
