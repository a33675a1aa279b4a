"""From marks on tokens to edits of bytes: what goes, what stays and what is added, in the file's own style."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from lazymmu_refactor.c.syntax.node import Kind, Node
from lazymmu_refactor.rewrite.added.spacing import would_merge
from lazymmu_refactor.rewrite.added.style import Style
from lazymmu_refactor.rewrite.added.typeset import Row, RowKind, goes_on, rows_of
from lazymmu_refactor.rewrite.added.words import Fragment, Word, WordKind
from lazymmu_refactor.rewrite.added.wrap import indentation, set_rows
from lazymmu_refactor.rewrite.layout.align import realigned
from lazymmu_refactor.rewrite.layout.blank import blank_lines
from lazymmu_refactor.rewrite.layout.breaks import Breaks
from lazymmu_refactor.rewrite.layout.continued import aligned
from lazymmu_refactor.rewrite.layout.fill import filled
from lazymmu_refactor.rewrite.layout.inline import insertion, replacement
from lazymmu_refactor.rewrite.layout.margins import Margins, opened_by
from lazymmu_refactor.rewrite.layout.remove import comments_within, removal
from lazymmu_refactor.rewrite.layout.shift import shifted
from lazymmu_refactor.rewrite.marks.attach import Addition, Marks
from lazymmu_refactor.rewrite.marks.braces import Braced
from lazymmu_refactor.rewrite.marks.cluster import Cluster, clusters_of
from lazymmu_refactor.rewrite.marks.code import BLANKS, DECLARING, Code
from lazymmu_refactor.rewrite.marks.indent import is_branch, statement_before
from lazymmu_refactor.smpl.patch.pattern import PlusShape
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.record import NamedTuple, replace
from lazymmu_refactor.text.span import Span


def lay_out(code: Code, marks: Marks, braced: Sequence[Braced], style: Style) -> tuple[Edit, ...]:
    """The edits that carry out ``marks``; they never overlap."""
    return _Layout(code, marks, braced, style).edits()


class _Placed(NamedTuple):
    """Lines that take the place of others: where that begins, and what sets them off from what stands before."""

    start: int
    gap: bytes
    lines: list[bytes]


class _Layout:
    def __init__(self, code: Code, marks: Marks, braced: Sequence[Braced], style: Style) -> None:
        self.code = code
        self.marks = marks
        self.braced = braced
        self.style = style
        self.margins = Margins(code, marks, braced, style)
        self.breaks = Breaks(code, marks, self.margins)
        self.done: list[Edit] = []
        self.ahead: dict[int, list[Edit]] = {}  # what stands in the line before a token, behind a break before it
        self.moved: list[Edit] = []  # lines that follow what they stand under, unless more happens to them
        self.indented: set[int] = set()  # where lines begin that have their indentation already
        self.newline = code.line_break

    def edits(self) -> tuple[Edit, ...]:
        for each in self.braced:
            self.open_brace(each)
        ends = {each.last for each in self.braced if not each.empty}
        clusters = list(clusters_of(self.code, self.marks, ends))
        self.breaks.open_up(clusters)
        for cluster in clusters:
            self.replace(cluster)
        self.insert_all(self.marks.after, forward=True)
        for each in self.braced:  # a brace stands behind what is added to its branch, before what is added to the next
            self.close_brace(each)
        self.insert_all(self.marks.before, forward=False)
        self.breaks.among(self.done)
        self.done += self.leading()
        self.done += shifted(self.code, self.marks, self.margins, self.done, self.indented)
        taken = [edit.span for edit in self.done]
        self.done += (each for each in self.moved if not any(span.overlaps(each.span) for span in taken))
        done = filled(self.code, self.done, self.style)
        if self.code.in_macro:
            done = aligned(self.code, done)
        if head := self.code.head:
            done = [Edit(Span(max(edit.span.start, head), max(edit.span.end, head)), edit.text) for edit in done]
        return tuple(sorted(done, key=lambda edit: edit.span))

    # --- what goes, and what takes its place

    def replace(self, cluster: Cluster) -> None:
        gone = Span(self.code.tokens[cluster.first].start, self.code.tokens[cluster.last].end)
        if not any(each.fragment.words or each.fragment.on_lines for each in cluster.additions):
            self.done.append(self.broken_line(cluster, gone) or self.removal(cluster, gone))
        elif any(each.fragment.on_lines for each in cluster.additions):
            self.replace_lines(cluster, gone)
        else:
            run = range(cluster.first, cluster.last + 1)
            stays = cluster.last + 1 not in self.marks.removed
            edit = replacement(self.code, run, lines_of(cluster.additions), self.style, stays=stays)
            self.done.append(edit)
            self.moved += realigned(self.code, run, edit, self.style)

    def removal(self, cluster: Cluster, gone: Span) -> Edit:
        statement = statement_before(self.code, cluster.first)
        whole = statement is None or self.is_gone(statement)
        own = statement is None or statement.kind in DECLARING or is_branch(self.code, statement)
        return removal(self.code, gone, self.room(cluster), self.style, whole=whole and (own or self.ends(gone)))

    def ends(self, gone: Span) -> bool:
        """Whether nothing follows on the line below of which a comment above what goes could speak as well."""
        code = self.code
        line = code.next_line(code.after_comments(gone.end))
        start = line + len(code.indent_at(line))
        return code.blank(start, code.line_end(start)) or code.data.startswith((b"}", b"/*", b"//"), start)

    def broken_line(self, cluster: Cluster, gone: Span) -> Edit | None:
        """The line break in the place of an else behind a brace, whose branch stays; None for anything else."""
        code = self.code
        structure = code.parents.get(code.tokens[cluster.first])
        branch = structure.part("otherwise") if structure is not None and structure.kind is Kind.IF else None
        behind_brace = code.data[gone.start : gone.end] == b"else" and not code.begins_line(gone.start)
        if not isinstance(branch, Node) or not behind_brace:
            return None
        gap = Span(code.tokens[cluster.first - 1].end, branch.start)
        if not (code.blank(gap.start, gone.start) and code.blank(gone.end, gap.end)):
            return None
        return Edit(gap, self.newline + self.margins.of_header(branch))

    def replace_lines(self, cluster: Cluster, gone: Span) -> None:
        code = self.code
        rows = self.rows(cluster.additions)
        newline = self.newline if cluster.first else code.newline  # what takes a macro's place is no part of it
        start, gap, lines = self.as_branch(cluster, rows, newline) or self.in_place(cluster, rows, newline)
        self.breaks.wanted.pop(cluster.first, None)
        if len(lines) > 1 and not code.ends_line(gone.end) and not self.opens_block(cluster):
            self.breaks.at(cluster.last + 1)
        text = gap + newline.join(lines)
        same = len(code.indent_at(start)) if code.line_start(start) == start else 0
        if same and text.startswith(code.data[start : start + same]):
            start, text = start + same, text[same:]
        text += comments_within(code, gone) if self.style.comments else b""
        self.done.append(Edit(Span(start, gone.end), text))

    def as_branch(self, cluster: Cluster, rows: Sequence[Row], newline: bytes) -> _Placed | None:
        """Where lines begin a branch that is a block or takes a block's place: their margin is that of the header."""
        branch = self.branch(cluster.first)
        if branch is None:
            return None
        start, margin = self.code.tokens[cluster.first - 1].end, self.margins.of_header(branch)
        word = rows[0].words[0].text if rows[0].words else ""
        if word == "{":  # the brace stands behind the header
            return _Placed(start, b" ", without_indentation(set_rows(rows, margin, self.style)))
        if word != "if" and branch.kind is Kind.BLOCK and self.is_gone(branch):
            return _Placed(start, newline, set_rows(rows, margin + self.style.unit, self.style))
        return None

    def in_place(self, cluster: Cluster, rows: Sequence[Row], newline: bytes) -> _Placed:
        """Where what goes stood: on lines of their own, unless one line or a declaration goes on behind what stays."""
        code, start = self.code, self.code.tokens[cluster.first].start
        base = self.margins.at(self.beginning(cluster), forward=False, own=self.marks.before[cluster.first])
        lines = set_rows(rows, base, self.style)
        if code.begins_line(start):
            start = code.line_start(start)
            if rows[0].kind is RowKind.LABEL and code.tokens[cluster.first + 1].text == ":":
                lines[0] = code.indent_at(start) + lines[0]  # a label stands where its author puts labels
            self.indented.add(start)
            return _Placed(start, b"", lines)
        goes_on = len(lines) == 1 or self.goes_on(cluster)
        if goes_on and cluster.first not in self.breaks.wanted and rows[0].kind is RowKind.CODE:
            lines = without_indentation(lines)
            before, first = code.data[max(start - 1, 0) : start].decode("latin-1"), lines[0][:1].decode("latin-1")
            closed = before in (")", ";", "}") and code.tokens[cluster.first - 1].end == start
            return _Placed(start, b" " * (closed or would_merge(before, first)), lines)
        while start > 0 and code.data[start - 1] in BLANKS:
            start -= 1
        return _Placed(start, newline, lines)

    def is_gone(self, node: Node) -> bool:
        """Whether nothing of a node stays."""
        return self.marks.removed.issuperset(self.code.tokens_of(node))

    def goes_on(self, cluster: Cluster) -> bool:
        """Whether the beginning of a declaration or a function stays in front of what goes: its storage, its type."""
        whole = self.code.statement(cluster.first)
        return whole is not None and whole.kind in DECLARING and self.code.tokens_of(whole)[0] < cluster.first

    def beginning(self, cluster: Cluster) -> int:
        """The token in whose place the additions stand: not the end of what goes just before."""
        run = range(cluster.first, cluster.last + 1) if self.marks.after[cluster.last] else ()
        return next((index for index in run if statement_before(self.code, index) is not None), cluster.first)

    def opens_block(self, cluster: Cluster) -> bool:
        """Whether what is added ends in a header, whose block stays and stands behind it."""
        return self.opens(cluster.additions, self.marks.staying(cluster.last + 1))

    def opens(self, additions: Sequence[Addition], index: int) -> bool:
        """Whether what is added ends in a header, and a block with a token."""
        block = index < len(self.code.tokens) and self.code.tokens[index].text == "{"
        return block and rows_of(additions[-1].fragment).waiting > 0

    def room(self, cluster: Cluster) -> Span:
        """The bytes around what goes that belong to nothing that stays."""
        code = self.code
        first, last = code.tokens[cluster.first], code.tokens[cluster.last]
        low = code.tokens[cluster.first - 1].end if cluster.first else code.edge_before(first.start)
        high = (
            code.tokens[cluster.last + 1].start if cluster.last + 1 < len(code.tokens) else code.edge_behind(last.end)
        )
        if not code.in_macro:
            directives = code.source.mask.directives
            index = bisect_left(directives, (first.start, 0))
            if index and directives[index - 1][1] > low:
                low = directives[index - 1][1]
            index = bisect_left(directives, (last.end, 0))
            if index < len(directives) and directives[index][0] < high:
                high = code.line_start(directives[index][0])
        return Span(low, max(high, last.end))

    # --- what is added between tokens that stay

    def insert_all(self, side: Mapping[int, list[Addition]], *, forward: bool) -> None:
        for index in sorted(side):
            if index not in self.marks.removed and side[index]:
                self.insert(index, side[index], forward=forward)

    def insert(self, index: int, additions: Sequence[Addition], *, forward: bool) -> None:
        inline = [each for each in additions if not each.fragment.on_lines]
        lines = [each for each in additions if each.fragment.on_lines]
        if inline:
            item = all(each.fragment.shape is PlusShape.LIST_ITEM for each in inline)
            edits = insertion(self.code, index, lines_of(inline), self.style, forward=forward, item=item)
            if forward:
                self.done += edits
            else:
                self.ahead[index] = edits
        if lines and forward:
            self.insert_behind(index, lines)
        elif lines:
            self.insert_before(index, lines)

    def leading(self) -> Iterator[Edit]:
        """What stands in the line before tokens; on a new line nothing sets it off from what is in the line above."""
        for index, edits in self.ahead.items():
            breaks = index in self.breaks.wanted
            yield from (Edit(each.span, each.text.lstrip(BLANKS)) if breaks else each for each in edits)

    def insert_behind(self, index: int, additions: Sequence[Addition]) -> None:
        code = self.code
        end = code.tokens[index].end
        rows = self.rows(additions)
        otherwise = goes_on(additions[0].fragment)
        joined = otherwise and self.joins(index, additions[0].fragment)
        otherwise = otherwise and not joined
        base = self.margins.at(index, forward=True, own=additions if otherwise else (), otherwise=otherwise)
        lines = set_rows(rows, base, self.style)
        text = self.newline.join(lines)
        text = b" " + text.lstrip(BLANKS) if joined else self.newline + text
        if self.opens(additions, index + 1) and code.blank(end, code.tokens[index + 1].start):
            gap = Span(end, code.tokens[index + 1].start)
            self.indented.add(code.line_start(gap.end))
            self.done.append(Edit(gap, text + b" "))
            return
        if joined:
            self.done.append(Edit(Span(end, end), text))
            if not code.ends_line(end):
                self.breaks.at(index + 1)
            return
        blank = blank_lines(code, index, rows, additions[0].fragment.shape, forward=True)
        newline = self.newline_beside(additions, rows)
        if code.in_macro and newline != self.newline:
            end = code.line_end(code.item.span.end - 1)
        elif not code.ends_line(end):
            lines += [b""] * blank.below
            self.done.append(Edit(Span(end, end), b"".join(self.newline + line for line in lines)))
            self.breaks.at(index + 1)
            return
        place = code.after_comments(end)
        if blank.skipped:
            place = code.line_end(code.next_line(place))
        lines = [b""] * blank.above + lines + [b""] * blank.below
        if newline == code.line_break and code.is_continued(end):
            self.done.append(self.below(end, lines))
        else:
            self.done.append(Edit(Span(place, place), b"".join(newline + line for line in lines)))

    def joins(self, index: int, fragment: Fragment) -> bool:
        """Whether a token is the brace of the branch that a fragment goes on from, and not one of a structure in it."""
        block = self.code.parents.get(self.code.tokens[index])
        if block is None or block.kind is not Kind.BLOCK or self.code.tokens[index].text != "}":
            return False
        tail = fragment.words[0].text == "while"
        header = self.code.tokens_of(self.code.parents[block])[0]
        return not tail or not is_branch(self.code, block) or header in self.marks.removed

    def below(self, offset: int, lines: Sequence[bytes]) -> Edit:
        """Whole lines below the line of ``offset``, which goes on in a macro."""
        place = self.code.next_line(offset)
        return Edit(Span(place, place), b"".join(line + self.newline for line in lines))

    def insert_before(self, index: int, additions: Sequence[Addition]) -> None:
        code = self.code
        start = code.tokens[index].start
        rows = self.rows(additions)
        lines = set_rows(rows, self.margins.at(index, forward=False, own=additions), self.style)
        opened = self.opens(additions, index)
        if not code.begins_line(start):
            left = self.left_of(index)
            text = b"".join(self.newline + line for line in lines)
            if opened and code.blank(left.start, start):
                self.done.append(Edit(Span(left.start, start), text + b" "))
                return
            self.done.append(Edit(left, text))
            self.breaks.at(index)
            return
        blank = blank_lines(code, index, rows, additions[0].fragment.shape, forward=False)
        place = code.line_start(blank.place if blank.place is not None else start)
        lines = [b""] * blank.above + lines + [b""] * blank.below
        newline = self.newline_beside(additions, rows)
        if opened and place == code.line_start(start):
            self.indented.add(place)
            self.done.append(Edit(Span(place, start), newline.join(lines) + b" "))
            return
        self.done.append(Edit(Span(place, place), b"".join(line + newline for line in lines)))

    def left_of(self, index: int) -> Span:
        """The place behind what stays to the left of a token, with the blanks before what goes in between."""
        code, last = self.code, index - 1
        while last >= 0 and last in self.marks.removed:
            last -= 1
        if last < 0:
            return Span(code.tokens[index].start, code.tokens[index].start)
        start = end = code.tokens[last].end
        while last < index - 1 and code.data[end] in BLANKS:
            end += 1
        return Span(start, end)

    def newline_beside(self, additions: Sequence[Addition], rows: Sequence[Row]) -> bytes:
        """The line end of added lines: what stands beside a macro is no part of it, and a directive cannot be."""
        beside = additions[0].fragment.shape is PlusShape.TOP_LEVEL or any(row.kind is RowKind.FLUSH for row in rows)
        return self.code.newline if beside else self.newline

    def rows(self, additions: Sequence[Addition]) -> list[Row]:
        """The rows of all additions, each at the level that those before it leave open."""
        result: list[Row] = []
        level = 0
        for each in additions:
            rows = rows_of(each.fragment)
            result += (Row(row.level + level, self.closed(row.words), row.kind) for row in rows.rows)
            level += rows.opened
        return result

    def closed(self, words: tuple[Word, ...]) -> tuple[Word, ...]:
        """The words, with comments that end where a macro's lines go on: one up to the end of its line would not."""
        if not self.code.in_macro:
            return words
        return tuple(
            replace(word, text=f"/*{word.text.removeprefix('//')} */")
            if word.kind is WordKind.COMMENT and word.text.startswith("//")
            else word
            for word in words
        )

    # --- braces

    def open_brace(self, braced: Braced) -> None:
        end = self.code.tokens[braced.header].end
        self.done.append(Edit(Span(end, end), b" {}" if braced.empty else b" {"))
        if not braced.empty and not self.code.begins_line(self.code.tokens[braced.first].start):
            inner = self.margins.of_header(braced.node) + self.style.unit
            self.breaks.wanted[braced.first] = indentation(
                inner, opened_by(self.marks.before[braced.first], self.code.tokens[braced.first].text), self.style
            )

    def close_brace(self, braced: Braced) -> None:
        if braced.empty:
            return
        code = self.code
        end = code.tokens[braced.last].end
        continued = code.ends_line(end) and code.is_continued(end)
        place = code.after_comments(end) if code.ends_line(end) and not continued else end
        line = self.margins.of_header(braced.node) + b"}"
        behind = self.marks.staying(braced.last + 1)
        if braced.continues:  # the line of a macro keeps its backslash, and what is added comes below it
            gap = Span(code.next_line(end) if continued else place, code.tokens[behind].start)
            text = line if continued else self.newline + line
            gone = [edit for edit in self.done if gap.contains(edit.span) and not edit.text]
            if code.blank(gap.start, gap.end) or (gone and not comments_within(code, gap)):
                self.breaks.wanted.pop(behind, None)
                self.done = [edit for edit in self.done if edit not in gone]
                self.done.append(Edit(gap, text + b" "))
                return
        self.done.append(self.below(end, (line,)) if continued else Edit(Span(place, place), self.newline + line))
        if not code.ends_line(end):
            self.breaks.at(behind)

    def branch(self, index: int) -> Node | None:
        """The branch of an if or a loop that begins with a token, and with nothing but blanks before it."""
        code = self.code
        if not index or not code.blank(code.tokens[index - 1].end, code.tokens[index].start):
            return None
        nodes = (node for node in code.ancestors(code.tokens[index]) if code.tokens_of(node)[0] == index)
        return next((node for node in nodes if is_branch(code, node)), None)


def without_indentation(lines: Sequence[bytes]) -> list[bytes]:
    """Lines of which the first goes on where something stands already."""
    return [lines[0].lstrip(BLANKS), *lines[1:]]


def lines_of(additions: Sequence[Addition]) -> list[list[Word]]:
    """The words of code within a line, by the lines of the semantic patch that end with a comma, if any do."""
    result: list[list[Word]] = [[]]
    for line in (line for each in additions for line in each.fragment.lines):
        result[-1] += line
        if line and line[-1].text == ",":
            result.append([])
    return [line for line in result if line]
