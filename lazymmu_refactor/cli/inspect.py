"""``inspect``: what the tool makes of a file or a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from lazymmu_refactor.c.headers.headers import Headers
from lazymmu_refactor.c.items.item import Item, ParsedItem, ParseProblem
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.syntax.render import render_tree
from lazymmu_refactor.c.tokens.lexer import lex
from lazymmu_refactor.c.view import make_views
from lazymmu_refactor.c.view.render import render_view
from lazymmu_refactor.cli import macros, parse_rate
from lazymmu_refactor.cli.exit import ExitCode
from lazymmu_refactor.cli.options import DEFAULT_PACK, read_defines, rules_options
from lazymmu_refactor.cli.output import write
from lazymmu_refactor.engine.program.steps import Step
from lazymmu_refactor.flow.build import build
from lazymmu_refactor.flow.render import render as render_graph
from lazymmu_refactor.match.formula.text import render as render_formula
from lazymmu_refactor.packs.load import load
from lazymmu_refactor.smpl.patch.errors import did_you_mean
from lazymmu_refactor.smpl.patch.render import render_rule
from lazymmu_refactor.tree.files import target


@click.group("inspect")
def command() -> None:
    """Show what the tool makes of a file or a rule, step by step."""


def _file_command(
    show: Callable[[Source, Item, MacroKnowledge], str],
) -> Callable[[Path, str | None], ExitCode]:
    """A command over the items of FILE, or over the one of a name."""

    def over_items(file: Path, item: str | None) -> ExitCode:
        where = target(str(file))
        source = Source.read(str(file), file.read_bytes())
        macros = Headers(where.root).knowledge(where.name, source.data)
        chosen = [each for each in source.items if item is None or each.name == item]
        if not chosen:
            known = ", ".join(dict.fromkeys(each.name for each in source.items if each.name))
            raise click.UsageError(f"{file} has no item {item!r}" + (f"; it has {known}" if known else ""))
        _print(f"{_heading(source, each)}\n{show(source, each, macros).rstrip()}\n" for each in chosen)
        return ExitCode.CLEAN

    over_items.__doc__ = show.__doc__
    return over_items


def _heading(source: Source, item: Item) -> str:
    return f"// {source.path}:{source.lines.line_col(item.span.start).line}: {item.kind} {item.name}".rstrip()


def _tokens(source: Source, item: Item, _macros: MacroKnowledge) -> str:
    """The tokens of FILE, each with its line, kind and text."""
    return "\n".join(
        f"{source.lines.line_col(token.start).line}: {token.kind:12} {token.text}"
        for token in lex(source.data, item.span.start, item.span.end)
    )


def _view(source: Source, item: Item, macros: MacroKnowledge) -> str:
    """FILE beside what the C grammar is shown of it: equal in length, with what it cannot take replaced."""
    return _OTHER.join(render_view(source, view) for view in make_views(source, item, macros))


def _tree(source: Source, item: Item, macros: MacroKnowledge) -> str:
    """The syntax tree of FILE."""
    return _of_readings(source, item, macros, lambda parsed: "" if parsed.root is None else render_tree(parsed.root))


def _flow(source: Source, item: Item, macros: MacroKnowledge) -> str:
    """The control-flow graphs of FILE."""
    return _of_readings(source, item, macros, lambda parsed: render_graph(build(parsed)))


_OTHER = "\n// with another branch of an #if:\n"


def _of_readings(source: Source, item: Item, macros: MacroKnowledge, show: Callable[[ParsedItem], str]) -> str:
    """What each reading of an item shows, or why there is no tree."""
    readings = parse_item(source, item, macros).all_readings
    return _OTHER.join(show(each) if each.root is not None else _problem(source, each.problem) for each in readings)


def _problem(source: Source, problem: ParseProblem | None) -> str:
    assert problem is not None
    return f"not parsed: line {source.lines.line_col(problem.span.start).line}: {problem.reason}"


for _name, _show in {"tokens": _tokens, "view": _view, "tree": _tree, "flow": _flow}.items():
    _command = click.command(_name, help=_show.__doc__)(_file_command(_show))
    _command.params = [
        click.Argument(["file"], type=click.Path(path_type=Path)),
        click.Option(["--item"], metavar="NAME", help="Only the function, macro or declaration of that name."),
    ]
    command.add_command(_command)


command.add_command(parse_rate.command)
command.add_command(macros.command)


@command.command("rule")
@click.argument("name", required=False)
@rules_options
def rule(name: str | None, rules: tuple[str, ...], defines: tuple[str, ...]) -> ExitCode:
    """The pattern trees of the rules, or of the one called NAME."""
    _print(f"{render_rule(step.rule).rstrip()}\n" for step in _steps(name, rules, defines))
    return ExitCode.CLEAN


@command.command("formula")
@click.argument("name", required=False)
@rules_options
def formula(name: str | None, rules: tuple[str, ...], defines: tuple[str, ...]) -> ExitCode:
    """What the rules ask of a graph, and the words that an item and a file need for them."""
    _print(_formula(step) for step in _steps(name, rules, defines))
    return ExitCode.CLEAN


def _formula(step: Step) -> str:
    body = "looked for in trees" if step.matcher.formula is None else render_formula(step.matcher.formula)
    return (
        f"rule {step.rule.name}\n  an item needs {step.item_needs[0]}\n  a file needs {step.needs}\n{body.rstrip()}\n"
    )


def _steps(name: str | None, rules: tuple[str, ...], defines: tuple[str, ...]) -> Iterator[Step]:
    loaded = load(rules or (DEFAULT_PACK,), read_defines(defines))
    steps = [step for each in loaded.rewrite.passes for step in each.rules]
    chosen = [step for step in steps if name is None or step.rule.name == name]
    if name is not None and not chosen:
        names = [step.rule.name for step in steps]
        hint = did_you_mean(name, names) or f"there are {', '.join(names)}"
        if name.endswith(".cocci"):
            hint = f"a file of rules is named by --rules {name}"
        raise click.UsageError(f"there is no rule {name!r}; {hint}")
    yield from chosen


def _print(texts: Iterator[str]) -> None:
    for text in texts:
        write(f"{text}\n".encode("utf-8", "surrogateescape"), None)
