"""The base of a type: the specifiers of a pattern against those of the code.

What the declarators left over around the declared name comes along: it belongs to a type metavariable, or else nothing
may be left.
"""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.syntax.node import Kind, Node, Tree, first_token, tokens
from lazymmu_refactor.c.tokens.keywords import ATTRIBUTE_WORDS
from lazymmu_refactor.match.code.declarators import abstract, pieces
from lazymmu_refactor.match.code.specifiers import (
    CLASSES,
    Specifiers,
    is_any_attribute,
    is_signed,
    meant_words,
    plain_qualifier,
    plain_type,
    plain_words,
    taken_apart,
    text_of,
)
from lazymmu_refactor.match.unify.bind import standing, valued
from lazymmu_refactor.match.unify.machine import Goal, Meet, Solver, State
from lazymmu_refactor.match.values.binding import Term
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.match.values.places import placed
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, Choice, Hole, Named, Pattern
from lazymmu_refactor.smpl.patch.rule import MetaKind
from lazymmu_refactor.text.record import NamedTuple, record
from lazymmu_refactor.text.span import Span


class Base(NamedTuple):
    """What specifiers of a pattern meet: ``parts`` of specifiers, the wrappers that remain for the type and the
    parentheses among them; ``at`` is where a type would stand if there is none. A type that is ``meant``, that of
    an expression, is the same in every spelling. ``free`` tells that qualifiers count only where the pattern has some.
    """

    parts: tuple[Tree, ...]
    at: int
    remaining: tuple[Node, ...] = ()
    groups: tuple[Node, ...] = ()
    meant: bool = False
    free: bool = False


def specified(pattern: Pattern | None, code: Base, state: State, solver: Solver) -> Sequence[State]:
    """Specifiers of a pattern, which may be none, against those of the code, which may be none too."""
    match pattern:
        case Choice():
            number = solver.numbers.get(pattern, -1)
            return [
                found
                for index, branch in enumerate(pattern.branches)
                for found in specified(branch, code, state.choosing(number, index), solver)
            ]
        case Named():
            said = taken_apart(code.parts)
            declaration = solver.context.declaration(pattern.meta)
            whole = _type_term((*said.qualifiers, *said.words, *_own_attributes(said)), code)
            env = valued(state.env, declaration, whole, solver.context)
            return () if env is None else specified(pattern.body, code, state.bound(env), solver)
        case None:
            own: tuple[Pattern, ...] = ()
        case Branch(kind=Kind.SPECIFIERS):
            own = tuple(part for part in pattern.parts if part is not None)
        case _:
            own = (pattern,)
    for index, part in enumerate(own):
        if isinstance(part, Choice):
            number = solver.numbers.get(part, -1)
            return [
                found
                for taken, branch in enumerate(part.branches)
                for found in specified(_spliced(own, index, branch), code, state.choosing(number, taken), solver)
            ]
    return _Comparison(taken_apart(own), taken_apart(code.parts), code, solver).met(state)


def attributed(own: Sequence[Pattern], code: Sequence[Tree], goals: list[Goal], context: MatchContext) -> bool:
    """Adds goals for the attributes that a pattern asks for; False where one is not there, or one too many is."""
    left = list(code)
    for part in sorted(own, key=is_any_attribute):  # those that are spelled out take theirs first
        wanted = list(_texts_of(part))
        found = next((each for each in left if is_any_attribute(part) or _texts([each]) == wanted), None)
        if found is None:
            return False
        left.remove(found)
        goals.append(Meet(part, found))
    return not left or context.enabled("optional_attributes")


def _spliced(parts: tuple[Pattern, ...], index: int, branch: Pattern) -> Branch:
    """SPECIFIERS in which ``branch`` stands in the place of a disjunction."""
    inner = branch.parts if isinstance(branch, Branch) and branch.kind is Kind.SPECIFIERS else (branch,)
    return Branch(Kind.SPECIFIERS, (*parts[:index], *inner, *parts[index + 1 :]))


@record(frozen=True, slots=True, eq=False)
class _Comparison:
    """One comparison of specifiers without disjunctions in the pattern."""

    own: Specifiers[Pattern]
    code: Specifiers[Tree]
    base: Base
    solver: Solver

    def met(self, state: State) -> Sequence[State]:  # noqa: PLR0911 - one return a case
        goals: list[Goal] = []
        if not self._storage(goals) or not attributed(
            self.own.attributes, self.code.attributes, goals, self.solver.context
        ):
            return ()
        words = self.own.words
        variable = next((part for part in words if self._is_type_variable(part)), None)
        outermost = self._outermost() if variable is not None else self.code.qualifiers
        free = self._qualifiers(outermost, goals)
        if free is None:
            return ()
        if variable is None:
            if free and not (self.base.free or self.solver.context.enabled("optional_qualifier")):
                return ()
            if not words:
                return (state.then(*goals),)
            if self.base.remaining:
                return ()
            return self._words(state.then(*goals))
        assert isinstance(variable, Hole)
        return self._with_variable(variable, free, goals, state)

    def _storage(self, goals: list[Goal]) -> bool:
        left = list(self.code.storage)
        for part in self.own.storage:
            found = next((token for token in left if text_of(token) == text_of(part)), None)
            if found is None:
                return False
            left.remove(found)
            goals.append(Meet(part, found))
        if any(text_of(token) == "typedef" for token in left):
            return False
        return self.solver.context.enabled("optional_storage") or not any(text_of(token) in CLASSES for token in left)

    def _outermost(self) -> tuple[Tree, ...]:
        """The qualifiers of what a type variable stands for: of a pointer those behind its star."""
        if not self.base.remaining:
            return self.code.qualifiers
        nearest = self.base.remaining[0]
        behind = nearest.parts[1] if nearest.kind is Kind.POINTER else None
        return behind.children if isinstance(behind, Node) else ()

    def _qualifiers(self, there: tuple[Tree, ...], goals: list[Goal]) -> tuple[Tree, ...] | None:
        """The code's qualifiers, of those that are ``there``, of which the pattern is silent. None where it is not
        silent and they are not the same.
        """
        if not self.own.qualifiers:
            return there
        wanted = {plain_qualifier(text_of(part)): part for part in self.own.qualifiers}
        found = {plain_qualifier(text_of(token)): token for token in there}
        if wanted.keys() != found.keys() - ({"restrict"} - wanted.keys()):
            return None
        goals += [standing(part, (found[name],), self.base.at) for name, part in wanted.items()]
        return tuple(token for name, token in found.items() if name not in wanted)

    def _words(self, state: State) -> Sequence[State]:
        own, code = self.own.words, self.code.words
        if all(isinstance(part, Atom) for part in own):
            texts = [text_of(word) for word in code] or ["int"]
            asked = [text_of(part) for part in own]
            if self.base.meant:
                if meant_words(asked) != meant_words(texts):
                    return ()
            elif plain_words(asked) != plain_words(texts) or (is_signed(asked) and not is_signed(texts)):
                return ()
            return (state.then(*_word_by_word(own, code, self.base.at)),)
        if len(own) != len(code):
            return ()
        return (state.then(*(Meet(part, word) for part, word in zip(own, code, strict=True))),)

    def _with_variable(
        self, variable: Hole, free: tuple[Tree, ...], goals: list[Goal], state: State
    ) -> Sequence[State]:
        words = list(self.code.words)
        if self.base.remaining and len(self.own.words) > 1:
            return ()  # no pointer is signed or unsigned
        for part in self.own.words:
            if part is variable:
                continue
            found = next((word for word in words if text_of(word) and text_of(word) == text_of(part)), None)
            if found is None or len(words) == 1:
                return ()
            words.remove(found)
            goals.append(Meet(part, found))
        base = self.base
        if base.remaining:  # the qualifiers of the specifiers are part of the type, those behind the star if unsaid
            free = self.code.qualifiers
            if self.own.qualifiers:
                base = base._replace(remaining=(_unqualified(base.remaining[0]), *base.remaining[1:]))
        attributes = _own_attributes(self.code) if not self.own.attributes else []
        mine = tuple(sorted((*free, *words, *attributes), key=lambda each: each.start))
        declaration = self.solver.context.declaration(variable.meta)
        term = _type_term(mine, base)
        if self.base.meant:
            known = state.env.get(self.solver.context.key(variable.meta))
            same = isinstance(known, Term) and plain_type(known.tokens, meant_words) == plain_type(
                term.tokens, meant_words
            )
            term = known if same and isinstance(known, Term) else term
        env = valued(state.env, declaration, term, self.solver.context)
        if env is None:
            return ()
        spans = _spans(mine, base)
        here = Span(spans[0].start, max(span.end for span in spans)) if spans else Span(base.at, base.at)
        placed_env = placed(env, variable.attached, here, self.solver.context)
        if placed_env is None:
            return ()
        first, also = (spans[0], spans[1:]) if spans else (here, ())
        tree = mine[0] if len(mine) == 1 and not self.base.remaining else None
        return (state.bound(placed_env).met(variable, first, tree, also).then(*goals),)

    def _is_type_variable(self, part: Pattern) -> bool:
        return isinstance(part, Hole) and self.solver.context.declaration(part.meta).kind in (
            MetaKind.TYPE,
            MetaKind.METAVARIABLE,
        )


def _word_by_word(own: tuple[Pattern, ...], code: tuple[Tree, ...], at: int) -> tuple[Goal, ...]:
    """The words of a type of equal meaning, which may be more or fewer in the code: the last takes the surplus."""
    if len(own) <= len(code):
        return tuple(
            standing(part, code[index:] if index == len(own) - 1 else (code[index],), at)
            for index, part in enumerate(own)
        )
    end = code[-1].end if code else at
    return tuple(standing(part, code[index : index + 1], end) for index, part in enumerate(own))


def _unqualified(pointer: Node) -> Node:
    return Node(pointer.kind, (pointer.parts[0], None, pointer.parts[2]), pointer.start, pointer.end)


def _texts_of(pattern: Pattern) -> tuple[str, ...]:
    if isinstance(pattern, Branch):
        return tuple(text for part in pattern.parts if part is not None for text in _texts_of(part))
    return (text_of(pattern),)


def _type_term(parts: Sequence[Tree], base: Base) -> Term:
    ordered = sorted(parts, key=lambda each: each.start)
    plain = [part for part in ordered if part.kind is not Kind.ATTRIBUTE]
    return Term(
        MetaKind.TYPE,
        (*_texts(ordered), *abstract(base.remaining)),
        _spans(ordered, base),
        (*ordered, *base.remaining),
        (*_texts(plain), *abstract(base.remaining, attributes=False)),
    )


def _texts(parts: Sequence[Tree]) -> list[str]:
    return [token.text for part in parts for token in tokens(part)]


def _own_attributes(code: Specifiers[Tree]) -> list[Tree]:
    """The attributes that belong to the type, as SmPL has it: ``__user`` between its words and the star. Those before
    the words, and ``__attribute__``, are the declaration's.
    """
    first = min((word.start for word in code.words), default=0)
    return [
        each for each in code.attributes if each.start > first and text_of(first_token(each)) not in ATTRIBUTE_WORDS
    ]


def _spans(parts: Sequence[Tree], base: Base) -> tuple[Span, ...]:
    return (*(part.span for part in parts), *pieces(base.remaining, base.groups))
