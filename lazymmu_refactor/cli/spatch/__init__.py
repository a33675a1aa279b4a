"""``lazymmu-spatch``: the engine behind the command line of spatch. One file for each step from words to output."""
