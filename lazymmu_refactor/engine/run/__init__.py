"""A program over one file, or over several that are a unit.

`files` is the way in: it runs all rules, checks what has come of it, and begins again where that is refused. One such
run is an `execution`: every rule in every `state`, on a `workpiece`. `scripted` answers for scripts. What need not be
done: `demand` (items in which no match is of use), `settled` (a second run). By `telling` rules know what others
have bound everywhere.
"""
