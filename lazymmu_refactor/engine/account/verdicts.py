"""The account: every site gets the one verdict that the run has earned it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lazymmu_refactor.c.items.item import Item, ItemKind, ParsedItem
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.syntax.node import Kind, Tree
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.engine.account.course import Course
from lazymmu_refactor.engine.account.element import element_of, is_a, is_member, is_named, is_value, path_to
from lazymmu_refactor.engine.account.note import Note
from lazymmu_refactor.engine.file.text import File
from lazymmu_refactor.engine.program.anchor import Occurrence, called_as_statements, occurrences
from lazymmu_refactor.engine.program.manner import Saying, Tone
from lazymmu_refactor.engine.program.steps import Step
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.site import Evidence, Finding, Site, Verdict, tally
from lazymmu_refactor.match.values.context import ScriptTests
from lazymmu_refactor.text.record import record
from lazymmu_refactor.text.span import Span

if TYPE_CHECKING:
    from lazymmu_refactor.match.explain import Failure

_VERDICTS = {Tone.DONE: Verdict.DONE, Tone.LEFT: Verdict.LEFT, Tone.BLOCKED: Verdict.BLOCKED}


@record(frozen=True, slots=True)
class Judgement:
    """A verdict and what it rests on."""

    verdict: Verdict
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()


def account(
    file: File, program: Program, course: Course, scripts: ScriptTests | None = None, *, whole: bool = True
) -> tuple[tuple[Site, ...], tuple[Finding, ...]]:
    """The verdicts on all sites of a file, and the findings, both in the order of the file. Unless the account is to be
    ``whole``, only on those in items that were left alone.

    An item that was left alone and has no other site is a site itself.
    """
    judge = _Judge(file, program, course, scripts)
    source = file.original.source
    sites = []
    told: set[int] = set()
    for found in occurrences(source, program.anchors) if whole or course.refused else ():
        item = source.items.enclosing(found.span)
        if not whole and (item is None or item.span.start not in course.refused):
            continue
        if item is not None:
            told.add(item.span.start)
        sites.append(_site(source, found.span, found.word, item, judge.of(found, item)))
    for start in course.refused.keys() - told:
        item = source.items.around(start)
        if item is not None and item.span.start == start:
            sites.append(_site(source, item.span, item.name or str(item.kind), item, judge.whole(item)))
    sites.sort(key=lambda site: site.span.start)
    assert sum(tally(sites).values()) == len(sites)
    return tuple(sites), tuple(judge.findings())


def _site(source: Source, span: Span, word: str, item: Item | None, judged: Judgement) -> Site:
    place, name = source.lines.line_col(span.start), "" if item is None else item.name
    return Site(source.path, span, place, word, name, judged.verdict, judged.reason, judged.evidence)


class _Judge:
    def __init__(self, file: File, program: Program, course: Course, scripts: ScriptTests | None) -> None:
        self.file = file
        self.source = file.original.source
        self.program = program
        self.refused = course.refused
        self.course = course
        self.scripts = scripts
        self.sayings = {name: saying for each in program.passes for name, saying in each.sayings.items()}
        self.rank = {name: number for number, name in enumerate(self.sayings)}
        self.explained: dict[tuple[Step, ParsedItem], tuple[Failure, ...]] = {}
        self.notes: dict[Span, list[Note]] = {}
        for note in course.notes:
            self.notes.setdefault(note.span, []).append(note)

    def of(self, found: Occurrence, item: Item | None) -> Judgement:
        """The verdict on one occurrence: of those that apply the first, and the surest come first."""
        if found.dead:
            return Judgement(Verdict.LEFT, "stands in code that is never compiled")
        if item is None:
            return Judgement(Verdict.UNPARSED, "stands outside of anything that could be told apart at file scope")
        unread = self.unread(item)
        if unread is not None:
            return unread
        parsed = self.file.original.parsed(item).showing(found.span)
        if parsed is None:
            return Judgement(Verdict.UNPARSED, "stands in a branch of an #if that cannot be read")
        path = path_to(parsed, found.span)
        return (
            self.changed(found, item, path)
            or self.said(found.span)
            or self.done(found, item)
            or self.refusal(item)
            or self.unmatched(found, parsed, path)
        )

    def whole(self, item: Item) -> Judgement:
        """The verdict on an item that was refused."""
        judged = self.unread(item) or self.refusal(item)
        assert judged is not None
        return judged

    def unread(self, item: Item) -> Judgement | None:
        """Why an item has no tree, where it has none."""
        problem = self.file.original.parsed(item).problem
        if problem is None:
            return None
        return Judgement(
            Verdict.UNPARSED, f"line {self.source.lines.line_col(problem.span.start).line}: {problem.reason}"
        )

    def changed(self, found: Occurrence, item: Item, path: Sequence[Tree]) -> Judgement | None:
        """Whether the statement or header that the place belongs to has become another."""
        moves, spans = self.file.moves, element_of(path) or (item.span,)
        kept = tuple([moves.kept(span) for span in spans])
        if None in kept:
            return None if self.is_beside(found, spans) else Judgement(Verdict.CHANGED)
        if not path or not any(moves.inserts_beside(span) for span in spans):
            return None
        # What was put right before or behind is a part of the statement, or a neighbour: its new tree tells.
        there = moves.span(path[-1].span)
        current = self.file.current
        around = current.source.items.enclosing(there)
        reading = None if around is None else current.parsed(around).showing(there)
        now = () if reading is None else element_of(path_to(reading, there))
        return None if now == kept else Judgement(Verdict.CHANGED)

    def is_beside(self, found: Occurrence, around: Sequence[Span]) -> bool:
        """Whether a place stays as it is in a statement that changes because of another place: one that a rule names
        which changes code, as none does that has met this one. Its word then stands there as often as before.
        """
        if self.changing(found.span):
            return False
        if not any(self.changing(each) and any(part.contains(each) for part in around) for each in self.course.met):
            return False
        now = [self.file.moves.span(part) for part in around]
        return self.uses(self.source, found.word, around) == self.uses(self.file.current.source, found.word, now)

    def uses(self, source: Source, word: str, spans: Sequence[Span]) -> int:
        """How often a word stands in some places of a file."""
        tokens = (token for span in spans for token in lex(source.data, span.start, span.end))
        return sum(token.text == word for token in tokens)

    def changing(self, span: Span) -> bool:
        """Whether a rule that changes code has met a place and names what stands there."""
        return any(step.changes for step in self.course.met.get(span, ()))

    def only_met(self, span: Span) -> Judgement | None:
        """What became of a place that only rules have met which bind values for others."""
        rule = self.course.binders.get(span)
        if rule is None or span in self.course.met:
            return None
        return Judgement(Verdict.NOT_MATCHED, f"{rule} meets it, and no rule that changes code does")

    def refusal(self, item: Item) -> Judgement | None:
        """Whether a rewrite of the item was given up."""
        refusal = self.refused.get(item.span.start)
        if refusal is None:
            return None
        return Judgement(refusal.verdict, refusal.reason, (Evidence(refusal.rule),) if refusal.rule else ())

    def said(self, span: Span) -> Judgement | None:
        """What a rule says of the place, other than a finding."""
        notes = [note for note in self.notes.get(span, ()) if self.tone(note) in _VERDICTS]
        if not notes:
            return None
        # What must not be changed by a machine is never said to be right as it is.
        note = min(notes, key=lambda each: (self.tone(each) is not Tone.BLOCKED, self.rank[each.rule]))
        saying = self.sayings[note.rule]
        return Judgement(_VERDICTS[saying.tone], self.sentence(note, saying), tuple(self.evidence(note, saying)))

    def sentence(self, note: Note, saying: Saying) -> str:
        """The saying's text with the note's values, and where another place is the cause, its line and its sentence."""
        item = self.source.items.enclosing(note.span)
        causes = [
            each
            for span, notes in self.notes.items()
            for each in notes
            if each.rule in saying.because and self.source.items.enclosing(span) is item
        ]
        values = {}
        if causes:
            cause = min(causes, key=lambda each: (each.span, self.rank[each.rule]))
            line = self.source.lines.line_col(cause.span.start).line
            values = {"line": str(line), "cause": cause.sentence(self.sayings[cause.rule].text, {})}
        return note.sentence(saying.text, values)

    def tone(self, note: Note) -> Tone | None:
        saying = self.sayings.get(note.rule)
        return None if saying is None else saying.tone

    def evidence(self, note: Note, saying: Saying) -> Iterator[Evidence]:
        """The paths of a note's own match, or of the matches that its saying names, one for each rule."""
        if not saying.paths:
            yield self._evidence(note)
        for rule, label in saying.paths.items():
            other = next((each for each in self.notes.get(note.span, ()) if each.rule == rule), None)
            if other is not None:
                yield self._evidence(other, label)

    def _evidence(self, note: Note, label: str = "") -> Evidence:
        item = self.source.items.enclosing(note.span)
        body = None if item is None else item.body
        # a way that ends with the head of its function leads nowhere: the match is of the function as a whole
        leads = body is None or any(span.start > body.start for span in note.path)
        path = tuple([self.source.lines.line_col(span.start) for span in note.path]) if leads else ()
        return Evidence(note.rule, path=path, label=label)

    def done(self, found: Occurrence, item: Item) -> Judgement | None:
        """Whether the place is in a form that some rule writes."""
        forms = [form for form in self.program.forms if form.tokens[form.at] == found.word]
        if not forms:
            return None
        code = lex(self.source.data, item.span.start, item.span.end)
        index = next(number for number, token in enumerate(code) if token.start == found.span.start)
        form = next((each for each in forms if each.stands_at(code, index)), None)
        return None if form is None else Judgement(Verdict.DONE, evidence=(Evidence(form.rule, form.place),))

    def unmatched(self, found: Occurrence, parsed: ParsedItem, path: Sequence[Tree]) -> Judgement:
        """Why no rule has a say, as far as the place alone tells."""
        item = parsed.item
        if item.kind is ItemKind.MACRO and not any(is_a(tree, Kind.DEFINE) for tree in path[-2:-1]):
            return Judgement(Verdict.MACRO_BODY, f"stands in the body of the macro {item.name}")
        if found.word in called_as_statements(step.rule for step in self.program.parts.steps_with(found.word)):
            if is_value(path):
                return Judgement(Verdict.NOT_A_STATEMENT, "the value is used; the rules speak of a statement")
            if is_member(path):
                return Judgement(Verdict.NOT_A_STATEMENT, "the name of a member; the rules speak of the function")
            if is_named(path):
                return Judgement(Verdict.NOT_A_STATEMENT, "named without a call; the rules speak of a statement")
        if self.is_dead(parsed, path):
            return Judgement(Verdict.NOT_MATCHED, "no path leads here from the beginning of the function")
        return (
            self.only_met(found.span)
            or self.farthest(found, parsed)
            or Judgement(Verdict.NOT_MATCHED, "no rule speaks of code like this")
        )

    def is_dead(self, parsed: ParsedItem, path: Sequence[Tree]) -> bool:
        """Whether the statement or header that the place belongs to stands behind a jump, where no path comes."""
        graph = self.file.original.unit(parsed).graph
        of = {node.tree: node.index for node in graph.nodes if node.tree is not None}
        innermost = next((of[tree] for tree in reversed(path) if tree in of), None)
        return innermost in graph.dead

    def farthest(self, found: Occurrence, parsed: ParsedItem) -> Judgement | None:
        """How far a rule that names the word came in this item, where some rule at least began to match."""
        failures = [each for step in self.program.parts.steps_with(found.word) for each in self.failures(step, parsed)]
        if not failures:
            return None
        step, failure = max(failures, key=lambda each: each[1].depth)
        line_of = self.source.lines.line_col
        stop = "the end" if failure.at is None else f"line {line_of(failure.at.start).line}"
        path = tuple(line_of(span.start) for span in failure.path)
        broken = failure.forbidden or failure.awaited
        text = step.line(broken.line)
        reason = f"a match begins at line {line_of(failure.start.start).line} and breaks at {stop}: {failure.reason}"
        return Judgement(Verdict.NOT_MATCHED, reason, (Evidence(step.rule.name, broken, text, path),))

    def failures(self, step: Step, parsed: ParsedItem) -> Iterator[tuple[Step, Failure]]:
        """Where a rule broke in an item; nothing for rules that wait for what another rule binds."""
        if step.takes.needed:
            return
        if (step, parsed) not in self.explained:
            from lazymmu_refactor.match.explain import explain  # noqa: PLC0415 - where somebody asks for reasons

            unit = self.file.original.unit(parsed)
            context = step.context(self.source.path, unit, self.scripts)
            self.explained[step, parsed] = explain(step.matcher, unit, step.given, context)
        yield from ((step, failure) for failure in self.explained[step, parsed])

    def findings(self) -> Iterator[Finding]:
        """What the rules have found wrong, in the order of the file, each once."""
        seen: set[tuple[Span, str]] = set()
        for span in sorted(self.notes):
            for note in self.notes[span]:
                saying = self.sayings.get(note.rule)
                if saying is None or saying.tone is not Tone.FINDING:
                    continue
                message = self.sentence(note, saying)
                if (span, message) in seen:
                    continue
                seen.add((span, message))
                place = self.source.lines.line_col(span.start)
                evidence = next(self.evidence(note, saying), None)
                yield Finding(self.source.path, span, place, note.item, note.rule, message, saying.severity, evidence)


def unexamined_sites(source: Source, words: Iterable[str], verdict: Verdict, reason: str) -> Iterator[Site]:
    """The sites of a file that a run could not finish."""
    for found in occurrences(source, words):
        yield _site(source, found.span, found.word, source.items.enclosing(found.span), Judgement(verdict, reason))
