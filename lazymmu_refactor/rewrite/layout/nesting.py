"""How much deeper or less deep code that stays is to stand after the change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree
from lazymmu_refactor.rewrite.added.typeset import Rows, rows_of
from lazymmu_refactor.rewrite.marks.attach import Marks
from lazymmu_refactor.rewrite.marks.braces import Braced, has_new_header
from lazymmu_refactor.rewrite.marks.code import STANDING, Code
from lazymmu_refactor.rewrite.marks.indent import BRANCHES


def nesting(code: Code, marks: Marks, braced: Iterable[Braced], pushed: Iterable[Node]) -> list[int]:
    """For each token the change of its level, in units of indentation; one more entry for what follows the item.

    ``pushed`` are the blocks of `pushed_off`.
    """
    steps = [0] * (len(code.tokens) + 2)
    for index, behind, rows in _openings(marks):
        at = index + behind
        steps[at] += rows.opened
        at = marks.staying(at) if rows.waiting else at  # the branch is what stays behind
        if rows.waiting and at < len(code.tokens):
            steps[at] += rows.deepens(code.tokens[at].text)
            steps[_statement_end(code, at)] -= rows.deepens(code.tokens[at].text)
    deepened: set[int] = set()
    for branch in braced:
        whole = branch.node.kind is Kind.BLOCK and code.tokens[branch.first].text == "{"
        if whole or not code.begins_line(code.tokens[branch.first].start):  # a block stands no deeper than its header
            steps[branch.first] += 1
            steps[branch.last + 1] -= 1
            deepened.add(branch.first)
    for block in pushed:
        tokens = code.tokens_of(block)
        steps[tokens[0]] += 1
        steps[tokens[-1] + 1] -= 1
    for first, last in _unwrapped(code, marks, deepened):
        steps[first] -= 1
        steps[last] += 1
    for index, opened in _torn(code, marks):
        steps[index + 1] -= opened
    levels: list[int] = []
    level = 0
    for step in steps[: len(code.tokens) + 1]:
        level += step
        levels.append(level)
    return levels


def pushed_off(code: Code, marks: Marks) -> frozenset[Node]:
    """The blocks that stand on the lines of their cases, and get lines of their own since code comes before them."""
    found: set[Node] = set()
    for behind, side in enumerate((marks.before, marks.after)):
        for index, added in side.items():
            token = code.tokens[min(index + behind, len(code.tokens) - 1)]
            if token.text != "{" or code.begins_line(token.start) or not any(each.fragment.on_lines for each in added):
                continue
            block, *around = code.ancestors(token)
            label = around[0].part("label") if around and around[0].kind is Kind.LABELED else None
            if block.kind is Kind.BLOCK and label is not None and label.kind is not Kind.LABEL:
                found.add(block)
    return frozenset(found)


def _openings(marks: Marks) -> Iterator[tuple[int, bool, Rows]]:
    """Where plus code opens or closes braces around what stays, or ends in a header."""
    for behind, side in ((False, marks.before), (True, marks.after)):
        for index, additions in side.items():
            for each in additions:
                if each.fragment.on_lines:
                    rows = rows_of(each.fragment)
                    if rows.opened or rows.waiting:
                        yield index, behind, rows


def _statement_end(code: Code, index: int) -> int:
    """The index behind the outermost statement that begins with a token."""
    end = index + 1
    for node in code.ancestors(code.tokens[index]):
        tokens = code.tokens_of(node)
        if tokens[0] != index:
            break
        if node.kind in STANDING:
            end = tokens[-1] + 1
    return end


def _unwrapped(code: Code, marks: Marks, deepened: Collection[int]) -> Iterator[tuple[int, int]]:
    """Half-open runs of tokens whose braces or whose header go while they stay; where braces have ``deepened`` a
    header, its branch stood that deep already.
    """
    for index in sorted(marks.removed):
        node = code.parents.get(code.tokens[index])
        if node is None:
            continue
        if node.kind is Kind.BLOCK and code.tokens[index].text == "{":
            inside = code.tokens_of(node)
            if inside[-1] in marks.removed and inside[0] == index and len(inside) > 2:
                above = _header_of(code, node)
                goes = above is None or (above in marks.removed and _leads(code, code.tokens[above]))
                if goes and not _replaced(marks, range(index if above is None else above, index + 1)):
                    yield _first_below(code, range(inside[0] + 1, inside[-1])), inside[-1] + 1
            continue
        branch = _branch(node, code.tokens[index], first=code.tokens_of(node)[0] == index)
        if branch is None or branch.kind is Kind.BLOCK:
            continue
        tokens = code.tokens_of(branch)
        if _replaced(marks, range(index, tokens[0])):
            continue
        kept = next((each for each in tokens if each not in marks.removed), None)
        stands_behind = index - 1 not in marks.removed and not code.begins_line(code.tokens[index].start)
        stands_behind = stands_behind and index not in deepened
        if code.tokens[index].text != "else" and stands_behind and not has_new_header(marks, code.tokens_of(node)):
            continue  # what stays is now the branch of what stands before the header on its line
        if kept is not None and code.begins_line(code.tokens[tokens[0]].start):
            yield kept, tokens[-1] + 1


def _first_below(code: Code, inside: range) -> int:
    """The first token in a block that begins a line: what stands on the line of the "{" takes the header's place."""
    return next((each for each in inside if code.begins_line(code.tokens[each].start)), inside.stop)


def _replaced(marks: Marks, header: range) -> bool:
    """Whether another header takes the place of one."""
    return any(not each.fragment.on_lines for at in header for each in (*marks.before[at], *marks.after[at]))


def _leads(code: Code, keyword: Token) -> bool:
    """Whether what hangs on a keyword stands deeper for it: no other header has its line."""
    return keyword.text == "else" or code.begins_line(keyword.start)


def _branch(node: Node, token: Token, *, first: bool) -> Tree | None:
    """What stands a level deeper because of a header that begins with ``token``, or of this ``else``."""
    if node.kind is Kind.IF and token.text == "else":
        return node.part("otherwise")
    return node.part("then" if node.kind is Kind.IF else "body") if first and node.kind in BRANCHES else None


def _header_of(code: Code, branch: Node) -> int | None:
    """The keyword that a branch hangs on: that of its structure, or an else."""
    parent = code.parents.get(branch)
    if parent is None or parent.kind not in BRANCHES:
        return None
    keyword = parent.part("else") if parent.kind is Kind.IF and parent.part("otherwise") is branch else None
    return code.tokens_of(parent if keyword is None else keyword)[0]


def _torn(code: Code, marks: Marks) -> Iterator[tuple[int, int]]:
    """The braces of blocks that go without the other of their pair, and how much each opened."""
    for index in sorted(marks.removed):
        node = code.parents.get(code.tokens[index])
        if node is not None and node.kind is Kind.BLOCK and code.tokens[index].text in ("{", "}"):
            tokens = code.tokens_of(node)
            if index in (tokens[0], tokens[-1]) and not {tokens[0], tokens[-1]} <= marks.removed:
                yield index, 1 if index == tokens[0] else -1
