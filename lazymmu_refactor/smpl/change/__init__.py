"""Added code, hung on what it is added to.

`transformation` reads both slices of a body: `plus` the runs of plus lines, of which `shape` tells how they sit in the
code around them; `attach` hangs them on leaves of the minus slice.
"""
