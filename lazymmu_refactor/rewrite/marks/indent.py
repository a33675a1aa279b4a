"""Where the lines of a statement begin, read off the code around it."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.families import LABELS
from lazymmu_refactor.c.syntax.node import Kind, Node
from lazymmu_refactor.rewrite.marks.code import STANDING, Code

BRANCHES = {
    Kind.IF: ("then", "otherwise"),
    Kind.WHILE: ("body",),
    Kind.DO: ("body",),
    Kind.FOR: ("body",),
    Kind.SWITCH: ("body",),
    Kind.ITERATOR: ("body",),
}
_BRACED = frozenset({Kind.BLOCK, Kind.FIELDS, Kind.ENUMERATORS, Kind.INITIALIZERS})


def is_branch(code: Code, node: Node) -> bool:
    """Whether ``node`` is the branch of an if, or the body of a loop or a switch."""
    parent = code.parents.get(node)
    return parent is not None and any(parent.part(name) is node for name in BRANCHES.get(parent.kind, ()))


def enclosed_by(code: Code, index: int, brace: str) -> Node | None:
    """The braced construct of which the token is the opening or closing ``brace``."""
    token = code.tokens[index]
    parent = code.parents.get(token)
    if parent is None or parent.kind not in _BRACED or token.text != brace:
        return None
    return parent if token is parent.children[0 if brace == "{" else -1] else None


def indent_of(code: Code, node: Node, unit: bytes) -> bytes:
    """The white space at which ``node`` stands, or would stand on a line of its own.

    For a label it is that of the statements around: nothing but another label stands where a label does.
    """
    if node.kind is Kind.LABELED or node.kind in LABELS:
        return _beside_label(code, node, unit)
    first = code.tokens_of(node)[0]
    start = code.tokens[first].start
    if code.begins_line(start):
        return code.indent_at(start)
    parent = code.parents.get(node)
    if parent is not None and parent.kind in _BRACED:
        return inner_indent(code, parent, unit)
    if parent is not None and parent.kind is Kind.LABELED:
        return _beside_label(code, parent, unit)
    if parent is not None and is_branch(code, node):
        return code.indent_at(code.tokens[code.tokens_of(parent)[0]].start) + unit
    behind_name = code.in_macro and code.line_start(start) == code.line_start(code.item.span.start)
    return unit if behind_name else code.indent_at(start)


def _beside_label(code: Code, node: Node, unit: bytes) -> bytes:
    """The white space of the statements behind a label, or behind that of a labelled statement."""
    labeled = node if node.kind is Kind.LABELED else code.parents[node]
    statement = labeled.part("statement")
    if isinstance(statement, Node) and statement.kind is not Kind.LABELED and code.begins_line(statement.start):
        return code.indent_at(statement.start)
    label = labeled.part("label")
    if isinstance(label, Node) and label.kind is not Kind.LABEL and code.begins_line(label.start):
        return code.indent_at(label.start) + unit
    block = next((each for each in code.ancestors(node) if each.kind is Kind.BLOCK), None)
    return inner_indent(code, block, unit) if block is not None else b""


def inner_indent(code: Code, braced: Node, unit: bytes) -> bytes:
    """The white space at which what stands between the braces begins its lines."""
    for part in braced.children[1:-1]:
        aside = part.kind is Kind.LABELED or code.data.startswith(b"#", part.start)  # a directive
        if isinstance(part, Node) and not aside and code.begins_line(part.start):
            return code.indent_at(part.start)
    holder = braced
    while (above := code.parents.get(holder)) is not None and above.kind not in _BRACED:
        holder = above
    return code.indent_at(holder.start) + unit


def statement_before(code: Code, index: int) -> Node | None:
    """The outermost statement that begins with a token, without the structure whose branch it is."""
    found = None
    for node in code.ancestors(code.tokens[index]):
        if code.tokens_of(node)[0] != index:
            break
        if node.kind in STANDING:
            found = node
    return found


def statement_behind(code: Code, index: int, braced: frozenset[Node]) -> Node | None:
    """The statement or label that ends with a token: the whole structure where the token ends its branch.

    A branch in ``braced`` is going to have braces of its own: the structure then ends behind these.
    """
    found = None
    for node in code.ancestors(code.tokens[index]):
        if code.tokens_of(node)[-1] != index:
            break
        stands = node.kind in STANDING or node.kind in LABELS
        if stands and (found is None or is_branch(code, found) or node.kind is not Kind.LABELED):
            found = node
        if node in braced:
            break
    return found
