"""Sets of small numbers, and graphs that are discovered while they are walked."""
