"""Cutting a statement pattern into elements, each for one kind of node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lazymmu_refactor.c.syntax.families import EXPRESSIONS, LABELS
from lazymmu_refactor.c.syntax.node import LAYOUT, Kind
from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.match.formula.element import HEADER_PARTS, TAIL_PARTS, Element, Reading
from lazymmu_refactor.match.formula.names import names_of, runs_script
from lazymmu_refactor.match.values.known import Known
from lazymmu_refactor.smpl.needs.pattern_needs import of_pattern
from lazymmu_refactor.smpl.needs.requirement import ANYTHING, all_of
from lazymmu_refactor.smpl.patch.errors import SmplError
from lazymmu_refactor.smpl.patch.occurrence import occurring
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Both,
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
    Template,
    walk_pattern,
)
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.rule import STATEMENT_KINDS, MetaKind, Metavariable
from lazymmu_refactor.text.record import field, record

STATEMENT_NODES = frozenset(
    {
        FlowKind.EXPRESSION,
        FlowKind.OPEN,
        FlowKind.IF,
        FlowKind.WHILE,
        FlowKind.DO,
        FlowKind.FOR,
        FlowKind.SWITCH,
        FlowKind.ITERATOR,
        FlowKind.GOTO,
        FlowKind.BREAK,
        FlowKind.CONTINUE,
        FlowKind.RETURN,
        FlowKind.LABEL,
        FlowKind.CASE,
    }
)
_SIMPLE_CODE = frozenset({FlowKind.EXPRESSION, FlowKind.DECLARATION, FlowKind.TOP})
_DIRECTIVES = frozenset({FlowKind.DIRECTIVE, FlowKind.TOP})
NODES_OF: dict[Kind, frozenset[FlowKind]] = {
    # a macro call reads as a statement or a declaration as its neighbours have it
    Kind.EXPRESSION_STATEMENT: _SIMPLE_CODE,
    Kind.MACRO_STATEMENT: _SIMPLE_CODE,
    Kind.DECLARATION: _SIMPLE_CODE,
    Kind.MACRO_DECLARATION: _SIMPLE_CODE,
    Kind.EMPTY: frozenset({FlowKind.EXPRESSION}),
    Kind.ASM: frozenset({FlowKind.EXPRESSION}),
    Kind.GOTO: frozenset({FlowKind.GOTO}),
    Kind.BREAK: frozenset({FlowKind.BREAK}),
    Kind.CONTINUE: frozenset({FlowKind.CONTINUE}),
    Kind.RETURN: frozenset({FlowKind.RETURN}),
    Kind.LABEL: frozenset({FlowKind.LABEL}),
    Kind.CASE: frozenset({FlowKind.CASE}),
    Kind.DEFAULT: frozenset({FlowKind.CASE}),
    Kind.INCLUDE: _DIRECTIVES,
    Kind.DEFINE: _DIRECTIVES,
    Kind.UNDEF: _DIRECTIVES,
    Kind.PRAGMA: _DIRECTIVES,
    Kind.IF: frozenset({FlowKind.IF}),
    Kind.WHILE: frozenset({FlowKind.WHILE}),
    Kind.DO: frozenset({FlowKind.DO}),
    Kind.FOR: frozenset({FlowKind.FOR}),
    Kind.SWITCH: frozenset({FlowKind.SWITCH}),
    Kind.ITERATOR: frozenset({FlowKind.ITERATOR}),
    Kind.FUNCTION: frozenset({FlowKind.HEADER}),
}
ANYWHERE = frozenset(FlowKind)
TESTS = frozenset({FlowKind.IF, FlowKind.WHILE, FlowKind.DO_WHILE, FlowKind.FOR})


def place_of(pattern: Pattern) -> Place:
    """Where a pattern begins in the semantic patch."""
    for each in walk_pattern(pattern):
        if isinstance(each, Leaf | Choice | Both):
            return each.place
    return Place("", 1, 0)


@record(slots=True)
class Elements:
    """Makes the elements of one rule. The same piece always gives the same element.

    ``ignored`` are the metavariables that decide nothing.
    """

    metavariables: Mapping[str, Metavariable]
    ignored: frozenset[MetaName]
    _made: dict[tuple[object, Reading, frozenset[FlowKind], tuple[str, ...]], Element] = field(default_factory=dict)

    def simple(self, pattern: Pattern) -> Element:  # noqa: PLR0911 - a table of cases
        """A statement, declaration, label or directive that is one node, or an expression anywhere in a node.

        SmplError for what SmPL does not allow there.
        """
        core = pattern
        while isinstance(core, Named):
            core = core.body
        match core:
            case Branch() if core.kind in EXPRESSIONS:
                return self._make(pattern, Reading.INSIDE, ANYWHERE)
            case Branch() if core.kind in NODES_OF:
                reading = Reading.WORD if core.kind in LABELS else Reading.WHOLE
                return self._make(pattern, reading, NODES_OF[core.kind])
            case Hole():
                kind = self.kind_of(core)
                if kind is MetaKind.STATEMENT:
                    return self._make(pattern, Reading.WHOLE, STATEMENT_NODES)
                if kind is MetaKind.DECLARATION:
                    return self._make(pattern, Reading.WHOLE, frozenset({FlowKind.DECLARATION, FlowKind.TOP}))
                if kind not in STATEMENT_KINDS:
                    return self._make(pattern, Reading.INSIDE, ANYWHERE)
            case Atom() | Template() | Choice() | Both():
                return self._make(pattern, Reading.INSIDE, ANYWHERE)
            case Nest() | Dots() if core.kind is not DotsKind.PATH:
                return self._make(pattern, Reading.INSIDE, ANYWHERE)
            case _:
                pass
        raise SmplError(place_of(pattern), "this cannot stand among statements")

    def whole(self, pattern: Pattern, kinds: frozenset[FlowKind]) -> Element:
        """The whole tree of a node of these kinds."""
        return self._make(pattern, Reading.WHOLE, kinds)

    def inside(self, pattern: Pattern) -> Element:
        """An expression anywhere in the code of a node."""
        return self._make(pattern, Reading.INSIDE, ANYWHERE)

    def header(self, branch: Branch) -> Element:
        """The header of a structure or a function."""
        return self._make(branch, Reading.HEADER, NODES_OF[branch.kind], HEADER_PARTS[branch.kind])

    def tail(self, branch: Branch) -> Element:
        """The test that ends a ``do`` loop."""
        return self._make(branch, Reading.HEADER, frozenset({FlowKind.DO_WHILE}), TAIL_PARTS)

    def token(self, atom: Pattern, kind: FlowKind) -> Element:
        """A brace, or ``else``."""
        return self._make(atom, Reading.WORD, frozenset({kind}))

    def condition(self, pattern: Pattern) -> Element:
        """The test of a structure."""
        return self._make(pattern, Reading.CONDITION, TESTS)

    def kind_of(self, hole: Hole) -> MetaKind | None:
        """The kind of metavariable that a hole stands for."""
        declared = self.metavariables.get(hole.meta.name)
        return None if declared is None else declared.kind

    def is_any_statement(self, hole: Hole) -> bool:
        """Whether this stands for whatever statement comes: code of its kind may always lie in between."""
        return self.kind_of(hole) is MetaKind.STATEMENT

    def names(self, *patterns: Pattern | None) -> frozenset[MetaName]:
        """All that a match of the patterns binds or looks up."""
        found: frozenset[MetaName] = frozenset()
        for pattern in patterns:
            if pattern is not None:
                found |= names_of(pattern, self.metavariables, self.ignored)
        return found

    def _make(
        self, pattern: Pattern, reading: Reading, kinds: frozenset[FlowKind], parts: tuple[str, ...] = ()
    ) -> Element:
        read: tuple[Pattern | None, ...] = (pattern,)
        if parts and isinstance(pattern, Branch):  # what stands outside of a header is not the header's
            read = tuple(part for name, part in zip(LAYOUT[pattern.kind], pattern.parts, strict=True) if name in parts)
        key = (tuple(map(_likeness, read)) if len(read) > 1 else read, reading, kinds, parts)
        if key not in self._made:
            own = read
            if isinstance(pattern, Branch) and pattern.kind is Kind.DEFINE:  # a body may have nodes of its own
                own = pattern.parts[: LAYOUT[Kind.DEFINE].index("body")]
            self._made[key] = Element(
                pattern=pattern,
                reading=reading,
                kinds=kinds,
                parts=parts,
                names=self.names(*read),
                anything=self._is_anything(reading, read),
                plain=not any(isinstance(each, Choice) for each in walk_pattern(pattern))
                and not self._scripted(pattern),
                needs=all_of(of_pattern(part, lambda _: ANYTHING) for part in own if part is not None),
                known=Known.of([part for part in own if part is not None], self.metavariables),
                place=place_of(pattern),
            )
        return self._made[key]

    def _is_anything(self, reading: Reading, read: Sequence[Pattern | None]) -> bool:
        """Whether a pattern is a variable for a statement, or a header with nothing but dots in its parentheses, and
        nothing else is asked of it.
        """
        if self.names(*read):
            return False
        match reading, read:
            case Reading.WHOLE, (Hole() as hole,) if self.kind_of(hole) is MetaKind.STATEMENT:
                metas = (hole.meta, *hole.attached)
            case Reading.HEADER, (Atom() as keyword, Atom(attached=()), Dots(attached=(), whens=()), Atom(attached=())):
                metas = keyword.attached
            case _:
                return False
        known = (self.metavariables.get(meta.name) for meta in metas)
        return all(each is not None and each.constraint is None for each in known)

    def _scripted(self, pattern: Pattern) -> bool:
        declared = (self.metavariables.get(meta.name) for meta in occurring(pattern))
        return any(each is not None and runs_script(each.constraint) for each in declared)


def _likeness(pattern: Pattern | None) -> object:
    """What the parts of a header have in common that are one: an isomorphism writes its keyword and its parentheses
    anew, and keeps the condition.
    """
    if isinstance(pattern, Atom) and pattern.mark is Mark.CONTEXT and not pattern.adds:
        return pattern.kind, pattern.text, pattern.attached
    return pattern
