"""Rule headers: everything between the ``@`` signs before the declarations."""

from __future__ import annotations

from pathlib import Path

from lazymmu_refactor.c.tokens.keywords import STATEMENT_WORDS, TAG_WORDS
from lazymmu_refactor.smpl.patch.errors import did_you_mean
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.rule import (
    BodyForm,
    Dependency,
    DependsAll,
    DependsAny,
    DependsFile,
    DependsNot,
    DependsOn,
    Quantifier,
)
from lazymmu_refactor.smpl.tokens.body import SPELLED_OPERATORS
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, Sort
from lazymmu_refactor.smpl.tokens.words import Words
from lazymmu_refactor.text.record import record

RESERVED = frozenset({
    "all", "optional_storage", "optional_qualifier", "value_format", "comm_assoc", "optional_attributes", "prototypes",
    "list_and_aggregate_initialization",
})  # fmt: skip
"""Names that a rule may not have: they are options of ``disable``."""

_WORDS = STATEMENT_WORDS | TAG_WORDS | {"when", "depends", "on", "ever", "never", "file", "in", "extends", "virtual"}

PHASES = ("script", "initialize", "finalize")
FORMS = {
    "expression": BodyForm.EXPRESSION, "identifier": BodyForm.IDENTIFIER, "type": BodyForm.TYPE,
}  # fmt: skip
_LANGUAGES = ("python", "ocaml")
_OPTIONS = ("extends", "depends", "using", "disable", "exists", "forall", *FORMS)
_EXTENSIONS = (
    "feasible",
    "everywhere",
    "included",
    "constants",
)  # behind the name of a rule, for which spatch takes them


@record(frozen=True, slots=True, kw_only=True)
class Header:
    """What a header says. ``phase`` and ``language`` are those of a script rule, "" for others. ``over`` is the
    quantifier of ``depends on exists`` and ``depends on forall``.
    """

    place: Place
    name: str = ""
    phase: str = ""
    language: str = ""
    extends: Lexeme | None = None
    depends: Dependency | None = None
    over: Quantifier | None = None
    using: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    disable_places: tuple[Place, ...] = ()
    quantifier: Quantifier | None = None
    feasible: bool = False
    everywhere: bool = False
    included: bool = False
    constants: bool = False
    form: BodyForm | None = None


def parse_header(words: Words, place: Place) -> Header:
    """The header whose tokens ``words`` holds. ``place`` is that of its first ``@``."""
    if words.at(*PHASES) and words.at(":", ahead=1):
        return _script_header(words, place)
    name = ""
    if words.peek().sort is Sort.NAME and not words.at(*_OPTIONS):
        name = _name(words)
    extends = words.name("the name of a rule") if words.accept("extends") else None
    depends, over = _depends(words)
    using = _iso_files(words) if words.accept("using") else ()
    disabled = _names(words) if words.accept("disable") else ()
    if len(disabled) > 1 and (every := next((each for each in disabled if each.text == "all"), None)) is not None:
        raise words.error(every, "`disable all` stands alone", "it leaves no isomorphism to name")
    quantifier = words.accept("exists", "forall")
    feasible = words.accept("feasible") is not None
    everywhere = words.accept("everywhere") is not None
    included = words.accept("included") is not None
    constants = included and words.accept("constants") is not None
    form = words.accept(*FORMS)
    if not words.at_end():
        raise _out_of_order(words)
    return Header(
        place=place, name=name, extends=extends, depends=depends, over=over, using=using,
        disable=tuple(lexeme.text for lexeme in disabled), disable_places=tuple(lexeme.place for lexeme in disabled),
        quantifier=Quantifier(quantifier.text) if quantifier else None, feasible=feasible,
        everywhere=everywhere, included=included, constants=constants, form=FORMS[form.text] if form else None,
    )  # fmt: skip


def _script_header(words: Words, place: Place) -> Header:
    phase = words.take().text
    words.take()
    language = words.name("the script's language")
    if language.text not in _LANGUAGES:
        hint = did_you_mean(language.text, _LANGUAGES) or "scripts are written in Python: `@script:python@`"
        raise words.error(language, f"`{language.text}` is no language of scripts", hint)
    name = ""
    if words.peek().sort is Sort.NAME and not words.at("depends"):
        if phase != "script":
            raise words.error(words.peek(), f"`{phase}` rules have no name")
        name = _name(words)
    depends, over = _depends(words)
    if not words.at_end():
        raise words.unexpected("`depends on` or the `@` that ends the header")
    return Header(
        place=place, name=name, phase=phase, language=language.text, depends=depends, over=over
    )  # fmt: skip


def _name(words: Words) -> str:
    lexeme = words.take()
    if lexeme.text in RESERVED:
        raise words.error(lexeme, f"`{lexeme.text}` is reserved and cannot name a rule")
    if lexeme.text in _WORDS:
        raise words.error(lexeme, f"`{lexeme.text}` is a word of the language and cannot name a rule")
    return lexeme.text


def _out_of_order(words: Words) -> Exception:
    lexeme = words.peek()
    if words.at(*_OPTIONS, *_EXTENSIONS):
        return words.error(
            lexeme, f"`{lexeme.text}` stands too late in this header",
            "the order is: extends, depends on, using, disable, exists or forall, feasible, everywhere, included, "
            "constants, then the kind",
        )  # fmt: skip
    hint = did_you_mean(lexeme.text, (*_OPTIONS, *_EXTENSIONS)) if lexeme.sort is Sort.NAME else ""
    operator = SPELLED_OPERATORS.get(lexeme.text)
    hint = f"write `{operator}`" if operator else hint
    if words.index == 1 and lexeme.text == ":":
        hint = did_you_mean(words.peek(-1).text, PHASES) or "only scripts name a language"
    if not hint and words.index <= 1:
        hint = "a rule's name is one word of letters, digits and `_` that begins with no digit"
    return words.unexpected("an option or the `@` that ends the header", hint)


def iso_file(words: Words) -> str:
    """The file of isomorphisms that is named, as seen from the semantic patch. Raises SmplError where there is none."""
    name = words.string("a file name in quotes")
    path = Path(words.source.path).parent / name.text[1:-1]
    if not path.exists():
        raise words.error(name, f"there is no `{path}`", "it is looked for beside this file")
    return name.text[1:-1]


def _iso_files(words: Words) -> tuple[str, ...]:
    found = [iso_file(words)]
    while words.accept(","):
        found.append(iso_file(words))
    return tuple(found)


def _names(words: Words) -> tuple[Lexeme, ...]:
    found = [words.name("the name of an isomorphism")]
    while words.accept(","):
        found.append(words.name("the name of an isomorphism"))
    return tuple(found)


def _depends(words: Words) -> tuple[Dependency | None, Quantifier | None]:
    if not words.accept("depends"):
        return None, None
    words.expect("on", hint=f"write `depends on {words.peek().text}`")
    over = words.accept("exists", "forall")
    return _any(words), Quantifier(over.text) if over else None


def _any(words: Words) -> Dependency:
    parts = [_all(words)]
    while words.accept("||"):
        parts.append(_all(words))
    return parts[0] if len(parts) == 1 else DependsAny(tuple(parts))


def _all(words: Words) -> Dependency:
    parts = [_one(words)]
    while words.accept("&&"):
        parts.append(_one(words))
    return parts[0] if len(parts) == 1 else DependsAll(tuple(parts))


def _one(words: Words) -> Dependency:
    negations = 0
    while words.accept("!"):
        negations += 1
    if words.accept("("):
        inner = _any(words)
        words.expect(")")
    elif words.accept_phrase("file", "in"):
        path = words.string("a path in quotes")
        inner = DependsFile(path.text[1:-1], path.place)
    elif word := words.accept("ever", "never"):
        rule = words.name("the name of a rule")
        inner = DependsOn(rule.text, rule.place, ever=True)
        inner = DependsNot(inner) if word.text == "never" else inner
    else:
        rule = words.name("the name of a rule")
        inner = DependsOn(rule.text, rule.place)
    for _ in range(negations % 2):
        inner = DependsNot(inner)
    return inner
