"""How a run of added tokens sits in the code around it, read off the tree of the plus slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lazymmu_refactor.c.syntax.families import EXPRESSIONS
from lazymmu_refactor.c.syntax.node import Kind
from lazymmu_refactor.smpl.grammar.expressions import EXPRESSION_METAS
from lazymmu_refactor.smpl.patch.pattern import (
    Atom,
    Branch,
    Dots,
    Hole,
    Leaf,
    Nest,
    Pattern,
    PlusShape,
    Template,
    is_kind,
    leaves_of,
    parts_of,
    walk_pattern,
)
from lazymmu_refactor.smpl.patch.rule import MetaKind, Metavariable
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, LineMark, Sort

_LISTS = {
    Kind.STATEMENTS: PlusShape.STATEMENTS,
    Kind.BLOCK: PlusShape.STATEMENTS,
    Kind.FIELDS: PlusShape.FIELDS,
    Kind.ARGUMENTS: PlusShape.LIST_ITEM,
    Kind.PARAMETERS: PlusShape.LIST_ITEM,
    Kind.INITIALIZERS: PlusShape.LIST_ITEM,
    Kind.ENUMERATORS: PlusShape.LIST_ITEM,
    Kind.MACRO_PARAMETERS: PlusShape.LIST_ITEM,
    Kind.DECLARATORS: PlusShape.LIST_ITEM,
}
_WITH_BODIES = frozenset({Kind.IF, Kind.WHILE, Kind.DO, Kind.FOR, Kind.SWITCH, Kind.ITERATOR, Kind.LABELED})
_FRAMES = _WITH_BODIES | {Kind.BLOCK, Kind.FUNCTION}
_STATEMENTS = frozenset({
    Kind.BLOCK, Kind.EXPRESSION_STATEMENT, Kind.EMPTY, Kind.GOTO, Kind.BREAK, Kind.CONTINUE, Kind.RETURN, Kind.ASM,
    Kind.MACRO_STATEMENT, Kind.DECLARATION, Kind.MACRO_DECLARATION, Kind.FUNCTION, *_WITH_BODIES,
})  # fmt: skip


class Shaper:
    """Knows the tree of one plus slice. ``top`` tells that the body stands at file scope."""

    def __init__(self, root: Pattern, metavariables: Mapping[str, Metavariable], *, top: bool) -> None:
        self.root = root
        self.metavariables = metavariables
        self.top = top
        self.parents: dict[Pattern, Pattern] = {part: each for each in walk_pattern(root) for part in parts_of(each)}
        leaves = [each for each in walk_pattern(root) if isinstance(each, Atom | Hole | Dots | Template)]
        self.leaves = sorted(leaves, key=lambda leaf: (leaf.place.line, leaf.place.column))
        self.by_place = {(leaf.place.line, leaf.place.column): leaf for leaf in self.leaves}

    def shape(self, lexemes: Sequence[Lexeme], first_line: int, *, instead: bool = False) -> tuple[PlusShape, bool]:
        """The shape of the run of these tokens, and whether it is the branch or body of a statement around it.

        Among statements an expression without a semicolon is a line of its own, a macro's call, unless it stands
        ``instead`` of removed code that was no whole statement either.
        """
        code = self._code(lexemes)
        if not code:
            return self._between(first_line), False
        shape, branch = self._of_code(code)
        bare = shape in (PlusShape.STATEMENTS, PlusShape.TOP_LEVEL) and self._is_bare(code)
        within = bare or (shape is PlusShape.FRAME and any(map(_is_keyword, code[:2])))
        return (PlusShape.INLINE, False) if within and instead else (shape, branch)

    def is_nested(self, lexemes: Sequence[Lexeme]) -> bool:
        """Whether the run of these tokens stands in a nest, and in no structure within it."""
        places = ((lexeme.place.line, lexeme.place.column) for lexeme in lexemes)
        leaf = next((self.by_place[place] for place in places if place in self.by_place), None)
        around = self._path(leaf)[-2::-1] if leaf is not None else []
        frame = next((each for each in around if isinstance(each, Nest) or is_kind(each, *_FRAMES)), None)
        return isinstance(frame, Nest)

    def is_single(self, lexemes: Sequence[Lexeme]) -> bool:
        """Whether the run of these tokens is one statement, and none to which an else behind it would belong."""
        code = self._code(lexemes)
        common = self._whole(code)[0] if code else None
        match common:
            case Branch(kind=Kind.LABELED) | Branch(kind=Kind.IF, parts=(*_, None)):
                return False
            case Hole():
                return self.metavariables[common.meta.name].kind is MetaKind.STATEMENT
            case _:
                return common is not None and _is_statement(common) and self._is_covered(common, set(code))

    def _code(self, lexemes: Sequence[Lexeme]) -> list[Atom | Hole | Dots | Template]:
        """The added leaves among these tokens, those of directives aside."""
        directives = {lexeme.logical for lexeme in lexemes if lexeme.sort is Sort.DIRECTIVE}
        places = (
            (lexeme.place.line, lexeme.place.column)
            for lexeme in lexemes
            if lexeme.mark is LineMark.PLUS and lexeme.sort is not Sort.COMMENT and lexeme.logical not in directives
        )
        return [self.by_place[place] for place in places if place in self.by_place]

    def _is_bare(self, code: Sequence[Atom | Hole | Dots | Template]) -> bool:
        """Whether the run is one expression alone."""
        common = self._common(code[0], code[-1])
        if isinstance(common, Hole):
            return self.metavariables[common.meta.name].kind in EXPRESSION_METAS
        return not isinstance(common, Branch) or common.kind in EXPRESSIONS

    def _path(self, leaf: Pattern) -> list[Pattern]:
        """From the root down to the leaf."""
        found = [leaf]
        while found[-1] in self.parents:
            found.append(self.parents[found[-1]])
        return found[::-1]

    def _common(self, first: Pattern, last: Pattern) -> Pattern:
        """The innermost pattern around both."""
        common = self.root
        for one, other in zip(self._path(first), self._path(last), strict=False):
            if one is not other:
                break
            common = one
        return common

    def _between(self, line: int) -> PlusShape:
        """The shape of lines without code: comments, directives, blank lines. Their neighbours decide."""
        previous = [leaf for leaf in self.leaves if leaf.place.line < line][-1:]
        following = [leaf for leaf in self.leaves if leaf.place.line > line][:1]
        if not previous or not following:
            return self._whole_root(self.root)
        return self._in_list(self._common(previous[0], following[0]))

    def _in_list(self, pattern: Pattern) -> PlusShape:
        """The shape of elements of the sequence that ``pattern`` is; INLINE where it is none."""
        if not isinstance(pattern, Branch):
            return PlusShape.TOP_LEVEL if self.top and pattern is self.root else PlusShape.INLINE
        shape = _LISTS.get(pattern.kind, PlusShape.INLINE)
        if shape is PlusShape.STATEMENTS and self._inside(pattern, Kind.FIELDS):
            return PlusShape.FIELDS
        if shape is PlusShape.STATEMENTS and self.top and pattern is self.root:
            return PlusShape.TOP_LEVEL
        return shape

    def _inside(self, pattern: Pattern, kind: Kind) -> bool:
        """Whether the sequence stands, perhaps as a branch of groups, in a list of that kind."""
        around = self.parents.get(pattern)
        while around is not None and not isinstance(around, Branch):
            around = self.parents.get(around)
        return around is not None and around.kind is kind

    def _of_code(self, code: Sequence[Atom | Hole | Dots | Template]) -> tuple[PlusShape, bool]:
        covered: set[Leaf] = set(code)
        common, around = self._whole(code)
        if not self._is_covered(common, covered):
            return self._partial(common, covered), False
        if around is None:
            return self._whole_root(common), False
        if isinstance(around, Branch) and around.kind in _WITH_BODIES and _is_statement(common):
            return PlusShape.STATEMENTS, True
        brace = is_kind(around, Kind.BLOCK) and isinstance(common, Atom) and common.text in "{}"
        if brace or is_kind(around, Kind.LABELED) or (is_kind(around, *_WITH_BODIES) and _is_keyword(common)):
            return PlusShape.FRAME, False
        return self._beside(common, around), False

    def _whole(self, code: Sequence[Atom | Hole | Dots | Template]) -> tuple[Pattern, Pattern | None]:
        """The outermost pattern that is just this code, else the innermost around it; and what is around that."""
        covered: set[Leaf] = set(code)
        whole = self._common(code[0], code[-1])
        while (around := self.parents.get(whole)) is not None and self._is_covered(around, covered):
            whole = around
        return whole, around

    def _beside(self, common: Pattern, around: Pattern) -> PlusShape:
        """The shape of a whole part of what stands around it."""
        while not isinstance(around, Branch | Nest) and around in self.parents:  # a branch of a group, a term by name
            around = self.parents[around]
        if isinstance(around, Nest) and isinstance(common, Branch) and common.kind in {Kind.STATEMENTS, *_STATEMENTS}:
            return PlusShape.STATEMENTS
        return PlusShape.INLINE if _is_bracket(common, around) else self._in_list(around)

    def _whole_root(self, root: Pattern) -> PlusShape:
        if self.top:
            return PlusShape.TOP_LEVEL
        is_list = isinstance(root, Branch) and (root.kind in _LISTS or root.kind in _STATEMENTS)
        return PlusShape.STATEMENTS if is_list else PlusShape.INLINE

    def _is_covered(self, pattern: Pattern, covered: set[Leaf]) -> bool:
        return all(each in covered for each in leaves_of(pattern))

    def _partial(self, pattern: Pattern, covered: set[Leaf]) -> PlusShape:
        """The run is a part of ``pattern``, and does not lie in one part of it alone."""
        if not isinstance(pattern, Branch):
            return PlusShape.INLINE
        touched = [part for part in parts_of(pattern) if self._is_touched(part, covered)]
        whole = all(self._is_covered(part, covered) for part in touched)
        if pattern.kind in _LISTS and whole and not self._touches_brace(pattern, touched):
            return self._in_list(pattern)
        return PlusShape.FRAME if self._is_frame(pattern, covered) else PlusShape.INLINE

    def _touches_brace(self, pattern: Branch, touched: Sequence[Pattern]) -> bool:
        return pattern.kind is Kind.BLOCK and (pattern.parts[0] in touched or pattern.parts[-1] in touched)

    def _is_frame(self, pattern: Pattern, covered: set[Leaf]) -> bool:
        """Whether the run begins or ends a structure, or leads to the other branch of one, or goes from one statement
        of a sequence into another, and cuts no part of it but further structures.
        """
        leaves = list(leaves_of(pattern))
        leads = any(_is_keyword(part) and part in covered for part in parts_of(pattern))
        crosses = is_kind(pattern, Kind.STATEMENTS, Kind.BLOCK)
        if not (leads or crosses or leaves[0] in covered or leaves[-1] in covered):
            return False
        level = [pattern]
        while level:
            if not all(isinstance(each, Branch) and each.kind in (*_FRAMES, Kind.STATEMENTS) for each in level):
                return False
            parts = [part for each in level for part in parts_of(each)]
            level = [part for part in parts if self._is_touched(part, covered) and not self._is_covered(part, covered)]
        return True

    def _is_touched(self, pattern: Pattern, covered: set[Leaf]) -> bool:
        return any(each in covered for each in leaves_of(pattern))


def _is_bracket(pattern: Pattern, around: Pattern) -> bool:
    """Whether this opens or closes a list: it is none of its elements."""
    return (
        isinstance(around, Branch)
        and around.kind in _LISTS
        and isinstance(pattern, Atom)
        and pattern.text in {"(", ")", "{", "}"}
        and pattern in (around.parts[0], around.parts[-1])
    )


def _is_keyword(pattern: Pattern) -> bool:
    """Whether this is a word that makes a statement a branch by itself."""
    return isinstance(pattern, Atom) and pattern.text in {"do", "else"}


def _is_statement(pattern: Pattern) -> bool:
    return isinstance(pattern, Branch) and pattern.kind in _STATEMENTS
