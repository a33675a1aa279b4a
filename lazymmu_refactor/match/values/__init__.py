"""What metavariables are bound to, and on what that depends.

- `binding` holds the values; `constraints` and `places` decide whether one may be bound.
- `context` is what must be known besides: declarations, answers about the code around, `facts` on patterns, and
  `semantics`, what may be asked for in place of the usual meaning.
- `known`: what values that are known ask of code.
- `result`: what matching hands on.
"""
