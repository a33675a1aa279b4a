"""Values from the command line: the text of ``-D name=text``, read as the kind that a rule declares for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.syntax.node import Kind, Token, TokenKind, walk
from lazymmu_refactor.c.tokens.keywords import STATEMENT_WORDS, STORAGE_WORDS
from lazymmu_refactor.match.values.binding import Bindings, Term, Value
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.smpl.patch.rule import AllOf, AnyOf, Constraint, Equals, MetaKind, NotC, Regex, Rule
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span


@record(frozen=True, slots=True)
class _Frame:
    """Code in which a value of some kind stands where only such a value can stand: together with ``left`` bytes before
    and ``right`` bytes behind it, it is then a node of that kind (any kind where that is None).
    """

    before: bytes
    after: bytes
    kind: Kind | None
    left: int
    right: int


_EXPRESSION = _Frame(b"void f(void)\n{\n\tx = (", b");\n}\n", Kind.PARENTHESIZED, 1, 1)
_FRAMES = {
    MetaKind.EXPRESSION: _EXPRESSION,
    MetaKind.CONSTANT: _EXPRESSION,
    MetaKind.IDEXPRESSION: _EXPRESSION,
    MetaKind.TYPE: _Frame(b"void f(void)\n{\n\tx = (", b")y;\n}\n", Kind.TYPE_NAME, 0, 0),
    MetaKind.STATEMENT: _Frame(b"void f(void)\n{\n\t", b"\n}\n", None, 0, 0),
}


def virtual_values(rule: Rule, names: Iterable[MetaName], defines: Mapping[str, str]) -> Bindings | None:
    """The values of the virtual metavariables ``names`` that ``rule`` inherits; None where one has no value, or none of
    the kind that the rule declares or that its constraint accepts: it then is no rule for this run.
    """
    declared = {each.inherited: each for each in rule.metavariables.values() if each.inherited is not None}
    entries: list[tuple[MetaName, Value]] = []
    for name in sorted(names):
        text, variable = defines.get(name.name), declared.get(name)
        if text is None:
            return None
        value = read_value(MetaKind.IDENTIFIER if variable is None else variable.kind, text)
        if value is None or not (
            variable is None or variable.constraint is None or _accepts(variable.constraint, text)
        ):
            return None
        entries.append((name, value))
    return Bindings(tuple(entries))


def _accepts(constraint: Constraint, text: str) -> bool:
    """Whether a value satisfies a constraint that can be judged before any code is seen; others hold for now."""
    match constraint:
        case Regex(pattern=pattern, negated=negated):
            return (re.search(pattern, text) is None) is negated
        case Equals(values=values, negated=negated) if all(isinstance(value, str) for value in values):
            return (text in values) is not negated
        case AllOf(parts=parts):
            return all(_accepts(part, text) for part in parts)
        case AnyOf(parts=parts):
            return any(_accepts(part, text) for part in parts)
        case NotC(part=Regex() | Equals() as part):
            return not _accepts(part, text)
        case _:
            return True


def read_value(kind: MetaKind, text: str) -> Term | None:
    """``text`` as a value of ``kind``, or None where it is not of that kind."""
    from lazymmu_refactor.c.tokens.lexer import lex  # noqa: PLC0415 - few command lines give values

    data = text.encode("utf-8", "surrogateescape")
    tokens = lex(data)
    if kind is MetaKind.IDENTIFIER:
        fits = len(tokens) == 1 and tokens[0].kind is TokenKind.IDENTIFIER
    elif kind in _FRAMES and tokens and (kind is MetaKind.STATEMENT or _is_free_of_heads(tokens)):
        fits = _fits(_FRAMES[kind], data, Span(tokens[0].start, tokens[-1].end))
    else:
        fits = False
    return Term(kind, tuple(token.text for token in tokens)) if fits else None


def _is_free_of_heads(tokens: Iterable[Token]) -> bool:
    """Whether words that begin statements and declarations stand at most in braces; the parser takes lone ones for
    names.
    """
    words = STATEMENT_WORDS | STORAGE_WORDS
    return any(token.text == "{" for token in tokens) or words.isdisjoint(token.text for token in tokens)


def _fits(frame: _Frame, data: bytes, span: Span) -> bool:
    from lazymmu_refactor.c.items.source import Source  # noqa: PLC0415
    from lazymmu_refactor.c.parse import parse_item  # noqa: PLC0415 - few command lines give values

    source = Source.read("", frame.before + data + frame.after)
    if len(source.items) != 1:
        return False
    parsed = parse_item(source, source.items[0], NOTHING_KNOWN)
    # What reads as code only by taking a word for a macro is more likely a mistake than a value.
    root = parsed.root if all(guess.certain for guess in parsed.guesses) else None
    place = span.shifted(len(frame.before))
    wanted = Span(place.start - frame.left, place.end + frame.right)
    nodes = () if root is None else walk(root)
    return any(each.span == wanted and frame.kind in (None, each.kind) for each in nodes)
