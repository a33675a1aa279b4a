"""A file, divided into its top-level items, which are the unit of parsing.

`source` is the file, `item` an item and what is made of it, `table` all items of a file. `scan` finds where they begin
and end, with `plain` for items without surprises, `bodies` for where braces close, and `head` for what the words before
a brace say.
"""
