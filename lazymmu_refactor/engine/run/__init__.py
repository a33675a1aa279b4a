"""A program over one file, or over several that are a unit.

`files` is the way in: every rule in every `state`, on a `workpiece`. `scripted` answers for scripts. What need not be
done: `demand` (items in which no match is of use), `settled` (a second run). By `telling` rules know what others
have bound everywhere.
"""
