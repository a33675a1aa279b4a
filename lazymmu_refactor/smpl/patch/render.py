"""Rules as text, for people who want to see what was read, and for tests.

One line a pattern, indented by depth: the kind of a composite, the text of a leaf. Marks stand before a leaf, what
hangs on it behind it; plus code has lines of its own where it will be added.
"""

from __future__ import annotations

from collections.abc import Iterator

from lazymmu_refactor.c.syntax.node import LAYOUT
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Branch,
    Choice,
    Dots,
    DotsKind,
    Hole,
    Leaf,
    Mark,
    MetaName,
    Named,
    Nest,
    Pattern,
    PlusCode,
    Template,
    Truth,
    When,
    parts_of,
)
from lazymmu_refactor.smpl.patch.rule import Metavariable, Rule

_MARKS = {Mark.CONTEXT: "", Mark.MINUS: "- ", Mark.STAR: "* "}


def render_rule(rule: Rule) -> str:
    """A rule: its header, its metavariables, its body."""
    words = [f"rule {rule.name!r}", rule.form]
    words += [] if rule.quantifier is None else [str(rule.quantifier)]
    words += ["feasible"] if rule.feasible else []
    words += ["everywhere"] if rule.everywhere else []
    words += ["included"] if rule.included else []
    words += ["constants"] if rule.constants else []
    words += [f"extends {rule.extends}"] if rule.extends else []
    words += [f"disable {', '.join(rule.disable)}"] if rule.disable else []
    lines = [" ".join(words), *(f"  {render_metavariable(each)}" for each in rule.metavariables.values())]
    return "\n".join([*lines, render_pattern(rule.body)])


def render_metavariable(declared: Metavariable) -> str:
    """One declaration on one line."""
    words = [declared.scope, str(declared.kind), declared.tag, "*" * max(declared.pointers, 0), declared.name.name]
    if declared.inherited is not None:
        words.append(f"<- {declared.inherited}")
    if declared.length is not None:
        words.append(f"[{declared.length}]")
    if declared.type_pattern:
        words.append(f"of type {' | '.join(map(flat, declared.type_pattern))}")
    if declared.seed:
        words.append("= " + " ## ".join(str(part) for part in declared.seed))
    if declared.constraint is not None:
        words.append(f"with {declared.constraint.__class__.__name__}")
    return " ".join(filter(None, words))


def render_pattern(pattern: Pattern) -> str:
    """The tree of a pattern, one line a node."""
    return "\n".join(_lines(pattern, 0, ""))


def flat(pattern: Pattern) -> str:
    """The code of a pattern on one line, tokens divided by blanks, without marks and plus code."""
    match pattern:
        case Branch():
            return " ".join(filter(None, (flat(part) for part in pattern.parts if part is not None)))
        case Choice():
            return f"({' | '.join(map(flat, pattern.branches))})"
        case Truth():
            return f"truth of {flat(pattern.body)}"
        case _:
            return _text(pattern)


def _lines(pattern: Pattern, depth: int, role: str) -> Iterator[str]:  # noqa: C901 - one node, from top to bottom
    indent = "  " * depth
    label = f"{role}: " if role else ""
    if isinstance(pattern, Leaf):
        for code in pattern.before:
            yield from _plus(code, indent)
        yield f"{indent}{label}{_MARKS[pattern.mark]}{_text(pattern)}{_attached(pattern.attached)}"
    else:
        yield f"{indent}{label}{_text(pattern)}"
    if isinstance(pattern, Dots | Nest):
        for when in pattern.whens:
            yield from _when(when, depth + 1)
    if isinstance(pattern, Branch):
        roles = LAYOUT.get(pattern.kind, ("",) * len(pattern.parts))
        for name, part in zip(roles, pattern.parts, strict=True):
            if part is not None:
                yield from _lines(part, depth + 1, name)
    else:
        for part in parts_of(pattern):
            yield from _lines(part, depth + 1, "")
    if isinstance(pattern, Leaf):
        for code in pattern.after:
            yield from _plus(code, indent)


def _text(pattern: Pattern) -> str:  # noqa: PLR0911 - one return for each class
    match pattern:
        case Atom():
            return pattern.text
        case Hole():
            return f"<{pattern.meta.name}>"
        case Dots():
            return f"... ({pattern.kind})"
        case Template():
            return "".join(
                f"<{piece.name}>" if isinstance(piece, MetaName) else "<...>" if piece is DotsKind.TEXT else piece
                for piece in pattern.pieces
            )
        case Nest():
            return f"{'<+... ...+>' if pattern.at_least_once else '<... ...>'} ({pattern.kind})"
        case Branch():
            return str(pattern.kind)
        case Named():
            return f"named {pattern.meta.name}"
        case _:
            return type(pattern).__name__.lower()


def _attached(names: tuple[MetaName, ...]) -> str:
    return "".join(f"@{name.name}" for name in names)


def _when(when: When, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}when {when.kind}"
    if when.body is not None:
        yield from _lines(when.body, depth + 1, "")


def _plus(code: PlusCode, indent: str) -> Iterator[str]:
    mark = "++" if code.many else "+"
    kind = f"{code.shape}{' branch' if code.branch else ''}"
    for line, columns in zip(code.lines, code.indents, strict=True):
        text = "".join(f"{' ' if token.space and index else ''}{token.text}" for index, token in enumerate(line))
        yield f"{indent}{mark} |{' ' * columns}{text}| {kind}"
