"""Patterns against code: unification with trees, model checking along paths.

`rule` is the front door, and `matcher` what is made ready of a rule once; `unit` is an item of code, and `explain`
tells why it has no match. What they stand on, ground floor first:

- `code`: what is said of C code, whatever the pattern: roles of trees, declared names, types of expressions.
- `values`: what metavariables are bound to, and on what that depends.
- `unify`: a pattern against a tree.
- `formula`: from the body of a rule to a formula about paths.
- `evaluate`: at which nodes of a graph a formula holds, with which values, and what it met there.
"""
