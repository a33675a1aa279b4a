"""Reading a ``.cocci`` file: its prolog, then one rule after the other."""

from __future__ import annotations

import re
from pathlib import Path

from lazymmu_refactor.smpl.heading.header import iso_file
from lazymmu_refactor.smpl.patch.errors import PatchText, did_you_mean
from lazymmu_refactor.smpl.patch.pattern import VIRTUAL
from lazymmu_refactor.smpl.patch.rule import MetaKind, Rule, SemanticPatch
from lazymmu_refactor.smpl.rule_reader import Draft, RuleReader
from lazymmu_refactor.smpl.tokens.lexeme import Sort
from lazymmu_refactor.smpl.tokens.lexer import scan_range
from lazymmu_refactor.smpl.tokens.words import Words
from lazymmu_refactor.text.reading import read_file
from lazymmu_refactor.text.record import replace

_LINE_IN_PROLOG = re.compile(r"^(?:#[ \t]*spatch\b(?P<options>[^\n]*)|#![^\n]*)$", re.MULTILINE)
_DIFF = re.compile(r"(?:diff -|--- \S|Index: |From [0-9a-f]{40} )")
_EVERYWHERE = re.compile(r"^@[ \t]*(\w+)[ \t][^@\n]*\beverywhere\b", re.MULTILINE)
_FIRST_RULE = re.compile(r"^(?:[ \t]+(?=@@))?@", re.MULTILINE)


def read_patch(path: str | Path, text: str | None = None, *, reverse: bool = False) -> SemanticPatch:
    """The semantic patch in the file ``path``, or in ``text``, which ``path`` then only names; with ``reverse``, the
    one that undoes it.

    Raises `SmplError` for what is no SmPL or not supported, OSError for a file that cannot be read.
    """
    draft = Draft(reverse)
    _Reader(draft).file(Path(path), text)
    _check_everywhere(draft)
    return SemanticPatch(
        path=str(path),
        rules=tuple(draft.rules),
        virtuals=tuple(draft.virtuals),
        options=tuple(draft.options),
        iso_files=tuple(draft.iso_files),
        warnings=tuple(draft.warnings),
        sources=tuple(dict.fromkeys(draft.sources)),
    )


def _check_everywhere(draft: Draft) -> None:
    """SmplError for a name that a rule takes from one further below, or from one that binds it ``everywhere``, and that
    is not to be had there.
    """
    rules = [rule for rule in draft.rules if isinstance(rule, Rule)]
    told = {rule.name: rule.metavariables for rule in rules if rule.everywhere}
    for rule in rules:
        for declared in rule.metavariables.values():
            source = declared.inherited
            if source is None or source.rule not in told | dict.fromkeys(draft.earlier.ahead):
                continue
            there = told.get(source.rule, {}).get(source.name)
            if there is None or there.kind is not MetaKind.IDENTIFIER or declared.kind is not MetaKind.IDENTIFIER:
                message = f"rule `{source.rule}` binds no identifier `{source.name}` everywhere"
                hint = "a rule for `everywhere` hands on identifiers, and nothing else"
                raise draft.texts[declared.place.file].error(declared.place, message, hint)


class _Reader:
    """Reads files; a file that is included is read where its name stands."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._open_files: list[Path] = []

    def file(self, path: Path, text: str | None = None) -> None:
        """Read one file, and before its rules those of the files that it includes."""
        if text is None:
            self._draft.sources.append(str(path))
            text = read_file(path).decode("utf-8", "surrogateescape")
        text = text.removeprefix("\ufeff")  # a byte order mark
        self._open_files.append(path)
        source = PatchText.of(str(path), text)
        self._draft.texts[str(path)] = source
        self._draft.earlier.ahead.update(_EVERYWHERE.findall(text))
        start = self._prolog(source)
        while start < len(text):
            start = RuleReader(self._draft, source).read(start)
        self._open_files.pop()
        if not self._draft.rules and not self._open_files:
            place = source.place(0, min(1, len(text)))
            raise source.error(place, "there is no rule in this file", "a rule begins with `@@` or `@name@`")

    def _prolog(self, source: PatchText) -> int:
        """Read what stands before the first rule; the offset of that rule."""
        found = _FIRST_RULE.search(source.text)
        end = found.end() - 1 if found else len(source.text)
        for line in _LINE_IN_PROLOG.finditer(source.text, 0, end):
            self._draft.options.extend((line["options"] or "").split())
        blank = _LINE_IN_PROLOG.sub(lambda line: " " * len(line.group()), source.text[:end])
        words = Words(source, scan_range(replace(source, text=blank), 0, len(blank)), source.place(0, 1))
        while not words.at_end():
            self._prolog_line(words)
        return end

    def _prolog_line(self, words: Words) -> None:
        if words.accept(VIRTUAL):
            self._virtuals(words)
        elif words.accept("using"):
            self._draft.iso_files.append(self._iso_file(words))
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
            if name.text not in self._draft.virtuals:
                self._draft.virtuals.append(name.text)
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
            return str(self._open_files[-1].parent / iso_file(words))
        opening = words.expect("<", hint='write `using "file.iso"` or `using <file.iso>`')
        while not words.at(">") and not words.at_end():
            words.take()
        closing = words.expect(">")
        return words.source.text[opening.start : closing.end]

    def _include(self, words: Words) -> None:
        name = words.string('a file name: `#include "other.cocci"`')
        wanted = Path(name.text[1:-1])
        for path in (wanted, self._open_files[-1].parent / wanted):
            if path in self._open_files:
                raise words.error(name, f"`{wanted}` includes itself")
            self._draft.sources.append(str(path))
            try:
                text = read_file(path).decode("utf-8", "surrogateescape")
            except (OSError, ValueError):  # the latter for a name that no file can have, with a NUL byte in it
                continue
            self.file(path, text)
            return
        raise words.error(name, f"`{wanted}` cannot be read", "it is looked for as given, then beside this file")
