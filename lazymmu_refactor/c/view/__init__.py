"""The view of an item: bytes of the same length that the grammar of plain C can take.

A view begins as a slice of the masked text, in which comments and directives are spaces. Rules then replace what the
grammar cannot take, byte for byte, and each replacement is kept as a change under the rule's name; `rules` lists them
with a reason and an example. What replaces a token begins where the token begins, so that the parser's leaf at that
offset is the token's. Tokens that were blanked have no leaf; a word that joins several tokens is the leaf of them all.

- `model` is the view as data, `draft` the view in the making; `make` makes it, `render` shows it to people.
- `walk` finds out what each token stands in and calls the rules: those of `scope` (of files and structures),
  `declarations` with `specifiers` and `oddness`, `statements`, `arguments`, `casts`, `fragments`. `spellings` are those
  of GNU C, which hold wherever they stand.
- `conditionals` chooses among the branches of #if; `macro_body` is the view of a #define.
"""

from __future__ import annotations

from lazymmu_refactor.c.view.make import make_view, make_views
from lazymmu_refactor.c.view.model import Change, View
from lazymmu_refactor.c.view.rules import RULES, RuleNote

__all__ = ["RULES", "Change", "RuleNote", "View", "make_view", "make_views"]
