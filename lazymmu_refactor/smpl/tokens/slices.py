"""From a body's tokens to its two slices: the code before the change and the code after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from lazymmu_refactor.c.tokens.keywords import BRACKETS, CLOSING
from lazymmu_refactor.smpl.patch.errors import PatchText, did_you_mean
from lazymmu_refactor.smpl.patch.rule import PLACE_KINDS, Metavariable
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, LineMark, Sort
from lazymmu_refactor.text.record import replace


def with_attachments(
    lexemes: Iterable[Lexeme], metavariables: Mapping[str, Metavariable], source: PatchText
) -> tuple[Lexeme, ...]:
    """The tokens, with each ``@name`` hung on the token before it."""
    found: list[Lexeme] = []
    stream = iter(lexemes)
    for lexeme in stream:
        if lexeme.text != "@" or lexeme.sort is not Sort.PUNCTUATION:
            found.append(lexeme)
            continue
        if not found:
            raise source.error(lexeme.place, "nothing stands before this `@` that a metavariable could hang on")
        name = next(stream, lexeme)
        if lexeme.mark is LineMark.PLUS or found[-1].mark is LineMark.PLUS:
            raise source.error(lexeme.place, "no metavariable can hang on added code")
        if name.sort is not Sort.NAME:
            raise source.error(name.place, "the name of a metavariable is expected after `@`")
        declared = metavariables.get(name.text)
        if declared is None:
            hint = did_you_mean(name.text, metavariables) or f"declare it: `position {name.text};`"
            raise source.error(name.place, f"`{name.text}` is not a metavariable of this rule", hint)
        last = found.pop()
        if declared.kind in PLACE_KINDS and last.sort is Sort.GROUP:
            hint = f"hang it on what its branches end with: `\\( a@{name.text} \\| b@{name.text} \\)`"
            raise source.error(lexeme.place, "nothing can hang on a group as a whole", hint)
        found.append(replace(last, attached=(*last.attached, declared.name)))
    return tuple(found)


def with_macro_bodies(lexemes: Iterable[Lexeme]) -> tuple[Lexeme, ...]:
    """The tokens, the body of a ``#define`` on the logical line of its name, though it may stand on lines below it."""
    found = list(lexemes)
    for index, directive in enumerate(found):
        if directive.text == "#define" and directive.mark is not LineMark.PLUS:
            rest = found[index + 1 :]
            header = [each for each in rest if each.logical == directive.logical]
            below = list(takewhile(lambda each: not _ends_macro(each), rest[len(header) :]))
            if _is_bare(header) and any(each.mark is not LineMark.PLUS for each in below):
                added = {each.logical for each in below if each.sort is Sort.DIRECTIVE}
                body = [each if each.logical in added else replace(each, logical=directive.logical) for each in below]
                start = index + 1 + len(header)
                found[start : start + len(below)] = body
    return tuple(found)


def _is_bare(header: Sequence[Lexeme]) -> bool:
    """Whether a macro's name and its parameters are all that stands there."""
    parameters = [each.text for each in header[1:]]
    return not parameters or (parameters[0] == "(" and parameters[1:].count(")") == 1 and parameters[-1] == ")")


def _ends_macro(lexeme: Lexeme) -> bool:
    directive = lexeme.sort is Sort.DIRECTIVE and lexeme.mark is not LineMark.PLUS
    return directive or lexeme.sort is Sort.GROUP or lexeme.is_dots()


def minus_slice(lexemes: Iterable[Lexeme]) -> tuple[Lexeme, ...]:
    """The code before the change: context and minus lines."""
    return tuple(lexeme for lexeme in lexemes if lexeme.mark is not LineMark.PLUS)


def plus_slice(lexemes: Iterable[Lexeme], clauses: frozenset[int]) -> tuple[Lexeme, ...]:
    """The code after the change: context and plus lines.

    Comments and added directives are no part of it, nor are ``when`` clauses: their tokens start at ``clauses``.
    """
    found: list[Lexeme] = []
    directive = -1  # the logical line of an added directive
    for lexeme in lexemes:
        if lexeme.mark is LineMark.PLUS and lexeme.sort is Sort.DIRECTIVE:
            directive = lexeme.logical
        skipped = (
            lexeme.mark is LineMark.MINUS
            or lexeme.sort is Sort.COMMENT
            or lexeme.start in clauses
            or (lexeme.mark is LineMark.PLUS and lexeme.logical == directive)
        )
        if not skipped:
            found.append(lexeme)
    return tuple(found)


def check_brackets(after: Iterable[Lexeme], source: PatchText) -> None:
    """SmplError where what a change leaves has brackets without their partners."""
    opened: list[Lexeme] = []
    for lexeme in after:
        if lexeme.sort is not Sort.PUNCTUATION:
            continue
        if lexeme.text in BRACKETS:
            opened.append(lexeme)
        elif lexeme.text in CLOSING and (not opened or BRACKETS[opened.pop().text] != lexeme.text):
            raise source.error(lexeme.place, f"this `{lexeme.text}` closes nothing that is left after the change")
    if opened:
        raise source.error(
            opened[-1].place, f"this `{opened[-1].text}` is never closed in what is left after the change"
        )


def check_marks(lexemes: Iterable[Lexeme], source: PatchText) -> None:
    """SmplError for what may not stand on a line with such a mark."""
    starred: Lexeme | None = None
    changed: Lexeme | None = None
    directive = -1
    for lexeme in lexemes:
        if lexeme.mark is LineMark.STAR:
            starred = starred or lexeme
        elif lexeme.mark is not LineMark.CONTEXT:
            changed = changed or lexeme
        if starred is not None and changed is not None:
            raise source.error(
                lexeme.place, "`*` lines and `-` or `+` lines stand in one rule",
                "report in one rule, change in another, each under `depends on` a virtual rule",
            )  # fmt: skip
        if lexeme.sort is Sort.DIRECTIVE:
            directive = lexeme.logical
        if lexeme.mark is LineMark.PLUS and lexeme.logical != directive:
            _check_added(lexeme, source)
        if lexeme.mark is LineMark.MINUS and lexeme.is_dots("<...", "...>"):
            raise source.error(
                lexeme.place, f"`{lexeme.text}` cannot be removed: the code that it covers would go whole",
                "give the line no mark, and mark what is to go within the nest",
            )  # fmt: skip


def _check_added(lexeme: Lexeme, source: PatchText) -> None:
    if lexeme.is_dots() and not lexeme.is_dots("......"):
        raise source.error(
            lexeme.place, f"`{lexeme.text}` cannot be added: it stands for code that is there already",
            "give the line no mark, or write `......` for the `...` of a function with variable arguments",
        )  # fmt: skip
    if lexeme.sort is Sort.GROUP:
        raise source.error(lexeme.place, "a disjunction cannot be added", "put the `+` lines into its branches")
    if lexeme.is_text("when") and lexeme.text == "when":
        raise source.error(lexeme.place, "`when` restricts dots and cannot be added")
