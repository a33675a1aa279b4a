"""What trees are made of, for C code and for patterns: nodes and tokens, their kinds, families of kinds."""
