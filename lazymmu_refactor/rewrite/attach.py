"""What matches ask of each token: to go, and which plus code to have before and behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lazymmu_refactor.c.syntax import Kind, Node
from lazymmu_refactor.match.result import Match, Touch
from lazymmu_refactor.rewrite.code import DECLARATIONS, Code
from lazymmu_refactor.rewrite.instantiate import UnboundError, instantiate
from lazymmu_refactor.rewrite.words import Fragment
from lazymmu_refactor.smpl.pattern import Mark, PlusCode, PlusShape
from lazymmu_refactor.text.span import Span

_ENCLOSING = frozenset({Kind.BLOCK, Kind.FIELDS, Kind.ENUMERATORS, Kind.INITIALIZERS, Kind.STATEMENT_EXPRESSION})


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why matches were not carried out: none of the edits that they ask for is made. ``span`` is where it showed."""

    reason: str
    span: Span
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Addition:
    """Plus code where it is to stand. ``leaf`` is the index of the token on which the pattern hangs it."""

    fragment: Fragment
    match: Match
    leaf: int


@dataclass(slots=True)
class Marks:
    """By index of token: what goes, and what is added before and behind it, in order."""

    removed: set[int] = field(default_factory=set)
    before: defaultdict[int, list[Addition]] = field(default_factory=lambda: defaultdict(list))
    after: defaultdict[int, list[Addition]] = field(default_factory=lambda: defaultdict(list))

    def additions(self) -> Iterator[Addition]:
        """Every addition, by place."""
        for index in sorted({*self.before, *self.after}):
            yield from self.before[index]
            yield from self.after[index]


@dataclass(frozen=True, slots=True)
class _Tag:
    """What one touch asks of one token; two tags of a token must agree."""

    minus: bool
    before: tuple[Fragment, ...]
    after: tuple[Fragment, ...]
    match: Match

    def agrees(self, other: _Tag) -> bool:
        if not (self.before or self.after or other.before or other.after):
            return True  # to remove twice is to remove
        mine, yours = (*self.before, *self.after), (*other.before, *other.after)
        if self.minus == other.minus and len(mine) == len(yours):
            return all(one.same(two) or (one.code.many and two.code.many) for one, two in zip(mine, yours, strict=True))
        return False


def attach(code: Code, matches: Iterable[Match]) -> tuple[Marks, tuple[Conflict, ...]]:
    """The marks of all matches that can be carried out together, and why the others cannot.

    A match is carried out as a whole or not at all. Where one token would be changed in two different ways, neither of
    the two matches is carried out: which of them was meant is not for us to say.
    """
    wanted = list(matches)
    conflicts: list[Conflict] = []
    while True:
        marks, found = _attempt(code, wanted)
        if found is None:
            return marks, tuple(conflicts)
        conflicts.append(found)
        wanted = [match for match in wanted if all(match is not bad for bad in found.matches)]


def _attempt(code: Code, matches: list[Match]) -> tuple[Marks, Conflict | None]:
    tags: dict[int, list[_Tag]] = defaultdict(list)
    shared: list[tuple[Match, Touch, range]] = []
    marks = Marks()
    for match in matches:
        for touch in match.touches:
            try:
                before = tuple(instantiate(plus, touch.bindings, code.data) for plus in touch.leaf.before)
                after = tuple(instantiate(plus, touch.bindings, code.data) for plus in touch.leaf.after)
            except UnboundError as error:
                return marks, Conflict(str(error), touch.span, (match,))
            minus = touch.leaf.mark is Mark.MINUS
            if not (minus or before or after):
                continue
            run = code.run(touch.span)
            if minus and touch.shared and not _only_declarator(code, run):
                shared.append((match, touch, run))
                minus = False
            found = _tag(code, tags, run, touch, _Tag(minus, before, after, match))
            if found is not None:
                return marks, found
            if minus:
                marks.removed.update(index for span in touch.also for index in code.run(span))
    for index, asked in tags.items():
        if asked[0].minus:
            marks.removed.add(index)
    conflict = _settle_shared(code, marks, tags, shared)
    if conflict is None:
        _place(code, marks, tags)
    return marks, conflict


def _tag(code: Code, tags: dict[int, list[_Tag]], run: range, touch: Touch, whole: _Tag) -> Conflict | None:
    """Tag the tokens of ``run``; plus code goes to the first and the last of them."""
    parts: dict[int, _Tag]
    if run:
        parts = {index: _Tag(whole.minus, (), (), whole.match) for index in run}
        parts[run[0]] = replace(parts[run[0]], before=whole.before)
        parts[run[-1]] = replace(parts[run[-1]], after=whole.after)
    else:  # dots over nothing: whatever hangs on them stands behind the token before
        left = max(code.at(touch.span.start) - 1, 0)
        parts = {left: _Tag(False, (), (*whole.before, *whole.after), whole.match)}
    for index, tag in parts.items():
        for other in tags[index]:
            if not tag.agrees(other):
                involved = (tag.match,) if other.match is tag.match else (other.match, tag.match)
                token = code.tokens[index]
                return Conflict(f"already tagged: {token.text} would be changed in two ways", token.span, involved)
        tags[index].append(tag)
    return None


def _only_declarator(code: Code, run: range) -> bool:
    declaration = _declaration(code, run)
    declarators = declaration.part("declarators") if declaration is not None else None
    return not (isinstance(declarators, Node) and len(declarators.children) > 1)


def _declaration(code: Code, run: range) -> Node | None:
    above = code.ancestors(code.tokens[run[0]]) if run else iter(())
    return next((node for node in above if node.kind is Kind.DECLARATION), None)


def _settle_shared(
    code: Code, marks: Marks, tags: dict[int, list[_Tag]], shared: list[tuple[Match, Touch, range]]
) -> Conflict | None:
    """Specifiers and semicolon go when every declarator goes."""
    for match, touch, run in shared:
        declaration = _declaration(code, run)
        declarators = declaration.part("declarators") if declaration is not None else None
        if declarators is None or all(index in marks.removed for index in _meaningful(code, declarators)):
            marks.removed.update(run)
            marks.removed.update(index for span in touch.also for index in code.run(span))
            if declarators is not None:
                marks.removed.update(code.tokens_of(declarators))
        elif any(tag.before or tag.after for index in run for tag in tags[index]):
            return Conflict("one declarator of several cannot be replaced by a declaration", touch.span, (match,))
    return None


def _meaningful(code: Code, declarators: Node | object) -> Iterator[int]:
    """The tokens of declarators, their separating commas left out."""
    assert isinstance(declarators, Node)
    for part in declarators.children:
        if isinstance(part, Node) or part.text != ",":
            yield from code.tokens_of(part)


def _place(code: Code, marks: Marks, tags: dict[int, list[_Tag]]) -> None:
    """Put each fragment where it is to stand, once for each of its environments."""
    for index in sorted(tags):
        for tag in tags[index]:
            for fragment in tag.before:
                _add(marks.before[_anchor(code, index, fragment.code, forwards=False)], fragment, tag.match, index)
            for fragment in tag.after:
                _add(marks.after[_anchor(code, index, fragment.code, forwards=True)], fragment, tag.match, index)


def _add(additions: list[Addition], fragment: Fragment, match: Match, leaf: int) -> None:
    if not any(each.fragment.same(fragment) for each in additions):
        additions.append(Addition(fragment, match, leaf))


def _anchor(code: Code, index: int, plus: PlusCode, *, forwards: bool) -> int:
    """The token at which a fragment stands that hangs on token ``index``.

    What takes lines of its own goes before the whole of a declaration or function, its storage and attributes included,
    though the pattern need not name them; and behind the whole of it likewise.
    """
    if plus.shape in (PlusShape.INLINE, PlusShape.LIST_ITEM, PlusShape.FRAME):
        return index
    for node in code.ancestors(code.tokens[index]):
        if node.kind in _ENCLOSING:
            return index
        if node.kind in DECLARATIONS:
            tokens = code.tokens_of(node)
            if not forwards:
                return tokens[0]
            return index if node.kind is Kind.FUNCTION else tokens[-1]
    return index
