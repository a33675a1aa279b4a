"""The view of a ``#define``: its body alone."""

from __future__ import annotations

import re

from lazymmu_refactor.c.preprocessor.mask import BLANK
from lazymmu_refactor.c.view.model import Change
from lazymmu_refactor.text.span import Span

_COMMENT = re.compile(
    rb"/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/)?+|//[^\n]*+|(\"(?:[^\"\\\n]|\\.)*+\"?+)|('(?:[^'\\\n]|\\.)*+'?+)"
)
_CONTINUATION = re.compile(rb"\\(?=[ \t]*\r?\n)")
_HEAD = re.compile(rb"\#[ \t]*define[ \t\r\n]+[A-Za-z_$][\w$]*(\([^()]*\))?")
_PASTE = re.compile(rb"[ \t]*\#\#[ \t]*")
_STRINGIFY = re.compile(rb"\#(?=[ \t]*[A-Za-z_])")


def macro_text(data: bytes, span: Span) -> tuple[bytes, list[Change]]:
    """A macro's bytes with everything up to its body blank, and what ``#`` and ``##`` had to become.

    ``a ## b`` is one word in it, ``#x`` is ``x``.
    """
    text = data[span.start : span.end]
    text = _COMMENT.sub(_blank_comment, text)
    text = _CONTINUATION.sub(b" ", text)
    head = _HEAD.match(text)
    if head is not None:
        text = text[: head.end()].translate(BLANK) + text[head.end() :]
    changes: list[Change] = []
    draft = bytearray(text)
    for pattern, rule, filler in ((_PASTE, "paste", b"_"), (_STRINGIFY, "stringify", b" ")):
        for found in pattern.finditer(bytes(draft)):
            start, end = found.span()
            changes.append(Change(rule, Span(span.start + start, span.start + end)))
            draft[start:end] = filler * (end - start)
    return bytes(draft), changes


def _blank_comment(found: re.Match[bytes]) -> bytes:
    if found[1] is None and found[2] is None:
        return found[0].translate(BLANK)
    literal = found[0]
    if len(literal) < 2 or literal[-1:] != literal[:1]:
        return literal
    return literal[:1] + b" " * (len(literal) - 2) + literal[-1:]
