"""Values from the command line: the text of ``-D name=text``, read as the kind that a rule declares for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lazymmu_refactor.c.lexer import lex
from lazymmu_refactor.c.macros import NOTHING_KNOWN
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.source import Source
from lazymmu_refactor.c.syntax import TokenKind
from lazymmu_refactor.match.binding import Bindings, Term
from lazymmu_refactor.smpl.pattern import MetaName
from lazymmu_refactor.smpl.rule import MetaKind, Rule

# Code in which a value of each kind stands where only such a value can stand.
_FRAMES = {
    MetaKind.EXPRESSION: "void f(void)\n{\n\tx = (%s);\n}\n",
    MetaKind.CONSTANT: "void f(void)\n{\n\tx = (%s);\n}\n",
    MetaKind.IDEXPRESSION: "void f(void)\n{\n\tx = (%s);\n}\n",
    MetaKind.TYPE: "void f(void)\n{\n\t%s x;\n}\n",
    MetaKind.STATEMENT: "void f(void)\n{\n\t%s\n}\n",
}


class BadValueError(ValueError):
    """A value from the command line that is not of the kind that the rule declares for it."""


def virtual_values(rule: Rule, names: Iterable[MetaName], defines: Mapping[str, str]) -> Bindings:
    """The values of the virtual metavariables ``names`` that ``rule`` inherits. Raises `BadValueError`."""
    kinds = {each.inherited: each.kind for each in rule.metavariables.values() if each.inherited is not None}
    entries = [
        (name, _term(name.name, kinds.get(name, MetaKind.IDENTIFIER), defines[name.name])) for name in sorted(names)
    ]
    return Bindings(tuple(entries))


def _term(name: str, kind: MetaKind, text: str) -> Term:
    tokens = lex(text.encode("utf-8", "surrogateescape"))
    texts = tuple(token.text for token in tokens)
    if kind is MetaKind.IDENTIFIER:
        fits = len(tokens) == 1 and tokens[0].kind is TokenKind.IDENTIFIER
    elif kind in _FRAMES:
        source = Source.read("", (_FRAMES[kind] % text).encode("utf-8", "surrogateescape"))
        fits = bool(texts) and len(source.items) == 1
        fits = fits and parse_item(source, source.items[0], NOTHING_KNOWN).problem is None
    else:
        raise BadValueError(f"-D {name}: a {kind} cannot be given on the command line")
    if not fits:
        raise BadValueError(f"-D {name}={text}: {text!r} is not {_ARTICLE.get(kind, 'a')} {kind}")
    return Term(kind, texts)


_ARTICLE = {MetaKind.IDENTIFIER: "an", MetaKind.EXPRESSION: "an", MetaKind.IDEXPRESSION: "an"}
