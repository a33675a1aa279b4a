"""Storage classes and qualifiers that are added where a declaration has some already."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import Kind, Node
from lazymmu_refactor.c.tokens.keywords import QUALIFIERS, STORAGE_WORDS
from lazymmu_refactor.rewrite.marks.attach import Addition, Conflict, Marks
from lazymmu_refactor.rewrite.marks.code import Code
from lazymmu_refactor.text.record import replace

_CLASSES = frozenset({"auto", "register", "static", "extern", "typedef"})  # a declaration has one of them at most
_SPECIFIED = frozenset({Kind.DECLARATION, Kind.FUNCTION, Kind.PARAMETER, Kind.TYPE_NAME})
_REPEATED = STORAGE_WORDS | QUALIFIERS


def settle_specifiers(code: Code, marks: Marks) -> Conflict | None:
    """Add no word that stands there already. Why not, where a storage class would come beside another one."""
    for side in (marks.before, marks.after):
        for index in sorted(side):
            leads = side is marks.after and index + 1 < len(code.tokens) and _begins(code, index + 1)
            for addition in tuple(side[index]):
                standing = _standing(code, marks, index + leads, whole=addition.fragment.on_lines)
                if not standing:
                    continue
                words = [each.text for each in addition.fragment.words]
                leading = words[: next((at for at, text in enumerate(words) if text not in _REPEATED), len(words))]
                other = _CLASSES.intersection(standing)
                if other and (added := _CLASSES.intersection(leading) - standing):
                    reason = f"`{min(added)}` would come beside `{min(other)}`"
                    return Conflict(reason, code.tokens[index].span, (addition.match,), declined=True)
                if standing.intersection(leading):
                    at = side[index].index(addition)
                    side[index][at : at + 1] = _without(addition, standing, len(leading))
    return None


def _begins(code: Code, index: int) -> bool:
    """Whether specifiers begin with a token."""
    above = (node for node in code.ancestors(code.tokens[index]) if node.start == code.tokens[index].start)
    return any(node.kind is Kind.SPECIFIERS for node in above)


def _standing(code: Code, marks: Marks, index: int, *, whole: bool) -> frozenset[str]:
    """The words that stay of the specifiers among which something is added at a token, or behind which it takes the
    place of all else: a ``whole`` declaration goes nowhere else.
    """
    node = next((each for each in code.ancestors(code.tokens[index]) if each.kind in _SPECIFIED), None)
    specifiers = node.part("specifiers") if node is not None else None
    if node is None or not isinstance(specifiers, Node):
        return frozenset()
    own = code.tokens_of(specifiers)
    rest = range(own[-1] + 1, code.tokens_of(node)[-1] + 1)
    among = not whole and (index in own or index == own[-1] + 1)
    if not among and not marks.removed.issuperset(rest):
        return frozenset()
    direct = {id(part) for part in specifiers.children}
    stays = (code.tokens[at] for at in own if at not in marks.removed)
    return frozenset(token.text for token in stays if id(token) in direct and token.text in _REPEATED)


def _without(addition: Addition, standing: frozenset[str], leading: int) -> list[Addition]:
    """An addition without those of its leading words that stand already; none where nothing is left of it."""
    lines = []
    for line in addition.fragment.lines:
        lines.append(tuple(word for at, word in enumerate(line) if at >= leading or word.text not in standing))
        leading = max(leading - len(line), 0)
    kept = tuple(line for line in lines if line)
    return [replace(addition, fragment=replace(addition.fragment, lines=kept))] if kept else []
