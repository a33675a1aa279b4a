"""Parsing one top-level item: its view through the grammar into a concrete tree of original tokens."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import zip_longest

from lazymmu_refactor.c.items.item import LEFT_OUT_BRANCH, Guess, Item, ItemKind, ParsedItem, ParseProblem
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, Tree
from lazymmu_refactor.c.tokens.keywords import ATTRIBUTE_WORDS, CONDITIONAL_DIRECTIVES, KEYWORDS, TYPE_WORDS
from lazymmu_refactor.c.tokens.lexer import lex, tokens_at
from lazymmu_refactor.c.tree.attributes import attributes_of
from lazymmu_refactor.c.tree.convert import Atom, convert
from lazymmu_refactor.c.tree.directives import define, directive, is_define, split_define
from lazymmu_refactor.c.tree.grammar import grammar_parser
from lazymmu_refactor.c.tree.piece import DEEPEST, ConversionError, Shape, make, sequence, too_deep
from lazymmu_refactor.c.tree.reread import Rereader, first_error
from lazymmu_refactor.c.view import View, make_views
from lazymmu_refactor.text.record import replace
from lazymmu_refactor.text.span import Span

_INT = b"int "
_UNTYPED = re.compile(rb"\s*+(?!(?:" + b"|".join(map(str.encode, sorted(KEYWORDS))) + rb")\b)[A-Za-z_]\w*+\s*+\(")
"""How a function begins that has no type, and no attribute either."""

_LEFT_OUT = frozenset({"dead_branch", LEFT_OUT_BRANCH})
"""The view's rules that leave code out altogether."""


def parse_item(source: Source, item: Item, macros: MacroKnowledge) -> ParsedItem:
    """The item's tree, or the reason why there is none. Never raises for what the file holds.

    Every token of the item stands in the tree once and in order, with its original text and offsets. Tokens of code
    that is never compiled (``#if 0``), of a branch that the view had to leave out, and of directives that stand within
    an expression are not the item's.

    Of ``#if`` groups that cannot stand side by side it is read with each branch in turn.
    """
    macros = source.knowledge(macros)
    first, *others = [_parsed(source, item, view, macros) for view in make_views(source, item, macros)]
    return replace(first, others=tuple(others)) if others else first


def _parsed(source: Source, item: Item, view: View, macros: MacroKnowledge) -> ParsedItem:
    guesses = tuple(Guess(change.rule, change.span, change.certain) for change in view.changes)
    rereader = Rereader(grammar_parser(), macros.serves_as_type)
    try:
        root = _root(source, item, view, rereader)
    except ConversionError as error:
        at = _within(item, error.at)
        problem = ParseProblem(Span(at, at), error.reason)
    except _GrammarError as error:
        problem = error.problem
    else:
        return ParsedItem(item, root, guesses, view.conditionals, None, macros)
    return ParsedItem(item, None, guesses, view.conditionals, problem, macros)


def _within(item: Item, offset: int) -> int:
    """The nearest offset in an item: what the grammar reads may have more in front and behind."""
    return min(max(offset, item.span.start), item.span.end)


class _GrammarError(Exception):
    def __init__(self, problem: ParseProblem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


def _root(source: Source, item: Item, view: View, rereader: Rereader) -> Node:
    if item.kind is ItemKind.MACRO:
        macro = _macro(lex(source.data, item.span.start, item.span.end), view, rereader)
        _tokens_of(macro)
        return macro
    if item.kind is ItemKind.DIRECTIVE:
        return directive(lex(source.data, item.span.start, item.span.end))
    atoms = _atoms(source, item, view)
    data = view.data
    if item.kind is ItemKind.DECLARATION and not data.rstrip().endswith((b";", b"}")):
        data += b";"  # a macro call at file scope: it begins no original token
    base = view.base
    if item.kind is ItemKind.FUNCTION and _UNTYPED.match(data):
        data, base = _INT + data, base - len(_INT)  # the type that C once implied: it begins no original token either
    tree = rereader.parser.parse(data)
    error = first_error(tree)
    if error is not None:
        start, end = (_within(item, each + base) for each in (error.start_byte, error.end_byte))
        raise _GrammarError(_grammar_problem(source, start, end, error.is_missing))
    trees = convert(tree, base, atoms, rereader.reader())
    if not trees:
        raise ConversionError("nothing but blanks", item.span.start)
    only = trees[0] if len(trees) == 1 else make(Kind.STATEMENTS, *trees)
    root = only if isinstance(only, Node) else make(Kind.OPAQUE, only)
    _check_tokens(root, atoms)
    if item.kind is ItemKind.FUNCTION and root.kind is not Kind.FUNCTION:
        raise ConversionError("not read as one function", item.span.start)
    return root


def _grammar_problem(source: Source, start: int, end: int, missing: bool) -> ParseProblem:
    span = Span(start, max(start, end))
    if missing:
        return ParseProblem(span, "something is missing here for the grammar of C")
    words = " ".join(source.text(Span(start, min(end, start + 40))).split())
    shown = words.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    text = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in shown)
    return ParseProblem(span, f"the grammar of C cannot go on at '{text}'" if text else "the grammar of C cannot go on")


def _atoms(source: Source, item: Item, view: View) -> list[Atom]:
    """The item's tokens, with each directive among them made one node, but for branches that the view leaves out."""
    starts, stops = view.tokens
    atoms: list[Atom] = [*tokens_at(source.data, view.base, starts, stops)]
    directives = [each for each in source.directives_within(item.span) if each.name not in CONDITIONAL_DIRECTIVES]
    if directives:
        left_out = [change.span for change in view.changes if change.rule in _LEFT_OUT]
        atoms.extend(
            _inner_directive(lex(source.data, each.span.start, each.span.end))
            for each in directives
            if not any(span.contains(each.span) for span in left_out)
        )
        atoms.sort(key=lambda atom: atom.start)
    return atoms


def _inner_directive(words: Sequence[Token]) -> Node:
    """A directive among the tokens of another item. The body of a #define is read where the macro is the item."""
    if not is_define(words):
        return directive(words)
    head, name, parameters, rest = split_define(words)
    return define(head, name, parameters, sequence(Kind.OPAQUE, rest))


def _macro(words: Sequence[Token], view: View, rereader: Rereader) -> Node:
    head, name, parameters, rest = split_define(words)
    return define(head, name, parameters, _macro_body(rest, view, rereader))


def _macro_body(words: Sequence[Token], view: View, rereader: Rereader) -> Tree | None:
    """A macro's body as an expression, statements, declarations, a type or an initialiser with names, whichever fits;
    else OPAQUE.
    """
    if not words:
        return None
    if words[0].text in ATTRIBUTE_WORDS:
        return make(Kind.ATTRIBUTES, *attributes_of(words))
    start, end = words[0].start, words[-1].end
    named = [each.text for each in words[:2]] == ["{", "."]
    for shape in (Shape.ELEMENT,) if named else (Shape.EXPRESSION, Shape.TYPE, Shape.STATEMENTS, Shape.TOP_LEVEL):
        found = rereader.stretch(view.data[start - view.base : end - view.base], start, words, shape)
        if found is None:
            found = rereader.tokens(words, shape)
        if isinstance(found, Node) or (found is not None and found.text not in TYPE_WORDS):
            return found
    return make(Kind.OPAQUE, *words)


def _check_tokens(root: Node, atoms: Sequence[Atom]) -> None:
    """Every token of the item is in the tree, once and in order; nothing else is, but for the directives."""
    directives = {atom for atom in atoms if isinstance(atom, Node)}
    expected = [atom for atom in atoms if isinstance(atom, Token)] if directives else atoms
    found = _tokens_of(root, directives)
    if found != expected:  # compared by identity
        for tree, awaited in zip_longest(found, expected):
            if tree is not awaited:
                raise _out_of_place(awaited or tree)


def _out_of_place(atom: Atom) -> ConversionError:
    text = atom.text if isinstance(atom, Token) else str(atom.kind)
    return ConversionError(f"'{text}' has no place in the tree", atom.start)


def _tokens_of(root: Node, left_out: Collection[Node] = ()) -> list[Token]:
    """The tokens of a tree, but for those of some nodes. ConversionError for a tree that is nested too deeply."""
    found: list[Token] = []
    _gather(root, left_out, found, DEEPEST)
    return found


def _gather(node: Node, left_out: Collection[Node], found: list[Token], deepest: int) -> None:
    if not deepest:
        raise too_deep(node)
    for part in node.parts:
        if isinstance(part, Token):
            found.append(part)
        elif part is not None and part not in left_out:
            _gather(part, left_out, found, deepest - 1)
