"""Views, made."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection

from lazymmu_refactor.c.items.head import function_name, old_style
from lazymmu_refactor.c.items.item import Item, ItemKind
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.c.view.conditionals import choose
from lazymmu_refactor.c.view.declarations import Place, declaration
from lazymmu_refactor.c.view.draft import Draft
from lazymmu_refactor.c.view.fragments import show_fragments
from lazymmu_refactor.c.view.macro_body import macro_text
from lazymmu_refactor.c.view.model import View
from lazymmu_refactor.c.view.scope import macro_function, macro_variable
from lazymmu_refactor.c.view.spellings import gnu_words
from lazymmu_refactor.c.view.walk import CODE, FIELDS, Walk
from lazymmu_refactor.text.span import Span

_MOST_VIEWS = 16


def make_views(source: Source, item: Item, macros: MacroKnowledge) -> list[View]:
    """The views of ``item``: one, and others where alternatives of ``#if`` groups cannot stand side by side."""
    views = [make_view(source, item, macros)]
    shown = set(views[0].picked)
    while shown and len(views) < _MOST_VIEWS:
        view = make_view(source, item, macros, shown)
        if shown.issuperset(view.picked):
            break
        shown.update(view.picked)
        views.append(view)
    return views


def make_view(source: Source, item: Item, macros: MacroKnowledge, shown: Collection[Span] = ()) -> View:
    """The view of ``item``; ``len(view.data)`` is the length of ``item.span``, whatever the bytes are.

    Of an ``#if`` group of which it can show one branch alone it rather shows one that is not among ``shown``.

    The view of a ``#define`` holds its body alone, everything before it blank. Any other directive is itself.
    """
    span = item.span
    macros = source.knowledge(macros)
    if item.kind is ItemKind.DIRECTIVE:
        return View(source.data[span.start : span.end], span.start)
    if item.kind is ItemKind.MACRO:
        text, changes = macro_text(source.data, span)
        draft = Draft(text, span.start, macros)
        draft.changes.extend(changes)
        gnu_words(draft)
        Walk(draft, CODE).run()
        return View(bytes(draft.data), span.start, tuple(draft.changes))
    chosen = choose(source.masked, span, source.groups_around(span), shown)
    draft = Draft(chosen.text, span.start, macros)
    draft.changes.extend(chosen.changes)
    fragments = show_fragments(draft)
    gnu_words(draft)
    body = -1
    if item.body is not None:
        body = _first_brace(draft, item.body.start - span.start)
    declared = item.name.encode("utf-8", "surrogateescape")
    if body < 0 and not _is_called(draft, declared):
        declared = b""
    elif chosen.picked and body >= 0 and declared not in draft.text[:body]:  # another header than the item's
        declared = (function_name(chosen.text[: draft.start[body]]) or "").encode("utf-8", "surrogateescape")
    walk = Walk(draft, FIELDS, body)
    opening = macro_function(draft, body) if body >= 0 else -1
    if opening >= 0:
        walk.parameter_lists.add(opening)
    elif body >= 0 or not macro_variable(draft, draft.first):
        own = _parameters_in_old_style(draft, body)
        if own >= 0:
            _drop_stars(draft, own, declared)
            walk.parameter_lists.update(declaration(draft, own, Place.STATEMENT))
        walk.parameter_lists.update(declaration(draft, draft.first, Place.STATEMENT, declared, own))
    walk.run()
    kept = tuple(sorted((*chosen.kept, *fragments), key=lambda each: each.span.start)) if fragments else chosen.kept
    return View(bytes(draft.data), span.start, tuple(draft.changes), kept, chosen.picked, draft.tokens())


def _first_brace(draft: Draft, offset: int) -> int:
    """The index of the first "{" from an offset on: where the branch that has the body's own is left out, another's."""
    index = bisect_left(draft.start, offset)
    while index < draft.count and draft.text[index] != b"{":
        index += 1
    return index


def _parameters_in_old_style(draft: Draft, body: int) -> int:
    """The first token of the declarations between a function's parentheses and its body; -1 where there are none."""
    if body < 0 or b";" not in draft.text[:body]:
        return -1
    begin = old_style(bytes(draft.data), 0, draft.start[body])
    return -1 if begin < 0 else bisect_left(draft.start, begin)


def _drop_stars(draft: Draft, end: int, name: bytes) -> None:
    """``char *f(a) char *a; { }``: the grammar has no pointers before a name in the old style."""
    for index in range(draft.text.index(name, 0, end) - 1 if name in draft.text[:end] else -1, -1, -1):
        if draft.text[index] == b"*":
            draft.blank(index, index, "old_style")
        elif not draft.is_name(index):
            break


def _is_called(draft: Draft, name: bytes) -> bool:
    """Whether the name is a declarator with parameters: it stands before a parenthesis, outside brackets."""
    index = draft.first
    while index < draft.count and draft.text[index] not in (b"=", b";"):
        if draft.text[index] == name:
            return index > 0 and draft.text[draft.next[index]] == b"("
        index = max(index, draft.mate[index])
        index = draft.next[index]
    return False
