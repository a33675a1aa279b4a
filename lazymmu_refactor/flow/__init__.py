"""Control flow of one top-level item: its graph, a checker for it, and which of its paths can be taken."""
