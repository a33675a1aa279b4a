"""What matches ask of each token: to go, and which plus code to have before and behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from lazymmu_refactor.c.syntax.node import Kind, Node
from lazymmu_refactor.match.code.declarators import declared
from lazymmu_refactor.match.values.result import Match, Touch
from lazymmu_refactor.rewrite.added.instantiate import UnboundError, instantiate
from lazymmu_refactor.rewrite.added.typeset import goes_on
from lazymmu_refactor.rewrite.added.words import Fragment
from lazymmu_refactor.rewrite.marks.code import DECLARING, Code
from lazymmu_refactor.smpl.patch.pattern import Dots, Mark, Nest, PlusCode, PlusShape
from lazymmu_refactor.text.record import field, record, replace
from lazymmu_refactor.text.span import Span

_ENCLOSING = frozenset({Kind.BLOCK, Kind.FIELDS, Kind.ENUMERATORS, Kind.INITIALIZERS, Kind.STATEMENT_EXPRESSION})


@record(frozen=True, slots=True)
class Conflict:
    """Why matches were not carried out: none of the edits that they ask for is made. ``span`` is where it showed.

    A match that is ``declined`` asks for what cannot be done at its place; it stands in no other match's way.
    """

    reason: str
    span: Span
    matches: tuple[Match, ...]
    declined: bool = False


@record(frozen=True, slots=True, eq=False)
class Addition:
    """Plus code, the match that asks for it, and the code that the leaf which carries it has met."""

    fragment: Fragment
    match: Match
    beside: Span


@record(slots=True)
class Marks:
    """By index of token: what goes, at whose wish, and what is added before and behind it, in order."""

    removed: set[int] = field(default_factory=set)
    wished: defaultdict[int, set[Match]] = field(default_factory=lambda: defaultdict(set))
    before: defaultdict[int, list[Addition]] = field(default_factory=lambda: defaultdict(list))
    after: defaultdict[int, list[Addition]] = field(default_factory=lambda: defaultdict(list))

    def staying(self, index: int) -> int:
        """The first token from an index on that stays; the one behind the last where none does."""
        while index in self.removed:
            index += 1
        return index

    def additions(self) -> Iterator[Addition]:
        """Every addition, by place."""
        for index in sorted({*self.before, *self.after}):
            yield from self.before[index]
            yield from self.after[index]


@record(frozen=True, slots=True)
class _Tag:
    """What one touch asks of one token; two tags of a token must agree. ``minus`` is None where the token only bears
    what a leaf that met nothing adds.
    """

    minus: bool | None
    before: tuple[Fragment, ...]
    after: tuple[Fragment, ...]
    match: Match
    beside: Span
    dots: bool  # whether dots ask for it, which stand for what else may be asked for

    @property
    def adds(self) -> bool:
        """Whether it brings plus code."""
        return bool(self.before or self.after)

    def agrees(self, other: _Tag) -> bool:
        if not (self.adds or other.adds):
            return True  # to remove twice is to remove
        if self.match is other.match and (self.minus is None or other.minus is None):
            return True
        mine, yours = (*self.before, *self.after), (*other.before, *other.after)
        if self.beside != other.beside and any(map(goes_on, mine)):
            return False  # structures that end together would have one else between them
        together = self.match is other.match and self.minus and other.minus and not (mine and yours)
        if together and (self.dots or other.dots):
            return True  # dots may go together with what stands among them
        if bool(self.minus) == bool(other.minus) and len(mine) == len(yours):
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
        attempt = _Attempt(code)
        found = next((each for match in wanted if (each := attempt.take(match)) is not None), None)
        if found is None:
            attempt.settle_shared()
            return attempt.placed(), tuple(conflicts)
        conflicts.append(found)
        wanted = [match for match in wanted if all(match is not bad for bad in found.matches)]


class _Attempt:
    """The marks of some matches, as long as they agree."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.marks = Marks()
        self.tags: dict[int, list[_Tag]] = defaultdict(list)
        self.adding: dict[int, list[_Tag]] = defaultdict(list)  # those of them that bring code: the others agree
        self.shared: list[tuple[Touch, range]] = []

    def take(self, match: Match) -> Conflict | None:
        """Add a match; or why it cannot be."""
        for touch in match.touches:
            try:
                before = tuple(instantiate(plus, touch.bindings, self.code.data) for plus in touch.leaf.before)
                after = tuple(instantiate(plus, touch.bindings, self.code.data) for plus in touch.leaf.after)
            except UnboundError as error:
                return Conflict(str(error), touch.span, (match,))
            minus = touch.leaf.mark is Mark.MINUS
            if not (minus or before or after):
                continue
            run, dots = self.code.run(touch.span), isinstance(touch.leaf, Dots | Nest)
            if touch.shared and not _only_declarator(self.code, run):
                if before or after:
                    found = self.beside_others(run, touch, _Tag(None, before, after, match, touch.span, dots))
                    if found is not None:
                        return found
                if minus:
                    self.shared.append((touch, run))
                    self.marks.removed.update(self.own_of_declarator(touch, run))
                continue
            found = self.tag(run, touch, _Tag(minus, before, after, match, touch.span, dots))
            if found is not None:
                return found
            if minus:
                self.marks.removed.update(index for span in touch.also for index in self.code.run(span))
        return self.torn(match)

    def beside_others(self, run: range, touch: Touch, tag: _Tag) -> Conflict | None:
        """Add code for one declarator of several beside the declaration that the others keep: there where the whole of
        the type goes with it, and additions may be many. An ``extern`` that stays says nothing of a function.
        """
        declaration = _declaration(self.code, run)
        specifiers = declaration.part("specifiers") if declaration is not None else None
        if declaration is not None and specifiers is not None:
            gone = self.gone(tag.match)
            stays = {self.code.tokens[index].text for index in self.code.tokens_of(specifiers) if index not in gone}
            if stays and _declares_functions(self.code, declaration, gone):
                stays.discard("extern")
            if not stays and all(each.code.many for each in (*tag.before, *tag.after)):
                return self.tag(self.code.tokens_of(declaration), touch, tag)
        return Conflict("code cannot be added for one declarator of several", touch.span, (tag.match,), declined=True)

    def gone(self, match: Match) -> set[int]:
        """The tokens that a match removes, those included that serve others as well."""
        minus = (touch for touch in match.touches if touch.leaf.mark is Mark.MINUS)
        return {index for touch in minus for span in (touch.span, *touch.also) for index in self.code.run(span)}

    def own_of_declarator(self, touch: Touch, run: range) -> Iterator[int]:
        """The tokens that fall to a shared touch and serve no other declarator: stars and brackets around the name."""
        declaration = _declaration(self.code, run)
        declarators = declaration.part("declarators") if declaration is not None else None
        if isinstance(declarators, Node):
            inside = (span for span in touch.also if declarators.span.contains(span))
            yield from (index for span in inside for index in self.code.run(span))

    def torn(self, match: Match) -> Conflict | None:
        """Whether a match takes from one declarator of several its part of the type and leaves the rest, or puts
        something in its place.
        """
        gone, adding = self.gone(match), [each for each in match.touches if each.leaf.adds]
        for touch in match.touches:
            run = self.code.run(touch.span)
            if touch.leaf.mark is not Mark.MINUS or _only_declarator(self.code, run):
                continue
            declaration = _declaration(self.code, run)
            specifiers = declaration.part("specifiers") if declaration is not None else None
            if not touch.shared and (specifiers is None or not specifiers.span.contains(touch.span)):
                continue
            declarators = declaration.part("declarators") if declaration is not None else None
            for each in declarators.children if isinstance(declarators, Node) else ():
                own = gone.intersection(self.code.tokens_of(each))
                replaced = own and any(each.span.contains(other.span) for other in adding)
                if replaced or 0 < len(own) < len(self.code.tokens_of(each)):
                    reason = "code cannot be removed from one declarator of several"
                    return Conflict(reason, touch.span, (match,), declined=True)
        return None

    def tag(self, run: range, touch: Touch, whole: _Tag) -> Conflict | None:
        """Tag the tokens of ``run``; plus code goes to the first and the last of them."""
        parts: dict[int, _Tag]
        if run:
            plain = replace(whole, before=(), after=())
            parts = dict.fromkeys(run, plain) if whole.minus else {}  # what stays may change as others want
            if whole.before:
                parts[run[0]] = replace(plain, before=whole.before)
            if whole.after:
                parts[run[-1]] = replace(parts.get(run[-1], plain), after=whole.after)
        else:  # dots over nothing: whatever hangs on them stands behind the token before, if there is any
            right, hanging = self.code.at(touch.span.start), (*whole.before, *whole.after)
            before, after = ((), hanging) if right else (hanging, ())
            parts = {max(right - 1, 0): replace(whole, minus=None, before=before, after=after)}
        for index, tag in parts.items():
            for other in self.tags[index] if tag.adds else self.adding[index]:
                if not tag.agrees(other):
                    involved = (tag.match,) if other.match is tag.match else (other.match, tag.match)
                    token = self.code.tokens[index]
                    reason = f"already tagged: `{token.text}` would be changed in two ways"
                    return Conflict(reason, token.span, involved)
            self.tags[index].append(tag)
            if tag.adds:
                self.adding[index].append(tag)
            if tag.minus:
                self.marks.removed.add(index)
                self.marks.wished[index].add(tag.match)
        return None

    def settle_shared(self) -> None:
        """Specifiers and semicolon go when every declarator goes."""
        removed = self.marks.removed
        for touch, run in self.shared:
            declaration = _declaration(self.code, run)
            declarators = declaration.part("declarators") if declaration is not None else None
            if isinstance(declarators, Node) and not all(
                index in removed for index in _meaningful(self.code, declarators)
            ):
                continue
            removed.update(run)
            removed.update(index for span in touch.also for index in self.code.run(span))
            if declarators is not None:
                removed.update(self.code.tokens_of(declarators))

    def placed(self) -> Marks:
        """The marks, each fragment where it is to stand, once for each of its environments."""
        marks = self.marks
        for index in sorted(self.tags):
            for tag in self.tags[index]:
                for fragment in tag.before:
                    there = _anchor(self.code, index, fragment.code, forwards=False)
                    _add(marks.before[there], fragment, tag)
                for fragment in tag.after:
                    there = _anchor(self.code, index, fragment.code, forwards=True)
                    _add(marks.after[there], fragment, tag)
        return marks


def _only_declarator(code: Code, run: range) -> bool:
    declaration = _declaration(code, run)
    declarators = declaration.part("declarators") if declaration is not None else None
    return not (isinstance(declarators, Node) and len(declarators.children) > 1)


def _declaration(code: Code, run: range) -> Node | None:
    above = code.ancestors(code.tokens[run[0]]) if run else iter(())
    return next((node for node in above if node.kind is Kind.DECLARATION), None)


def _declares_functions(code: Code, declaration: Node, gone: set[int]) -> bool:
    """Whether all declarators that go declare functions."""
    declarators = declaration.part("declarators")
    for each in declarators.children if isinstance(declarators, Node) else ():
        if gone.issuperset(code.tokens_of(each)):
            wrappers = declared(each).wrappers
            if not wrappers or wrappers[0].kind is not Kind.FUNCTION_TYPE:
                return False
    return True


def _meaningful(code: Code, declarators: Node) -> Iterator[int]:
    """The tokens of declarators, their separating commas left out."""
    for part in declarators.children:
        if isinstance(part, Node) or part.text != ",":
            yield from code.tokens_of(part)


def _add(additions: list[Addition], fragment: Fragment, tag: _Tag) -> None:
    if not any(each.fragment.same(fragment) for each in additions):
        additions.append(Addition(fragment, tag.match, tag.beside))


def _anchor(code: Code, index: int, plus: PlusCode, *, forwards: bool) -> int:
    """The token at which a fragment stands that hangs on token ``index``.

    What takes lines of its own goes before the whole of a declaration or function, its storage and attributes included,
    though the pattern need not name them; and behind the whole of it likewise.
    """
    if plus.shape in (PlusShape.INLINE, PlusShape.LIST_ITEM, PlusShape.FRAME):
        return index
    for node in code.ancestors(code.tokens[index]):
        if node.kind in _ENCLOSING:
            return _behind_local_labels(code, index, node) if forwards else index
        if node.kind in DECLARING:
            tokens = code.tokens_of(node)
            if not forwards:
                return tokens[0]
            return index if node.kind is Kind.FUNCTION else tokens[-1]
    return index


def _behind_local_labels(code: Code, index: int, block: Node) -> int:
    """The last token of what declares labels, where a block opens with it and ``index`` is its brace: in C nothing may
    stand before that.
    """
    if block.kind is not Kind.BLOCK or code.tokens[index] is not block.children[0]:
        return index
    for statement in block.children[1:]:
        if code.data[statement.start : statement.end].split(maxsplit=1)[0] != b"__label__":
            break
        index = code.tokens_of(statement)[-1]
    return index
