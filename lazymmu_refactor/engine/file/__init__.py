"""A file, what it includes, and what it may cost.

`text` is the file while rules change it, `inclusion` what it includes, `included` the headers of a tree in which names
are declared. `options` are those of a run, `limit` sees to time and memory.
"""
