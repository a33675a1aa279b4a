"""Reading one rule: its header and its declarations; then a script, or what is to be matched and changed."""

from __future__ import annotations

import re

from lazymmu_refactor.smpl.change.transformation import TransformationReader
from lazymmu_refactor.smpl.grammar.known import KnownNames
from lazymmu_refactor.smpl.heading.earlier import Earlier
from lazymmu_refactor.smpl.heading.header import Header, parse_header
from lazymmu_refactor.smpl.heading.metavariables import Declarations, extended
from lazymmu_refactor.smpl.heading.usage import Usage
from lazymmu_refactor.smpl.patch.errors import PatchText, SmplError, did_you_mean
from lazymmu_refactor.smpl.patch.pattern import VIRTUAL, MetaName
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.rule import (
    BodyForm,
    Dependency,
    DependsAll,
    DependsAny,
    DependsNot,
    DependsOn,
    MetaKind,
    Metavariable,
    Rule,
    ScriptRule,
)
from lazymmu_refactor.smpl.tokens.body import scan_body
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, LineMark
from lazymmu_refactor.smpl.tokens.lexer import scan
from lazymmu_refactor.smpl.tokens.words import Words
from lazymmu_refactor.text.record import field, record

_RULE = re.compile(r"^@", re.MULTILINE)


@record(slots=True)
class Draft:
    """What has been read so far, of all files. With ``reverse`` plus and minus lines change roles."""

    reverse: bool = False
    rules: list[Rule | ScriptRule] = field(default_factory=list)
    virtuals: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    iso_files: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    texts: dict[str, PatchText] = field(default_factory=dict)
    known: KnownNames = field(default_factory=KnownNames)
    earlier: Earlier = field(default_factory=Earlier)

    def add(self, rule: Rule | ScriptRule, variables: dict[str, MetaKind | None]) -> None:
        """Take a rule that is complete; later ones may refer to it."""
        self.rules.append(rule)
        self.earlier.rules[rule.name] = variables

    def rule_called(self, name: str) -> Rule | None:
        """The rule of that name, if it is an SmPL rule."""
        return next((rule for rule in self.rules if rule.name == name and isinstance(rule, Rule)), None)


class RuleReader:
    """Reads one rule."""

    def __init__(self, draft: Draft, source: PatchText) -> None:
        self.draft = draft
        self.source = source

    def read(self, start: int) -> int:
        """The rule whose header begins at ``start``; the offset at which the next begins."""
        place = self.source.place(start, start + 1)
        lexemes, after = scan(self.source, start + 1, stop="@")
        if lexemes and self.source.text.startswith("@", after):
            doubled = self.source.place(after - 1, after + 1)
            if "\n" in self.source.text[start:after]:
                line, *_ = self.source.text[start:after].splitlines()
                hint = f"write `{line.rstrip()}@` here, and `@@` below the declarations"
                raise self.source.error(place, "this header of a rule is not closed on its line", hint)
            hint = "write `@name@`, then the declarations, then `@@`"
            raise self.source.error(doubled, "`@@` stands where one `@` ends the header", hint)
        header = self._header(lexemes, place)
        declared, after = scan(self.source, after, stop="@@")
        name = header.name or self._anonymous(place)
        if header.phase:
            return self._script(header, name, declared, after)
        return self._rule(header, name, declared, after)

    def _anonymous(self, place: Place) -> str:
        name = f"rule starting on line {place.line}"
        return f"{name} of {place.file}" if name in self.draft.earlier.rules else name

    def _header(self, lexemes: tuple[Lexeme, ...], place: Place) -> Header:
        words = Words(self.source, lexemes, place)
        try:
            header = parse_header(words, place)
        except SmplError as error:
            if not error.hint and error.place.line > place.line:
                error.hint = f"the header that begins on line {place.line} may lack the `@` that ends it"
            raise
        if header.name in self.draft.earlier.rules or header.name in self.draft.virtuals:
            raise words.error(lexemes[0], f"there is a rule `{header.name}` already", "rules need names of their own")
        self._check_dependency(header.depends)
        return header

    def _check_dependency(self, dependency: Dependency | None) -> None:
        match dependency:
            case DependsOn():
                known = [*self.draft.virtuals, *self.draft.earlier.rules]
                if dependency.rule not in known:
                    hint = did_you_mean(dependency.rule, known)
                    hint = hint or f"if it is set on the command line, declare it: `virtual {dependency.rule}`"
                    raise self.source.error(dependency.place, f"there is no earlier rule `{dependency.rule}`", hint)
            case DependsNot():
                self._check_dependency(dependency.part)
            case DependsAll() | DependsAny():
                for part in dependency.parts:
                    self._check_dependency(part)

    def _script(self, header: Header, name: str, declared: tuple[Lexeme, ...], after: int) -> int:
        words = Words(self.source, declared, header.place)
        imports: list[tuple[str, MetaName, str | None]] = []
        creates: list[str] = []
        while not words.at_end():
            local = _script_name(words)
            hint = f"write `{local.text} << rule.{local.text};`"
            if words.at("<", "="):
                raise words.unexpected("`<<`", hint)
            if words.accept("<<"):
                rule = words.name("the name of a rule")
                words.expect(".", hint=hint.replace("rule", rule.text))
                variable = words.name("a metavariable")
                imported = self._imported(words, header, rule, variable)
                default = _default(words) if words.accept("=") else None
                imports.append((local.text, imported, default))
            else:
                creates.append(local.text)
            words.expect(";", hint="what the script does stands below the `@@` that ends its declarations")
        end_of_line = self.source.text.find("\n", after)
        begin = len(self.source.text) if end_of_line < 0 else end_of_line + 1
        following = _RULE.search(self.source.text, begin)
        end = following.start() if following else len(self.source.text)
        rule_read = ScriptRule(
            name=name, place=header.place, language=header.language, phase=header.phase, imports=tuple(imports),
            creates=tuple(creates), code=self.source.text[begin:end], code_line=self.source.place(begin, begin).line,
            depends=header.depends, depends_over=header.over,
        )  # fmt: skip
        self.draft.add(rule_read, dict.fromkeys(creates))
        return end

    def _imported(self, words: Words, header: Header, rule: Lexeme, variable: Lexeme) -> MetaName:
        if rule.text == "merge" and header.phase == "finalize":
            return MetaName("merge", variable.text)
        if header.phase != "script" and rule.text != VIRTUAL:
            raise words.error(rule, f"`{header.phase}` rules can import values of `virtual` only")
        return self.draft.earlier.resolve(words, rule, variable)

    def _rule(self, header: Header, name: str, declared: tuple[Lexeme, ...], after: int) -> int:
        inherited: dict[str, Metavariable] = {}
        extends = None
        if header.extends is not None:
            extends = header.extends.text
            other = self.draft.rule_called(extends)
            if other is None:
                hint = did_you_mean(extends, self.draft.earlier.rules)
                raise self.source.error(header.extends.place, f"there is no earlier rule `{extends}` to extend", hint)
            inherited = extended(name, other.metavariables)
        words = Words(self.source, declared, header.place)
        metavariables = Declarations(words, name, self.draft.earlier, self.draft.known, inherited).parse()
        kinds: dict[str, MetaKind | None] = {key: value.kind for key, value in metavariables.items()}
        body = scan_body(self.source, after, frozenset(metavariables), reverse=self.draft.reverse)
        self.draft.options.extend(body.options)
        reader = TransformationReader(self.source, header, metavariables, self.draft.known)
        form, pattern = reader.read(body)
        marked = any(lexeme.mark is not LineMark.CONTEXT for lexeme in body.lexemes)
        if header.included and (form is not BodyForm.DIRECTIVE or marked):
            message = "an `included` rule matches a `#define` and marks nothing"
            raise self.source.error(header.place, message, "headers are looked at, and changed when it is their turn")
        if header.everywhere and (form not in (BodyForm.FUNCTION, BodyForm.DIRECTIVE) or marked):
            message = "a rule for `everywhere` matches a function or a `#define` and marks nothing"
            raise self.source.error(header.place, message, "other files are told what it binds, and nothing else")
        usage = Usage(self.source, metavariables, pattern, body)
        usage.check()
        self.draft.warnings.extend(usage.warnings())
        rule = Rule(
            name=name, place=header.place, form=form, body=pattern, metavariables=metavariables,
            depends=header.depends, depends_over=header.over, quantifier=header.quantifier, extends=extends,
            using=header.using, disable=header.disable, disable_places=header.disable_places, feasible=header.feasible,
            everywhere=header.everywhere, included=header.included, constants=header.constants,
            source=self.source.text[body.start : body.end],
            source_line=self.source.place(body.start, body.end).line,
        )  # fmt: skip
        self.draft.add(rule, kinds)
        return body.end


def _default(words: Words) -> str:
    """A default in quotes, or ``[]`` for positions."""
    if words.accept("["):
        words.expect("]")
        return "[]"
    return words.string("a default in quotes").text[1:-1]


def _script_name(words: Words) -> Lexeme:
    """The local name of a script's variable. OCaml has pairs of a text and a tree: the one that is used counts."""
    if not words.accept("("):
        return words.name("the name of a script variable")
    text = words.name("a name")
    words.expect(",")
    tree = words.name("a name")
    words.expect(")")
    return text if tree.text == "_" else tree
