"""Added code, hung on what it is added to.

`transformation` reads both slices of a body, `plus` hangs runs of plus lines on leaves of the minus slice, and `shape`
tells how each sits in the code around it.
"""
