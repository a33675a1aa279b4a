"""What a rewrite leaves for a person to see: variables that it declares and that some configuration does not use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lazymmu_refactor.c.items.item import ItemKind
from lazymmu_refactor.c.preprocessor.directives import Branch, Group
from lazymmu_refactor.engine.file.text import File
from lazymmu_refactor.engine.results.outcome import Remark
from lazymmu_refactor.rewrite.verify import declared_within
from lazymmu_refactor.text.span import Span


def remarks(file: File) -> Iterator[Remark]:
    """One for each variable that the rewrite declares for more configurations than use it."""
    source = file.current.source
    for item in file.changed_items():
        now = file.moves.span(item.span)
        groups = source.groups_around(now)
        if item.kind is not ItemKind.FUNCTION or not groups:
            continue
        for name in sorted(declared_within(file.current, now) - declared_within(file.original, item.span)):
            word = re.compile(rb"(?<![\w$])%b(?![\w$])" % re.escape(name.encode("utf-8", "surrogateescape")))
            declaration, *uses = (Span(*each.span()) for each in word.finditer(source.masked, now.start, now.end))
            around = [branch.span for branch in _branches(groups) if branch.span.contains(declaration)]
            scope = max(around, key=lambda each: each.start, default=now)
            if not uses or _is_used(scope, uses, groups):
                continue
            there = [branch for branch in _branches(_outermost(scope, groups)) if any(map(branch.span.contains, uses))]
            conditions = " and ".join(f"`{each}`" for each in dict.fromkeys(branch.condition for branch in there))
            start = file.original_span(Span(declaration.start, declaration.start)).start
            message = f"{name} of {item.name} is used under {conditions} alone: elsewhere it is an unused variable"
            yield Remark(file.original.source.lines.line_col(start), message)


def _branches(groups: Sequence[Group]) -> Iterator[Branch]:
    return (branch for group in groups for branch in group.branches)


def _outermost(span: Span, groups: Sequence[Group]) -> list[Group]:
    """The groups within a span that are in no other there."""
    found: list[Group] = []
    for group in groups:
        if span.contains(group.span) and not (found and found[-1].span.contains(group.span)):
            found.append(group)
    return found


def _is_used(span: Span, uses: Sequence[Span], groups: Sequence[Group]) -> bool:
    """Whether some use in a span is compiled, whatever the preprocessor decides there."""
    outermost = _outermost(span, groups)
    return any(span.contains(use) and not any(group.span.contains(use) for group in outermost) for use in uses) or any(
        group.exhaustive and all(each.dead or _is_used(each.span, uses, groups) for each in group.branches)
        for group in outermost
    )
