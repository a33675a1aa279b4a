"""What became of each place.

`course` is what a run has seen. By it `verdicts` gives every site its own, by the `element` that it belongs to.
Besides: `note` (what matches mean to people), `starred` (lines with a ``*`` in the margin), `remark` (what a rewrite
leaves for a person to see).
"""
