"""From text to the tokens of a body.

Column 0 is special here: it holds the mark of the line, or one of the tokens of a disjunction or a conjunction.
Comments are no tokens, except on plus lines, where they are code.
"""

from __future__ import annotations

import re

from lazymmu_refactor.smpl.patch.errors import PatchText
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, LineMark, Sort
from lazymmu_refactor.smpl.tokens.lexer import SORTS, TOKEN, unclosed_comment
from lazymmu_refactor.text.record import record

_MARK = re.compile(r"\+\+|\+|--|\?-|-\?|-|\?|\*")
_AFTER_MARK = re.compile(r"(?!--|\+\+)[-+*?]")
_DIRECTIVE = re.compile(r"\#[ \t]*+([A-Za-z_]\w*+)?+")
_PATH = re.compile(r"<[^>\n]*+>(?=\s|$|//|/\*)")
_TAB = 8

SPELLED_OPERATORS = {
    "not": "!", "and": "&&", "or": "||", "xor": "^", "bitand": "&", "bitor": "|", "compl": "~",
    "not_eq": "!=", "and_eq": "&=", "or_eq": "|=", "xor_eq": "^=",
}  # fmt: skip
"""The words that are operators in bodies."""
_BEFORE_OPERANDS = frozenset("!~&")

_OPERANDS = frozenset({Sort.NAME, Sort.NUMBER, Sort.STRING, Sort.CHARACTER})


@record(frozen=True, slots=True)
class PlusLine:
    """A line under ``+``: its number, its white space after the mark in columns, and whether the mark was ``++``."""

    line: int
    indent: int
    many: bool


@record(frozen=True, slots=True, eq=False)
class Body:
    """The tokens of a rule's body, its plus lines (also those without tokens), and the offset behind it."""

    lexemes: tuple[Lexeme, ...]
    plus_lines: tuple[PlusLine, ...]
    options: tuple[str, ...]  # of the #spatch lines in it
    start: int
    end: int


def scan_body(source: PatchText, start: int, taken: frozenset[str] = frozenset(), *, reverse: bool = False) -> Body:
    """The tokens of a body: from ``start`` to the next line that begins with ``@``, or the end of the text.

    ``taken`` are the names of the metavariables, which win over spelled operators. With ``reverse`` what the body
    removes is added, and what it adds is removed.
    """
    return _BodyScanner(source, start, taken, "-" if reverse else "+").run()


class _BodyScanner:
    def __init__(self, source: PatchText, start: int, taken: frozenset[str], plus: str) -> None:
        self.source = source
        self.text = source.text
        self.start = self.position = start
        self.taken = taken
        self.plus = plus  # the mark of lines to add
        self.line = self.logical = source.place(start, start).line
        self.mark, self.many, self.optional, self.space = LineMark.CONTEXT, False, False, False
        self.fresh = True  # nothing of this line has been read but its mark
        self.lexemes: list[Lexeme] = []
        self.plus_lines: list[PlusLine] = []
        self.options: list[str] = []

    def run(self) -> Body:
        if self._column() == 0:
            self._line_start()
        while self.position < len(self.text):
            if self.text[self.position] == "@" and self._ends():
                break
            self._token()
        return Body(tuple(self.lexemes), tuple(self.plus_lines), tuple(self.options), self.start, self.position)

    def _ends(self) -> bool:
        """Whether the ``@`` here begins another rule; blanks may stand before ``@@``."""
        alone = self.fresh and self.mark is LineMark.CONTEXT and self.text.startswith("@@", self.position)
        return self._column() == 0 or alone

    def _column(self) -> int:
        return self.position - self.source.starts[self.line - 1]

    def _line_start(self, *, joined: bool = False) -> None:
        """Take the mark of the line that begins here. A line that a backslash joins to the one before may lack it."""
        self.fresh, self.space = not joined, joined
        if not joined:
            self.logical = self.line
            if self.text.startswith("#spatch", self.position):
                end = self._end_of_line()
                self.options.extend(self.text[self.position + len("#spatch") : end].split())
                self.position = end
                return
        match = _MARK.match(self.text, self.position)
        mark = match.group() if match else ""
        if mark == "--":
            mark = ""  # a decrement; a minus line that begins with "-" has a blank after its mark
        elif mark:
            self._require_one(mark)
        if joined and not mark:
            if self.mark is LineMark.PLUS:
                self.plus_lines.append(PlusLine(self.line, self._indent(self.position), self.many))
            return
        self.many, self.optional = mark == "++", "?" in mark
        sign = mark.replace("?", "")[:1]
        marks = {self.plus: LineMark.PLUS, "*": LineMark.STAR, "": LineMark.CONTEXT}
        self.mark = marks.get(sign, LineMark.MINUS)
        self.position += len(mark)
        if self.mark is LineMark.PLUS:
            self.plus_lines.append(PlusLine(self.line, self._indent(self.position), self.many))
        elif not mark and not joined and self.position < len(self.text):
            self._group_in_column_0()

    def _require_one(self, mark: str) -> None:
        second = _AFTER_MARK.match(self.text, self.position + len(mark))
        if second is not None:
            raise self.source.error(
                self.source.place(self.position, second.end()),
                f"a line has one mark, not `{mark}{second.group()}`",
                f"a blank before it makes the `{second.group()}` an operator",
            )

    def _group_in_column_0(self) -> None:
        char, after = self.text[self.position], self.text[self.position + 1 : self.position + 2]
        if char in "()" or (char in "|&" and after not in (char, "=")):
            self._emit(Sort.GROUP, char, self.position + 1)

    def _indent(self, position: int) -> int:
        column = 0
        while position < len(self.text) and self.text[position] in " \t":
            column = column + 1 if self.text[position] == " " else (column // _TAB + 1) * _TAB
            position += 1
        return column

    def _end_of_line(self) -> int:
        end = self.text.find("\n", self.position)
        return len(self.text) if end < 0 else end

    def _emit(self, sort: Sort, text: str, end: int) -> None:
        place = self.source.place(self.position, end)
        self.lexemes.append(Lexeme(
            sort=sort, text=text, place=place, start=self.position, end=end, logical=self.logical, mark=self.mark,
            many=self.many, optional=self.optional, space=self.space,
        ))  # fmt: skip
        self.position, self.space, self.fresh = end, False, False

    def _newline(self, *, joined: bool) -> None:
        self.line += 1
        self._line_start(joined=joined)

    def _token(self) -> None:
        match = TOKEN.match(self.text, self.position)
        assert match is not None, self.position
        kind, text, end = match.lastgroup, match.group(), match.end()
        match kind:
            case "space":
                self.position, self.space = end, True
            case "newline" | "splice":
                self.position = end
                self._newline(joined=kind == "splice")
            case "comment":
                self._comment(text, end)
            case "open_comment":
                raise unclosed_comment(self.source, self.position)
            case "hash" if self.fresh and text == "#":
                self._directive()
            case "group":
                self._emit(Sort.GROUP, text[1:], end)
            case "name" if text in SPELLED_OPERATORS and text not in self.taken and self._is_operator(text):
                self._emit(Sort.PUNCTUATION, SPELLED_OPERATORS[text], end)
            case "other":
                raise self._stray(text)
            case _:
                self._emit(SORTS[kind or "other"], text, end)

    def _is_operator(self, word: str) -> bool:
        """Whether a word that is one between operands has one before it; elsewhere it is a name like others in C."""
        if SPELLED_OPERATORS[word] in _BEFORE_OPERANDS:
            return True
        other = {LineMark.PLUS: LineMark.MINUS, LineMark.MINUS: LineMark.PLUS}.get(self.mark)
        before = next((each for each in reversed(self.lexemes) if each.mark is not other), None)
        return before is not None and (before.sort in _OPERANDS or before.is_text(")", "]") or before.is_group(")"))

    def _stray(self, text: str) -> Exception:
        hint = {
            '"': "this string is not closed on its line",
            "'": "this character constant is not closed on its line",
            "…": "dots are three full stops: `...`",
            **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "a mark, and an operator, is a plain `-`"),
            **dict.fromkeys("“”„", "strings stand in plain quotes"),
            **dict.fromkeys("\u2018\u2019", "character constants stand in plain quotes"),
            "\\": "a backslash stands before `(`, `|`, `&` and `)` of a disjunction, or at the end of a line",
        }.get(text, "")
        import unicodedata  # noqa: PLC0415 - hardly ever needed

        plain = unicodedata.normalize("NFKC", text)
        if not hint and plain != text and plain.isascii():
            hint = f"this is another character than `{plain}`"
        shown = text if text.isprintable() else repr(text.encode("utf-8", "surrogateescape"))[2:-1]
        shown = f"`{shown}`" if shown != "`" else "a backquote"
        return self.source.error(
            self.source.place(self.position, self.position + 1), f"no token begins with {shown}", hint
        )

    def _comment(self, text: str, end: int) -> None:
        """Keep a comment of a plus line, one token for each line of it with what it is indented by; skip any other."""
        if self.mark is not LineMark.PLUS:
            skipped = text.count("\n")
            if skipped:  # what stands behind it on its last line is context, whatever mark that line begins with
                self.line += skipped
                self.logical, self.mark, self.many, self.optional = self.line, LineMark.CONTEXT, False, False
            self.position, self.space = end, True
            return
        margin = column = self.plus_lines[-1].indent
        while True:
            stop = min(end, self._end_of_line())
            shown = self.text[self.position : stop].rstrip()
            if shown:
                self._emit(Sort.COMMENT, " " * (column - margin) + shown, stop)
            self.position = stop
            if stop == end:
                return
            self.position += 1
            self.line += 1
            if self.text.startswith(self.plus, self.position):
                self.position += 2 if self.text.startswith("++", self.position) else 1
            column = self._indent(self.position)
            self.plus_lines.append(PlusLine(self.line, column, self.many))
            while self.text[self.position] in " \t":
                self.position += 1
            self.space = True

    def _directive(self) -> None:
        match = _DIRECTIVE.match(self.text, self.position)
        assert match is not None
        name = match.group(1) or ""
        self._emit(Sort.DIRECTIVE, f"#{name}", match.end())
        if name in ("include", "include_next", "import"):
            while self.text[self.position : self.position + 1] in (" ", "\t"):
                self.position, self.space = self.position + 1, True
            path = _PATH.match(self.text, self.position)
            if path is not None:
                self._emit(Sort.PATH, path.group(), path.end())
        elif name in ("error", "warning", "line"):
            end = self._end_of_line()
            rest = self.text[self.position : end].strip()
            if rest:
                self.position += len(self.text[self.position : end]) - len(self.text[self.position : end].lstrip())
                self._emit(Sort.OTHER, rest, end)
            self.position = end
