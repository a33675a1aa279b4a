"""The index of a tree: which file holds which words."""
