"""A rule and code, each in a line, and what the rule finds in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.syntax.node import Kind, Node
from lazymmu_refactor.match.code.local_types import LocalTypes
from lazymmu_refactor.match.code.roles import Census
from lazymmu_refactor.match.unify.occurrences import occurrences
from lazymmu_refactor.match.unify.solution import Solution
from lazymmu_refactor.match.unify.tree import unify_parts
from lazymmu_refactor.match.values.binding import Bindings, Places
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.smpl.patch.pattern import Branch, Mark, Pattern
from lazymmu_refactor.smpl.patch.rule import BodyForm, Rule
from lazymmu_refactor.smpl.reader import read_patch
from lazymmu_refactor.text.span import Span

HEADER = ("specifiers", "declarator", "attributes")


def rule_of(patch: str) -> Rule:
    """The last rule of a semantic patch."""
    rule = read_patch("case.cocci", patch).rules[-1]
    assert isinstance(rule, Rule)
    return rule


def roots_of(code: str) -> list[tuple[str, Node]]:
    """The names and trees of the code's items."""
    source = Source.read("case.c", code.encode())
    found: list[tuple[str, Node]] = []
    for item in source.items:
        root = parse_item(source, item, MacroKnowledge()).root
        assert root is not None, code[item.span.start : item.span.end]
        found.append((item.name, root))
    return found


def only(body: Pattern) -> Pattern:
    """The one element of a sequence of statements or items."""
    while isinstance(body, Branch) and body.kind is Kind.STATEMENTS and len(body.parts) == 1:
        assert body.parts[0] is not None
        body = body.parts[0]
    return body


@dataclass(frozen=True)
class Matching:
    """All solutions of a patch's last rule over some code, in source order."""

    patch: str
    code: str
    env: Bindings = field(default_factory=Bindings)

    def solutions(self) -> list[Solution]:
        rule = rule_of(self.patch)
        body = only(rule.body)
        found: list[Solution] = []
        for name, root in roots_of(self.code):
            known = LocalTypes(root)
            context = MatchContext(rule=rule, file="case.c", item=name, scope=known, types=known)
            if isinstance(body, Branch) and body.kind is Kind.FUNCTION:
                found += unify_parts(body, root, HEADER, self.env, context)
            else:
                form = rule.form if rule.form is BodyForm.IDENTIFIER else BodyForm.EXPRESSION
                found += [each.solution for each in occurrences(body, Census((root,)), self.env, context, form)]
        return found

    def text(self, span: Span) -> str:
        return self.code.encode()[span.start : span.end].decode()

    def bindings(self) -> list[dict[str, str]]:
        """Values by name: tokens of terms, texts of places (``f | g``)."""
        return [{name.name: self._value(value) for name, value in each.bindings} for each in self.solutions()]

    def marked(self, mark: Mark = Mark.MINUS) -> list[list[str]]:
        """For each solution the texts under a mark, in order: with what else falls to the leaf, ``~`` before what is
        shared with other declarators, "" where nothing stands.
        """
        return [
            [
                ("~" if touch.shared else "") + " ".join(self.text(span) for span in (touch.span, *touch.also))
                for touch in solution.touches()
                if touch.leaf.mark is mark
            ]
            for solution in self.solutions()
        ]

    def anchors(self) -> list[str]:
        """For each solution the tokens that were matched literally."""
        return [" ".join(self.text(span) for span in solution.anchors()) for solution in self.solutions()]

    def _value(self, value: object) -> str:
        if isinstance(value, Places):
            return " | ".join(self.text(span) for span in sorted(each.span for each in value.positions))
        return " ".join(getattr(value, "tokens", ()))
