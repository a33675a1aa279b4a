"""A tree on disk: which files it has, what is kept of it from run to run, and how it is written."""
