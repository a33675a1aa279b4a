"""Reading a ``.cocci`` file: its prolog, then one rule after the other."""

from __future__ import annotations

import re
from pathlib import Path

from lazymmu_refactor.c.syntax import Kind
from lazymmu_refactor.smpl.body import BodyParser, is_only_dots
from lazymmu_refactor.smpl.earlier import VIRTUAL, Earlier
from lazymmu_refactor.smpl.errors import PatchText, SmplError, did_you_mean
from lazymmu_refactor.smpl.grammar import KnownNames
from lazymmu_refactor.smpl.header import Header, parse_header
from lazymmu_refactor.smpl.lexer import Body, Lexeme, LineMark, Sort, scan, scan_body, scan_range
from lazymmu_refactor.smpl.metavariables import Declarations, extended
from lazymmu_refactor.smpl.pattern import Both, Branch, Choice, MetaName, Pattern, Place
from lazymmu_refactor.smpl.plus import Attacher, is_top
from lazymmu_refactor.smpl.position import statements_of_any_kind
from lazymmu_refactor.smpl.rule import (
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
    SemanticPatch,
)
from lazymmu_refactor.smpl.shape import Shaper
from lazymmu_refactor.smpl.slices import (
    check_brackets,
    check_marks,
    minus_slice,
    plus_slice,
    with_attachments,
    with_macro_bodies,
)
from lazymmu_refactor.smpl.usage import Usage
from lazymmu_refactor.smpl.words import Words
from lazymmu_refactor.text.record import field, record, replace

_LINE_IN_PROLOG = re.compile(r"^(?:#[ \t]*spatch\b(?P<options>[^\n]*)|#![^\n]*)$", re.MULTILINE)
_NEVER_REMOVED = (BodyForm.EXPRESSION, BodyForm.TYPE, BodyForm.IDENTIFIER)
_PARTS = frozenset({*_NEVER_REMOVED, BodyForm.INITIALIZER})  # of statements and declarations
_NAMES = {
    BodyForm.EXPRESSION: "an expression", BodyForm.STATEMENTS: "a statement", BodyForm.FUNCTION: "a function",
    BodyForm.TOP_LEVEL: "a declaration", BodyForm.DIRECTIVE: "a directive", BodyForm.TYPE: "a type",
    BodyForm.IDENTIFIER: "an identifier", BodyForm.INITIALIZER: "an initializer",
}  # fmt: skip
_DIFF = re.compile(r"(?:diff -|--- \S|Index: |From [0-9a-f]{40} )")
_RULE = re.compile(r"^@", re.MULTILINE)
_FIRST_RULE = re.compile(r"^(?:[ \t]+(?=@@))?@", re.MULTILINE)


def read_patch(path: str | Path, text: str | None = None, *, reverse: bool = False) -> SemanticPatch:
    """The semantic patch in the file ``path``, or in ``text``, which ``path`` then only names; with ``reverse``, the
    one that undoes it.

    Raises `SmplError` for what is no SmPL or not supported, OSError for a file that cannot be read.
    """
    reader = _Reader(reverse)
    reader.file(Path(path), text)
    return SemanticPatch(
        path=str(path),
        rules=tuple(reader.rules),
        virtuals=tuple(reader.virtuals),
        options=tuple(reader.options),
        iso_files=tuple(reader.iso_files),
        warnings=tuple(reader.warnings),
    )


@record(slots=True)
class _Reader:
    """What has been read so far, of all files. With ``reverse`` plus and minus lines change roles."""

    reverse: bool = False
    rules: list[Rule | ScriptRule] = field(default_factory=list)
    virtuals: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    iso_files: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    known: KnownNames = field(default_factory=KnownNames)
    earlier: Earlier = field(default_factory=Earlier)
    open_files: list[Path] = field(default_factory=list)

    def file(self, path: Path, text: str | None = None) -> None:
        """Read one file, and before its rules those of the files that it includes."""
        if text is None:
            text = path.read_bytes().decode("utf-8", "surrogateescape")
        text = text.removeprefix("\ufeff")  # a byte order mark
        self.open_files.append(path)
        source = PatchText.of(str(path), text)
        start = self._prolog(source)
        while start < len(text):
            start = _RuleReader(self, source).read(start)
        self.open_files.pop()
        if not self.rules and not self.open_files:
            place = source.place(0, min(1, len(text)))
            raise source.error(place, "there is no rule in this file", "a rule begins with `@@` or `@name@`")

    # --- the prolog -------------------------------------------------------------------------------------------------

    def _prolog(self, source: PatchText) -> int:
        """Read what stands before the first rule; the offset of that rule."""
        found = _FIRST_RULE.search(source.text)
        end = found.end() - 1 if found else len(source.text)
        for line in _LINE_IN_PROLOG.finditer(source.text, 0, end):
            self.options.extend((line["options"] or "").split())
        blank = _LINE_IN_PROLOG.sub(lambda line: " " * len(line.group()), source.text[:end])
        words = Words(source, scan_range(replace(source, text=blank), 0, len(blank)), source.place(0, 1))
        while not words.at_end():
            self._prolog_line(words)
        return end

    def _prolog_line(self, words: Words) -> None:
        if words.accept(VIRTUAL):
            self._virtuals(words)
        elif words.accept("using"):
            self.iso_files.append(self._iso_file(words))
        elif words.at("#") and words.at("include", ahead=1):
            words.take()
            words.take()
            self._include(words)
        else:
            lexeme = words.peek()
            hint = (
                did_you_mean(lexeme.text, (VIRTUAL, "using"))
                or "a rule begins in column 0, with `@@` or `@name@`; the code to match stands below the second `@@`"
            )
            if _DIFF.match(words.source.text):
                hint = "this is a diff; a semantic patch holds rules, each with its metavariables between `@@` and `@@`"
            raise words.unexpected("a rule (`@name@`), `virtual`, `using` or `#include`", hint)

    def _virtuals(self, words: Words) -> None:
        while True:
            name = words.name("the name of a virtual rule")
            if name.text not in self.virtuals:
                self.virtuals.append(name.text)
            if not words.accept(","):
                break
        if words.at(";"):
            raise words.error(words.peek(), "`virtual` takes no `;`", "remove it")
        following = words.peek()
        if following.sort is Sort.NAME and following.logical == name.logical:
            raise words.error(following, "`,` is missing before this", f"write `virtual {name.text}, {following.text}`")

    def _iso_file(self, words: Words) -> str:
        """A path as it can be opened: ``"x.iso"`` is beside the semantic patch, ``<x.iso>`` stays as it is."""
        if words.peek().sort is Sort.STRING:
            return str(self.open_files[-1].parent / words.take().text[1:-1])
        opening = words.expect("<", hint='write `using "file.iso"` or `using <file.iso>`')
        while not words.at(">") and not words.at_end():
            words.take()
        closing = words.expect(">")
        return words.source.text[opening.start : closing.end]

    def _include(self, words: Words) -> None:
        name = words.string('a file name: `#include "other.cocci"`')
        wanted = Path(name.text[1:-1])
        for path in (wanted, self.open_files[-1].parent / wanted):
            if path in self.open_files:
                raise words.error(name, f"`{wanted}` includes itself")
            try:
                text = path.read_bytes().decode("utf-8", "surrogateescape")
            except (OSError, ValueError):  # the latter for a name that no file can have, with a NUL byte in it
                continue
            self.file(path, text)
            return
        raise words.error(name, f"`{wanted}` cannot be read", "it is looked for as given, then beside this file")

    # --- rules ------------------------------------------------------------------------------------------------------

    def add(self, rule: Rule | ScriptRule, variables: dict[str, MetaKind | None]) -> None:
        """Take a rule that is complete; later ones may refer to it."""
        self.rules.append(rule)
        self.earlier.rules[rule.name] = variables

    def rule_called(self, name: str) -> Rule | None:
        """The rule of that name, if it is an SmPL rule."""
        return next((rule for rule in self.rules if rule.name == name and isinstance(rule, Rule)), None)


class _RuleReader:
    """Reads one rule."""

    def __init__(self, reader: _Reader, source: PatchText) -> None:
        self.reader = reader
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
        return f"{name} of {place.file}" if name in self.reader.earlier.rules else name

    def _header(self, lexemes: tuple[Lexeme, ...], place: Place) -> Header:
        words = Words(self.source, lexemes, place)
        try:
            header = parse_header(words, place)
        except SmplError as error:
            if not error.hint and error.place.line > place.line:
                error.hint = f"the header that begins on line {place.line} may lack the `@` that ends it"
            raise
        if header.name in self.reader.earlier.rules or header.name in self.reader.virtuals:
            raise words.error(lexemes[0], f"there is a rule `{header.name}` already", "rules need names of their own")
        self._check_dependency(header.depends)
        return header

    def _check_dependency(self, dependency: Dependency | None) -> None:
        match dependency:
            case DependsOn():
                known = [*self.reader.virtuals, *self.reader.earlier.rules]
                if dependency.rule not in known:
                    hint = did_you_mean(dependency.rule, known)
                    hint = hint or f"if it is set on the command line, declare it: `virtual {dependency.rule}`"
                    raise self.source.error(dependency.place, f"there is no earlier rule `{dependency.rule}`", hint)
            case DependsNot():
                self._check_dependency(dependency.part)
            case DependsAll() | DependsAny():
                for part in dependency.parts:
                    self._check_dependency(part)

    # --- scripts ----------------------------------------------------------------------------------------------------

    def _script(self, header: Header, name: str, declared: tuple[Lexeme, ...], after: int) -> int:
        words = Words(self.source, declared, header.place)
        imports: list[tuple[str, MetaName, str | None]] = []
        creates: list[str] = []
        while not words.at_end():
            local = _script_name(words)
            if words.at("<", "="):
                raise words.unexpected("`<<`", f"write `{local.text} << rule.{local.text};`")
            if words.accept("<<"):
                rule = words.name("the name of a rule")
                words.expect(".")
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
        self.reader.add(rule_read, dict.fromkeys(creates))
        return end

    def _imported(self, words: Words, header: Header, rule: Lexeme, variable: Lexeme) -> MetaName:
        if rule.text == "merge" and header.phase == "finalize":
            return MetaName("merge", variable.text)
        if header.phase != "script" and rule.text != VIRTUAL:
            raise words.error(rule, f"`{header.phase}` rules can import values of `virtual` only")
        return self.reader.earlier.resolve(words, rule, variable)

    # --- SmPL rules -------------------------------------------------------------------------------------------------

    def _rule(self, header: Header, name: str, declared: tuple[Lexeme, ...], after: int) -> int:
        inherited: dict[str, Metavariable] = {}
        if header.extends is not None:
            other = self.reader.rule_called(header.extends)
            if other is None:
                hint = did_you_mean(header.extends, self.reader.earlier.rules)
                raise self.source.error(header.place, f"there is no earlier rule `{header.extends}` to extend", hint)
            inherited = extended(name, other.metavariables)
        words = Words(self.source, declared, header.place)
        metavariables = Declarations(words, name, self.reader.earlier, self.reader.known, inherited).parse()
        kinds: dict[str, MetaKind | None] = {key: value.kind for key, value in metavariables.items()}
        body = scan_body(self.source, after, frozenset(metavariables), reverse=self.reader.reverse)
        self.reader.options.extend(body.options)
        form, pattern = self._pattern(header, body, metavariables)
        marked = any(lexeme.mark is not LineMark.CONTEXT for lexeme in body.lexemes)
        if header.included and (form is not BodyForm.DIRECTIVE or marked):
            message = "an `included` rule matches a `#define` and marks nothing"
            raise self.source.error(header.place, message, "headers are looked at, and changed when it is their turn")
        usage = Usage(self.source, metavariables, pattern, body)
        usage.check()
        self.reader.warnings.extend(usage.warnings())
        rule = Rule(
            name=name, place=header.place, form=form, body=pattern, metavariables=metavariables,
            depends=header.depends, depends_over=header.over, quantifier=header.quantifier, extends=header.extends,
            using=header.using, disable=header.disable, disable_places=header.disable_places, feasible=header.feasible,
            included=header.included,
            source=self.source.text[body.start : body.end],
            source_line=self.source.place(body.start, body.end).line,
        )  # fmt: skip
        self.reader.add(rule, kinds)
        return body.end

    def _pattern(self, header: Header, body: Body, metavariables: dict[str, Metavariable]) -> tuple[BodyForm, Pattern]:
        """The minus slice with the plus code on its leaves."""
        lexemes = with_macro_bodies(with_attachments(body.lexemes, metavariables, self.source))
        check_marks(lexemes, self.source)
        minus = minus_slice(lexemes)
        if not minus:
            message = "this rule's body is empty"
            if body.plus_lines:
                message = "this rule only adds code, at no place"
            raise self.source.error(header.place, message, "a rule needs code to match: context, `-` or `*` lines")
        parser = self._parser(minus, metavariables)
        form, pattern = parser.body(header.form)
        for used in statements_of_any_kind(pattern, metavariables):
            metavariables[used] = replace(metavariables[used], kind=MetaKind.STATEMENT)
        after = plus_slice(lexemes, frozenset(parser.clauses))
        if is_only_dots(pattern):
            raise self.source.error(minus[0].place, "a pattern of dots alone matches nothing in particular")
        if not body.plus_lines:
            if form in _NEVER_REMOVED and all(lexeme.mark is LineMark.MINUS for lexeme in minus):
                raise self.source.error(
                    minus[0].place, f"nothing takes the place of this {form}",
                    "a statement can be removed (`f(x);` with its semicolon); anything smaller must be replaced",
                )  # fmt: skip
            check_brackets(after, self.source)
            if after != minus:
                try:
                    self._after_change(header, form, after, metavariables)
                except SmplError as error:
                    if not _at_comma(after, error.place):  # one whose element goes will go as well
                        raise
            return form, pattern
        shaper = Shaper(self._after_change(header, form, after, metavariables), metavariables, top=is_top(form))
        attacher = Attacher(self.source, metavariables)
        return form, attacher.attach(body, minus, pattern, shaper)

    def _parser(
        self, lexemes: tuple[Lexeme, ...], metavariables: dict[str, Metavariable], *, after: bool = False
    ) -> BodyParser:
        return BodyParser(self.source, lexemes, metavariables, self.reader.known, after=after)

    def _after_change(
        self, header: Header, before: BodyForm, lexemes: tuple[Lexeme, ...], metavariables: dict[str, Metavariable]
    ) -> Pattern:
        """The tree of the plus slice."""
        if not lexemes:
            return Branch(Kind.STATEMENTS, ())
        found = self._parser(lexemes, metavariables, after=True).body(header.form)
        self._check_kinds(before, found, lexemes)
        return found[1]

    def _check_kinds(self, before: BodyForm, after: tuple[BodyForm, Pattern], lexemes: tuple[Lexeme, ...]) -> None:
        """SmplError where a part of a statement would take the place of a whole one, or the reverse."""
        form, pattern = after
        if form is before or before is BodyForm.DIRECTIVE or {form, before}.isdisjoint(_PARTS):
            return
        if _lacks_a_branch(pattern):
            return
        marked = next((lexeme for lexeme in lexemes if lexeme.mark is LineMark.PLUS), lexemes[0])
        raise self.source.error(
            marked.place, f"{_NAMES[before]} cannot become {_NAMES[form]}",
            f"is a `;` missing {'after' if form in _PARTS else 'before'} the change?",
        )  # fmt: skip


def _at_comma(lexemes: tuple[Lexeme, ...], place: Place) -> bool:
    """Whether a comma stands at a place, or right before it."""
    at = next((index for index, lexeme in enumerate(lexemes) if lexeme.place == place), 0)
    return any(lexeme.is_text(",") for lexeme in lexemes[max(0, at - 1) : at + 1])


def _lacks_a_branch(pattern: Pattern) -> bool:
    """Whether nothing is left of a branch of the group that a slice consists of."""
    group = pattern.parts[0] if isinstance(pattern, Branch) and pattern.parts else pattern
    branches = group.branches if isinstance(group, Choice | Both) else ()
    return any(isinstance(branch, Branch) and not branch.parts for branch in branches)


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
