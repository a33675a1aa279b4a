"""What is done to a function's header is done to its prototypes as well.

A match is carried over token by token: a prototype of the same function has the same types in the same order, but it
may name its parameters otherwise or not at all, and its storage and attributes are its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from lazymmu_refactor.c.items.item import ItemKind, ParsedItem
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, tokens
from lazymmu_refactor.c.tokens.keywords import STORAGE_WORDS
from lazymmu_refactor.match.code.declarators import declared
from lazymmu_refactor.match.values.result import Match, Touch
from lazymmu_refactor.rewrite.added.unnamed import unnamed
from lazymmu_refactor.smpl.patch.pattern import Atom, Leaf, Mark, PlusCode, PlusShape
from lazymmu_refactor.text.record import record, replace
from lazymmu_refactor.text.span import Span

_IN_LINE = frozenset({PlusShape.INLINE, PlusShape.LIST_ITEM})


def carried_over(match: Match, function: ParsedItem, prototype: ParsedItem) -> Match | None:
    """What a match that changes the header of ``function`` asks of one of its prototypes.

    None where it asks for nothing, or for a change of what the prototype does not have. Values of metavariables are
    those of the function: a parameter that is added or replaced gets its name there.
    """
    pairs, declaration, body = _pairs(function, prototype), _header(prototype), function.item.body
    if pairs is None or declaration is None or body is None:
        return None
    asked = [replace(touch, leaf=_in_line(touch.leaf)) for touch in match.touches if touch.span.start < body.start]
    asked = _as_named(function, [touch for touch in asked if touch.leaf.changes], pairs)
    touches: list[Touch] = []
    for touch in asked:
        moved = _moved(touch, pairs)
        if moved is None:
            return None
        touches.append(moved)
    removed = [touch for touch in touches if touch.leaf.mark is Mark.MINUS and touch.span.start < touch.span.end]
    replaced = any(touch.leaf.adds for touch in touches)
    bare = all(any(touch.span.contains(each.span) for touch in removed) for each in declaration.needed())
    if removed and not replaced and (bare or _goes(match, body)):
        leaf = replace(removed[0].leaf, before=(), after=())  # with nothing left, the semicolon and all else goes
        touches.append(replace(removed[0], leaf=leaf, span=prototype.item.span, also=()))
    return match.touching(lambda _: sorted(touches, key=lambda touch: touch.span)) if touches else None


def _goes(match: Match, body: Span) -> bool:
    """Whether the function goes with its body, whatever its pattern says of its type, and nothing takes its place."""
    minus = [touch for touch in match.touches if touch.leaf.mark is Mark.MINUS]
    ends = {touch.span.start for touch in minus} >= {body.start} and {touch.span.end for touch in minus} >= {body.end}
    return ends and not any(touch.leaf.adds for touch in match.touches)


@record(frozen=True, slots=True, eq=False)
class _Header:
    """The tokens of a header. ``own`` are its storage and attributes, ``base`` all others outside of the parameters,
    ``parameters`` those of each, with the brackets first and last and the commas among them; ``names`` are the declared
    names of parameters.
    """

    own: tuple[Token, ...]
    base: tuple[Token, ...]
    parameters: tuple[tuple[Token, ...], ...]
    names: frozenset[Token]

    def needed(self) -> tuple[Token, ...]:
        """What every header of the function has."""
        return (*self.base, *(each for part in self.parameters for each in part if each not in self.names))


def _header(item: ParsedItem) -> _Header | None:
    """The header of a function or a prototype; None for anything else."""
    declarator = _only_declarator(item)
    if item.root is None or declarator is None:
        return None
    wrappers = declared(declarator).wrappers
    parameters = wrappers[0].part("parameters") if wrappers and wrappers[0].kind is Kind.FUNCTION_TYPE else None
    if not isinstance(parameters, Node):
        return None
    specifiers = item.root.part("specifiers")
    parts: tuple[Tree, ...] = specifiers.children if isinstance(specifiers, Node) else ()
    if any(_text(part) == "typedef" for part in parts):
        return None
    own = [part for part in parts if part.kind is Kind.ATTRIBUTE or _text(part) in STORAGE_WORDS]
    rest = [part for part in parts if part not in own]
    around = [each for each in tokens(declarator) if not parameters.span.contains(each.span)]
    return _Header(
        tuple(each for part in own for each in tokens(part)),
        (*(each for part in rest for each in tokens(part)), *_without_attributes(declarator, around)),
        tuple(tuple(tokens(part)) for part in parameters.children),
        frozenset(name for part in parameters.children if isinstance(name := _name(part), Token)),
    )


def _only_declarator(item: ParsedItem) -> Tree | None:
    """What a function, or a declaration of one name, declares."""
    root = item.root
    if root is None or root.kind not in (Kind.FUNCTION, Kind.DECLARATION):
        return None
    if root.kind is Kind.FUNCTION:
        return root.part("declarator")
    several = root.part("declarators")
    if not isinstance(several, Node) or several.kind is not Kind.DECLARATORS:
        return several
    return several.children[0] if len(several.children) == 1 else None


def _text(specifier: Tree) -> str:
    """The word that a specifier is; nothing where it is made up of several."""
    return specifier.text if isinstance(specifier, Token) else ""


def _name(parameter: Tree) -> Tree | None:
    if not isinstance(parameter, Node) or parameter.kind is not Kind.PARAMETER:
        return None
    return declared(parameter.part("declarator")).name


def _without_attributes(declarator: Tree, around: Iterable[Token]) -> Iterator[Token]:
    outer = None
    if isinstance(declarator, Node) and declarator.kind is Kind.INITIALIZED:
        outer = declarator.part("attributes")
    return (each for each in around if outer is None or not outer.span.contains(each.span))


_Pairs = Mapping[Token, Token | None]


def _pairs(function: ParsedItem, declaration: ParsedItem) -> _Pairs | None:
    """By token of a function's header that of a prototype, None where it has none; as a whole None if the two differ in
    more than storage, attributes and the names of parameters.
    """
    if declaration.item.kind is not ItemKind.DECLARATION or declaration.item.name != function.item.name:
        return None
    mine, theirs = _header(function), _header(declaration)
    if mine is None or theirs is None or len(mine.parameters) != len(theirs.parameters):
        return None
    pairs: dict[Token, Token | None] = {}
    for one, other in ((mine.base, theirs.base), *zip(mine.parameters, theirs.parameters, strict=True)):
        types = [each for each in one if each not in mine.names]
        there = [each for each in other if each not in theirs.names]
        if [each.text for each in types] != [each.text for each in there]:
            return None
        pairs.update(zip(types, there, strict=True))
        name = next((each for each in other if each in theirs.names), None)
        pairs.update((each, name) for each in one if each in mine.names)
    pairs.update((each, next((own for own in theirs.own if own.text == each.text), None)) for each in mine.own)
    return pairs


def _as_named(function: ParsedItem, touches: list[Touch], pairs: _Pairs) -> list[Touch]:
    """The touches with names for added parameters only where those that they change or stand beside have some."""
    header = _header(function)
    assert header is not None
    inside = {token for token in pairs if any(touch.span.contains(token.span) for touch in touches)}
    if all(pairs[token] is not None for token in inside & header.names):
        return touches
    whole = header.parameters[0][0] in inside
    return [replace(each, leaf=_mapped(each.leaf, lambda code: unnamed(code, header=whole))) for each in touches]


def _moved(touch: Touch, pairs: _Pairs) -> Touch | None:
    """The touch on a prototype; None if it has nothing of what is changed, or another name."""
    leaf = touch.leaf
    inside = {token: there for token, there in pairs.items() if touch.span.contains(token.span)}
    found = [there for there in inside.values() if there is not None]
    if isinstance(leaf, Atom) and [each.text for each in found] != [each.text for each in inside][: len(found)]:
        return None
    if found:
        span = Span(min(each.start for each in found), max(each.end for each in found))
        return replace(touch, leaf=leaf, span=span, also=_elsewhere(touch, pairs), tree=None)
    before = [there for token, there in pairs.items() if there is not None and token.end <= touch.span.start]
    if not before or any(token.kind is not TokenKind.IDENTIFIER for token in inside):
        return None
    # A parameter without its name: nothing to remove or to rename, but whole parameters are added behind it.
    end = max(each.end for each in before)
    return replace(touch, leaf=_only_items(leaf), span=Span(end, end), also=(), tree=None)


def _elsewhere(touch: Touch, pairs: _Pairs) -> tuple[Span, ...]:
    there = [other for token, other in pairs.items() if any(span.contains(token.span) for span in touch.also)]
    return tuple(each.span for each in there if each is not None)


def _in_line(leaf: Leaf) -> Leaf:
    """The leaf without the plus code that stands on lines of its own around the function, or opens its body."""
    return _with(leaf, lambda code: code.shape in _IN_LINE or (code.shape is PlusShape.FRAME and not _opens(code)))


def _opens(code: PlusCode) -> bool:
    return any(token.text == "{" for line in code.lines for token in line)


def _only_items(leaf: Leaf) -> Leaf:
    return _with(leaf, lambda code: code.shape is PlusShape.LIST_ITEM)


def _with(leaf: Leaf, wanted: Callable[[PlusCode], bool]) -> Leaf:
    before, after = (tuple(filter(wanted, codes)) for codes in (leaf.before, leaf.after))
    return replace(leaf, before=before, after=after)


def _mapped(leaf: Leaf, change: Callable[[PlusCode], PlusCode]) -> Leaf:
    before, after = (tuple(map(change, codes)) for codes in (leaf.before, leaf.after))
    return replace(leaf, before=before, after=after)
