"""Added code within a line: what replaces tokens, and what is put between two."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.syntax.families import COMMA_ENDED
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree
from lazymmu_refactor.rewrite.added.instantiate import word_of
from lazymmu_refactor.rewrite.added.precedence import COMMA, demanded_by_parent, loosest
from lazymmu_refactor.rewrite.added.spacing import spaced, would_merge
from lazymmu_refactor.rewrite.added.style import Spacing, Style
from lazymmu_refactor.rewrite.added.words import Word, WordKind
from lazymmu_refactor.rewrite.added.wrap import at_margin, set_words
from lazymmu_refactor.rewrite.marks.code import Code
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.record import replace
from lazymmu_refactor.text.span import Span

_ONE_A_LINE = COMMA_ENDED
_IN_PARENTHESES = frozenset({Kind.ARGUMENTS, Kind.PARAMETERS})
_LISTS = _ONE_A_LINE | _IN_PARENTHESES


def replacement(code: Code, run: range, lines: Sequence[Sequence[Word]], style: Style, *, stays: bool) -> Edit:
    """Words in the place of a run of tokens, in parentheses where they would be torn apart by what is around. Where
    elements of a list have lines of their own, so do the ``lines``. ``stays`` tells of the token behind.
    """
    span = Span(code.tokens[run[0]].start, code.tokens[run[-1]].end)
    if len(lines) > 1 and _has_own_line(code, run):
        indent = code.indent_at(span.start)
        texts = (set_words(line, style) for line in lines)
        return Edit(span, (code.line_break + indent).join(texts))
    words = [word.within_line() for line in lines for word in line]
    if _would_be_torn(code, run, words):
        first = replace(words[0], space=False)
        words = [Word(WordKind.PUNCTUATION, "("), first, *words[1:], Word(WordKind.PUNCTUATION, ")")]
    context = _context(code, run[0])
    first_line, *rest = set_words(words, style, context).split(b"\n")
    text = code.line_break.join((first_line, *(at_margin(line, code.indent_at(span.start)) for line in rest)))
    before = code.data[code.head : span.start][-1:].decode("latin-1")
    after = code.data[span.end :][:1].decode("latin-1")
    if would_merge(before, words[0].text) or _lacks_blank_before(code, run, words, context, style):
        text = b" " + text
    if would_merge(words[-1].text, after) or (after == "*" and code.tokens[run[-1]].text == "*" != words[-1].text[-1:]):
        text += b" "  # the second star of a pointer's type is the first of the new one
    elif _lacks_blank_behind(code, run, words, context, style):
        text += b" "
    if stays and words[-1].text.endswith("*") and (name := _name_behind(code, run[-1])) is not None:
        span = Span(span.start, name)
    if stays and text.endswith(b"(") and code.data.endswith(b"(", span.start, span.end):
        return Edit(Span(span.start, span.end - 1), text[:-1])  # the same bracket, with all that stands under it
    return Edit(span, text)


def _context(code: Code, end: int) -> list[Word]:
    """The words before a token by which blanks go, no "(" the first: what stands before it tells a call from a cast.
    The head of a #define is none to its body.
    """
    behind = code.tokens[min(end, len(code.tokens) - 1)]
    macro = next((node for node in code.ancestors(behind) if node.kind is Kind.DEFINE), None)
    body = macro.part("body") if macro is not None else None
    start = body.start if body is not None and body.start <= behind.start else 0
    first = max(end - 8, 0)
    while first and code.tokens[first].text == "(":
        first -= 1
    return [word_of(token) for token in code.tokens[first:end] if token.start >= start]


def _lacks_blank_before(code: Code, run: range, words: Sequence[Word], context: Sequence[Word], style: Style) -> bool:
    """Whether a run of tokens stands right behind another one, as its first one is to, and the first word is not."""
    first = code.tokens[run[0]]
    if not context or code.tokens[run[0] - 1].end != first.start or style.spacing is Spacing.PATCH:
        return False
    old, new = (spaced([*context, *each], style.spacing)[len(context)] for each in ([word_of(first)], words))
    return new.startswith(" ") and not old.startswith(" ")


def _lacks_blank_behind(code: Code, run: range, words: Sequence[Word], context: Sequence[Word], style: Style) -> bool:
    """Whether what comes right behind a run of tokens has no blank before it because of the last of them, and gets one
    behind the last of the words.
    """
    behind = code.tokens[run[-1] + 1 : run[-1] + 2]
    if not behind or behind[0].start != code.tokens[run[-1]].end or style.spacing is Spacing.PATCH:
        return False
    gone = [word_of(code.tokens[index]) for index in run]
    old, new = (spaced([*context, *each, word_of(behind[0])], style.spacing)[-1] for each in (gone, words))
    return new.startswith(" ") and not old.startswith(" ")


def _name_behind(code: Code, index: int) -> int | None:
    """Where a name begins on the line behind a token, or a star: the stars of a type stand at what it declares."""
    following = code.tokens[index + 1 : index + 2]
    if not following or not (following[0].kind is TokenKind.IDENTIFIER or following[0].text == "*"):
        return None
    between = code.data[code.tokens[index].end : following[0].start]
    return None if between.strip(b" ") else following[0].start


def _has_own_line(code: Code, run: range) -> bool:
    """Whether a run of tokens is all that stands on its lines, in a list that has an element on each line."""
    holder = next((node for node in code.ancestors(code.tokens[run[0]]) if node.kind in _LISTS), None)
    alone = code.begins_line(code.tokens[run[0]].start) and code.ends_line(code.tokens[run[-1]].end)
    return holder is not None and holder.kind in _ONE_A_LINE and alone


def _would_be_torn(code: Code, run: range, words: Sequence[Word]) -> bool:
    whole = _tree_of(code, run)
    if whole is None or (isinstance(whole, Token) and whole.kind in (TokenKind.PUNCTUATION, TokenKind.KEYWORD)):
        return False
    parent = code.parents.get(whole)
    level = loosest(words)
    several = level == COMMA and len(words) > 1 and parent is not None and parent.kind in _LISTS
    return level < demanded_by_parent(parent, whole) and not several


def _tree_of(code: Code, run: range) -> Tree | None:
    """The tree that consists of just these tokens."""
    tree: Tree = code.tokens[run[0]]
    while (above := code.parents.get(tree)) is not None and above.start == code.tokens[run[0]].start:
        if above.end > code.tokens[run[-1]].end:
            break
        tree = above
    return tree if tree.end == code.tokens[run[-1]].end else None


def insertion(  # noqa: PLR0913 - what, where and how
    code: Code, index: int, lines: Sequence[Sequence[Word]], style: Style, *, forward: bool, item: bool
) -> list[Edit]:
    """Words right behind (``forward``) or right before a token; an ``item`` of a list may get its own line."""
    if not lines:
        return []
    if item and (edits := _on_own_line(code, index, lines, style, forward=forward)):
        return edits
    words = [word.within_line() for line in lines for word in line]
    left = index if forward else index - 1
    context = _context(code, left + 1)
    right = [word_of(token) for token in code.tokens[left + 1 : left + 3]]
    pieces = spaced([*context, *words, *right], style.spacing)
    middle = pieces[len(context) : len(context) + len(words)]
    text = "".join(middle)
    touching = 0 <= left < len(code.tokens) - 1 and code.tokens[left].end == code.tokens[left + 1].start
    behind = pieces[len(context) + len(words)] if right else ""
    if forward:
        place = code.tokens[left].end
        comment = code.data[place : place + 2] in (b"/*", b"//")
        text += " " if comment or (touching and behind.startswith(" ")) else ""
    else:
        place = code.tokens[index].start
        comment = code.data[place - 2 : place] == b"*/"
        text = text if touching else (" " if comment else "") + text.lstrip(" ")
        text += " " if behind.startswith(" ") else ""
    gone = Span(place, place + _vacant(code, left) if forward else place)
    return [Edit(gone, text.encode("utf-8", "surrogateescape"))]


def _vacant(code: Code, left: int) -> int:
    """How many blanks a pair of brackets holds that opens with the token at ``left``, where it holds nothing else."""
    if code.tokens[left].text not in ("(", "[") or left + 1 == len(code.tokens):
        return 0
    between = code.data[code.tokens[left].end : code.tokens[left + 1].start]
    return len(between) if code.tokens[left + 1].text in (")", "]") and not between.strip(b" \t") else 0


def _on_own_line(code: Code, index: int, lines: Sequence[Sequence[Word]], style: Style, *, forward: bool) -> list[Edit]:
    """Where initialisers or enumerators stand one a line, so do added ones. Empty where they do not."""
    token, newline = code.tokens[index], code.line_break
    holder = next((node for node in code.ancestors(token) if isinstance(node, Node) and node.kind in _ONE_A_LINE), None)
    if holder is None:
        return []
    if not forward:
        if not code.begins_line(token.start):
            return []
        indent = code.indent_at(token.start) + (style.unit if token is holder.children[-1] else b"")
        texts = [indent + set_words(line, style) + newline for line in lines]
        start = code.line_start(token.start)
        return [Edit(Span(start, start), b"".join(texts))]
    follower, (first, *rest) = code.tokens[index + 1], lines
    leads = first[0].text == ","
    last = follower if leads and follower.text == "," else token  # the comma there comes behind what is added
    if not code.ends_line(last.end) or (last is token and not code.begins_line(follower.start)):
        return []
    opens = token is holder.children[0]
    indent = code.indent_at(token.start) + (style.unit if opens else b"")
    edits: list[Edit] = []
    if leads:
        edits.append(Edit(Span(token.end, token.end), b","))
        first = first[1:]
    place = code.after_comments(token.end) if last is token else token.end
    texts = [newline + indent + set_words(line, style) for line in (first, *rest) if line]
    if texts:
        edits.append(Edit(Span(place, place), b"".join(texts)))
    return edits
