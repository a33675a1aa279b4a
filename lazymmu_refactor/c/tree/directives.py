"""Directives, built from tokens alone: the grammar never sees them."""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree
from lazymmu_refactor.c.tree.piece import ConversionError, is_identifier, is_text, make, sequence


def directive(words: Sequence[Token]) -> Node:
    """``#include``, ``#undef``, ``#pragma`` or another directive from all its tokens. `ConversionError` for none."""
    if not words:
        raise ConversionError("an empty directive")
    first, *rest = words
    match first.text:
        case "#include" | "#include_next" | "#import":
            return make(Kind.INCLUDE, first, rest[0] if len(rest) == 1 else sequence(Kind.OPAQUE, rest))
        case "#undef" if len(rest) == 1:
            return make(Kind.UNDEF, first, rest[0])
        case "#pragma" if rest:
            return make(Kind.PRAGMA, first, rest[0], sequence(Kind.OPAQUE, rest[1:]))
        case _:
            return make(Kind.OPAQUE, *words)


def split_define(words: Sequence[Token]) -> tuple[Token, Token, Node | None, Sequence[Token]]:
    """The directive, the name, MACRO_PARAMETERS where ``(`` follows the name at once, and the body's tokens."""
    if len(words) < 2 or words[0].text != "#define":
        raise ConversionError("a #define without a name", words[0].start if words else -1)
    head, name, *rest = words
    if not rest or rest[0].text != "(" or rest[0].start != name.end:
        return head, name, None, rest
    close = next((index for index, word in enumerate(rest) if word.text == ")"), None)
    if close is None:
        raise ConversionError("macro parameters without an end", name.start)
    parameters: list[Tree] = list(rest[: close + 1])
    if len(parameters) > 3 and is_text(parameters[-2], "...") and is_identifier(parameters[-3]):
        parameters[-3:-1] = [make(Kind.OPAQUE, *parameters[-3:-1])]  # GNU's variable arguments with a name
    return head, name, make(Kind.MACRO_PARAMETERS, *parameters), rest[close + 1 :]


def define(head: Token, name: Token, parameters: Node | None, body: Tree | None) -> Node:
    """The DEFINE with its body read already."""
    return make(Kind.DEFINE, head, name, parameters, body)


def is_define(words: Sequence[Token]) -> bool:
    """Whether these are the tokens of a ``#define``."""
    return bool(words) and is_text(words[0], "#define")
