"""What goes, and what takes its place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from lazymmu_refactor.c.syntax.node import Kind, Node
from lazymmu_refactor.rewrite.added.spacing import would_merge
from lazymmu_refactor.rewrite.added.typeset import Row, RowKind
from lazymmu_refactor.rewrite.added.wrap import set_rows
from lazymmu_refactor.rewrite.layout.align import realigned
from lazymmu_refactor.rewrite.layout.inline import replacement
from lazymmu_refactor.rewrite.layout.remove import blank_below, comments_within, opens_block, removal
from lazymmu_refactor.rewrite.layout.sheet import Sheet, lines_of
from lazymmu_refactor.rewrite.marks.cluster import Cluster
from lazymmu_refactor.rewrite.marks.code import BLANKS, DECLARING
from lazymmu_refactor.rewrite.marks.indent import is_branch, statement_before
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.record import NamedTuple
from lazymmu_refactor.text.span import Span


class _Placed(NamedTuple):
    """Lines that take the place of others: where that begins, and what sets them off from what stands before."""

    start: int
    gap: bytes
    lines: list[bytes]


def replace(sheet: Sheet, cluster: Cluster) -> None:
    """Take out the tokens of a cluster, and put what is added in their place."""
    gone = Span(sheet.code.tokens[cluster.first].start, sheet.code.tokens[cluster.last].end)
    if not any(each.fragment.words or each.fragment.on_lines for each in cluster.additions):
        sheet.done.append(_broken_line(sheet, cluster, gone) or _removed(sheet, cluster, gone))
    elif any(each.fragment.on_lines for each in cluster.additions):
        _replace_lines(sheet, cluster, gone)
    else:
        run = range(cluster.first, cluster.last + 1)
        stays = cluster.last + 1 not in sheet.marks.removed
        edit = replacement(sheet.code, run, lines_of(cluster.additions), sheet.style, stays=stays)
        sheet.done.append(edit)
        sheet.moved += realigned(sheet.code, run, edit, sheet.style)
    _close_up(sheet, cluster, gone)


def _removed(sheet: Sheet, cluster: Cluster, gone: Span) -> Edit:
    statement = statement_before(sheet.code, cluster.first)
    whole = statement is None or _is_gone(sheet, statement)
    own = statement is None or statement.kind in DECLARING or is_branch(sheet.code, statement)
    return removal(sheet.code, gone, _room(sheet, cluster), sheet.style, whole=whole and (own or _ends(sheet, gone)))


def _close_up(sheet: Sheet, cluster: Cluster, gone: Span) -> None:
    """Take out the blank lines behind a brace that goes without another in its place."""
    code = sheet.code
    words = [word for each in cluster.additions for word in each.fragment.words]
    another = bool(words) and words[-1].text == "{"
    if another or not opens_block(code, gone) or cluster.last + 1 in sheet.marks.removed:
        return
    line = code.next_line(code.after_comments(gone.end))
    blank = Span(line, blank_below(code, line, _room(sheet, cluster)))
    if blank and not any(edit.span.contains(blank) for edit in sheet.done):
        sheet.done.append(Edit(blank, b""))


def _ends(sheet: Sheet, gone: Span) -> bool:
    """Whether nothing follows on the line below of which a comment above what goes could speak as well."""
    code = sheet.code
    line = code.next_line(code.after_comments(gone.end))
    start = line + len(code.indent_at(line))
    return code.blank(start, code.line_end(start)) or code.data.startswith((b"}", b"/*", b"//"), start)


def _broken_line(sheet: Sheet, cluster: Cluster, gone: Span) -> Edit | None:
    """The line break in the place of an else behind a brace, whose branch stays; None for anything else."""
    code = sheet.code
    structure = code.parents.get(code.tokens[cluster.first])
    branch = structure.part("otherwise") if structure is not None and structure.kind is Kind.IF else None
    behind_brace = code.data[gone.start : gone.end] == b"else" and not code.begins_line(gone.start)
    if not isinstance(branch, Node) or not behind_brace:
        return None
    gap = Span(code.tokens[cluster.first - 1].end, branch.start)
    if not (code.blank(gap.start, gone.start) and code.blank(gone.end, gap.end)):
        return None
    return Edit(gap, sheet.newline + sheet.margins.of_header(branch))


def _replace_lines(sheet: Sheet, cluster: Cluster, gone: Span) -> None:
    code = sheet.code
    rows = sheet.rows(cluster.additions)
    newline = sheet.newline if cluster.first else code.newline  # what takes a macro's place is no part of it
    start, gap, lines = _as_branch(sheet, cluster, rows, newline) or _in_place(sheet, cluster, rows, newline)
    begins = sheet.breaks.wanted.pop(cluster.first, None) is not None or code.begins_line(gone.start)
    apart = len(lines) > 1 or (begins and _frees_branch(sheet, cluster))
    if apart and not code.ends_line(gone.end) and not _opens_block(sheet, cluster):
        sheet.breaks.at(cluster.last + 1)
    text = gap + newline.join(lines)
    same = len(code.indent_at(start)) if code.line_start(start) == start else 0
    if same and text.startswith(code.data[start : start + same]):
        start, text = start + same, text[same:]
    text += comments_within(code, gone) if sheet.style.comments else b""
    sheet.done.append(Edit(Span(start, gone.end), text))


def _as_branch(sheet: Sheet, cluster: Cluster, rows: Sequence[Row], newline: bytes) -> _Placed | None:
    """Where lines begin a branch that is a block or takes a block's place: their margin is that of the header."""
    branch = _branch(sheet, cluster.first)
    if branch is None:
        return None
    start, margin = sheet.code.tokens[cluster.first - 1].end, sheet.margins.of_header(branch)
    word = rows[0].words[0].text if rows[0].words else ""
    if word == "{":  # the brace stands behind the header
        return _Placed(start, b" ", _without_indentation(set_rows(rows, margin, sheet.style)))
    if word != "if" and branch.kind is Kind.BLOCK and _is_gone(sheet, branch):
        return _Placed(start, newline, set_rows(rows, margin + sheet.style.unit, sheet.style))
    return None


def _in_place(sheet: Sheet, cluster: Cluster, rows: Sequence[Row], newline: bytes) -> _Placed:
    """Where what goes stood: on lines of their own, unless one line or a declaration goes on behind what stays."""
    code, start = sheet.code, sheet.code.tokens[cluster.first].start
    base = sheet.margins.at(_beginning(sheet, cluster), forward=False, own=sheet.marks.before[cluster.first])
    lines = set_rows(rows, base, sheet.style)
    if code.begins_line(start):
        start = code.line_start(start)
        if rows[0].kind is RowKind.LABEL and code.tokens[cluster.first + 1].text == ":":
            lines[0] = code.indent_at(start) + lines[0]  # a label stands where its author puts labels
        sheet.indented.add(start)
        return _Placed(start, b"", lines)
    goes_on = len(lines) == 1 or _goes_on(sheet, cluster)
    if goes_on and cluster.first not in sheet.breaks.wanted and rows[0].kind is RowKind.CODE:
        lines = _without_indentation(lines)
        before, first = code.data[max(start - 1, 0) : start].decode("latin-1"), lines[0][:1].decode("latin-1")
        closed = before in (")", ";", "}") and code.tokens[cluster.first - 1].end == start
        return _Placed(start, b" " * (closed or would_merge(before, first)), lines)
    while start > 0 and code.data[start - 1] in BLANKS:
        start -= 1
    return _Placed(start, newline, lines)


def _is_gone(sheet: Sheet, node: Node) -> bool:
    """Whether nothing of a node stays."""
    return sheet.marks.removed.issuperset(sheet.code.tokens_of(node))


def _goes_on(sheet: Sheet, cluster: Cluster) -> bool:
    """Whether the beginning of a declaration or a function stays in front of what goes: its storage, its type."""
    whole = sheet.code.statement(cluster.first)
    return whole is not None and whole.kind in DECLARING and sheet.code.tokens_of(whole)[0] < cluster.first


def _beginning(sheet: Sheet, cluster: Cluster) -> int:
    """The token in whose place the additions stand: not the end of what goes just before."""
    run = range(cluster.first, cluster.last + 1) if sheet.marks.after[cluster.last] else ()
    return next((index for index in run if statement_before(sheet.code, index) is not None), cluster.first)


def _frees_branch(sheet: Sheet, cluster: Cluster) -> bool:
    """Whether whole statements take the place of a header, whose branch becomes a statement beside them."""
    code, behind = sheet.code, cluster.last + 1
    branch = _branch(sheet, behind) if behind < len(code.tokens) else None
    words = cluster.additions[-1].fragment.words
    if branch is None or not words or words[-1].text not in (";", "}"):
        return False
    return code.tokens_of(code.parents[branch])[0] >= cluster.first


def _opens_block(sheet: Sheet, cluster: Cluster) -> bool:
    """Whether what is added ends in a header, whose block stays and stands behind it."""
    return sheet.opens(cluster.additions, sheet.marks.staying(cluster.last + 1))


def _room(sheet: Sheet, cluster: Cluster) -> Span:
    """The bytes around what goes that belong to nothing that stays."""
    code = sheet.code
    first, last = code.tokens[cluster.first], code.tokens[cluster.last]
    low = code.tokens[cluster.first - 1].end if cluster.first else code.edge_before(first.start)
    high = code.tokens[cluster.last + 1].start if cluster.last + 1 < len(code.tokens) else code.edge_behind(last.end)
    directives = [] if code.in_macro else code.source.mask.directives
    index = bisect_left(directives, (first.start, 0))
    if index:
        low = max(low, directives[index - 1][1])
    index = bisect_left(directives, (last.end, 0))
    if index < len(directives) and directives[index][0] < high:
        high = code.line_start(directives[index][0])
    return Span(low, max(high, last.end))


def _branch(sheet: Sheet, index: int) -> Node | None:
    """The branch of an if or a loop that begins with a token, and with nothing but blanks before it."""
    code = sheet.code
    if not index or not code.blank(code.tokens[index - 1].end, code.tokens[index].start):
        return None
    nodes = (node for node in code.ancestors(code.tokens[index]) if code.tokens_of(node)[0] == index)
    return next((node for node in nodes if is_branch(code, node)), None)


def _without_indentation(lines: Sequence[bytes]) -> list[bytes]:
    """Lines of which the first goes on where something stands already."""
    return [lines[0].lstrip(BLANKS), *lines[1:]]
