"""What the grammar of C alone reads without an error and wrongly, class by class, and what is left of it.

    python bench/misreadings.py TREE [--files N]

The functions and declarations of N files, chosen at random but always alike, are read twice: by the grammar from their
bytes as they stand, and by the front end. Items that the grammar finds an error in do not count for it. What is counted
goes into the page of figures in the documentation, see ``page.py``.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import kernel
import page
from tree_sitter import Node as GrammarNode

from lazymmu_refactor.c.headers import Headers
from lazymmu_refactor.c.item import Item, ItemKind
from lazymmu_refactor.c.macros import MacroKnowledge
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.source import Source
from lazymmu_refactor.c.syntax import Kind, Node, Token, TokenKind, Tree, walk
from lazymmu_refactor.c.tree.grammar import grammar_parser
from lazymmu_refactor.tree.files import Target, files

CLASSES = {
    "cast, call": "a cast taken for a call: `(u32)(x)`",
    "cast, operation": "a cast taken for an operation: `(u64)-1`",
    "operand, cast": "an operand taken for a cast: `(f(x)) && y == z`",
    "iterator, function": "an iterator taken for a function: `for_each_process(p) {`",
    "iterator, declaration": "an iterator taken for a declaration: `for_each_cpu(i) f(i);`",
    "attribute, type": "an attribute taken for a type: `unsigned long __user *p`",
    "macro, declarator": "a macro taken for the type of what it is given: `static DEFINE_MUTEX(m);`",
    "declaration, product": "a declaration taken for a product: `ELF(Ehdr) *p;`",
    "declaration, call": "a pointer to functions taken for a call: `foo_t (*f)(int);`",
    "call, type": "a call taken for a type: `f(g(a * sizeof(struct s), B));`",
    "structure, function": "a structure taken for a function: `struct __packed s {`",
    "type, variable": "a type taken for a variable: `sizeof(foo_t)`",
}
SIGNS = ("-", "+", "&", "*", "&&")


class Counts(NamedTuple):
    """How often something was misread: by the grammar alone, and by the front end; and how many items were read."""

    alone: Counter[str]
    ours: Counter[str]


def main() -> None:
    """Count and print."""
    parser = kernel.arguments(__doc__)
    parser.add_argument("--files", type=int, default=3000, metavar="N")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    names = sorted(name for listing in files(Target(given.tree)) for name in listing.names)
    chosen = random.Random(1).sample(names, min(given.files, len(names)))
    headers = Headers(given.tree)
    counts = Counts(Counter(), Counter())
    for name in chosen:
        data = (Path(given.tree) / name).read_bytes()
        source = Source.read(name, data)
        macros = source.knowledge(headers.knowledge(name, data))
        for item in source.items:
            if item.kind in (ItemKind.FUNCTION, ItemKind.DECLARATION):
                count(source, item, macros, counts)
    text = table(len(chosen), counts)
    page.record("misreadings", f"python bench/misreadings.py {given.tree} --files {given.files}", load, text)
    print(text)


def count(source: Source, item: Item, macros: MacroKnowledge, counts: Counts) -> None:
    """Read one item twice."""
    tree = grammar_parser().parse(source.data[item.span.start : item.span.end])
    counts.alone[str(item.kind)] += not tree.root_node.has_error
    if not tree.root_node.has_error:
        counts.alone.update(alone(tree.root_node, item, macros))
    root = parse_item(source, item, macros).root
    counts.ours[str(item.kind)] += root is not None
    if root is not None:
        counts.ours.update(ours(root, item, macros))


def table(chosen: int, counts: Counts) -> str:
    """Markdown."""
    read = [
        f"| {kind}s read | {counts.alone[kind]:,} | {counts.ours[kind]:,} |"
        for kind in (ItemKind.FUNCTION, ItemKind.DECLARATION)
    ]
    rows = [f"| {CLASSES[key]} | {counts.alone[key]:,} | {counts.ours[key]:,} |" for key in CLASSES]
    head = [f"| in {chosen:,} files | the grammar alone | the front end |", "| --- | --- | --- |"]
    return "\n".join([*head, *read, *rows]) + "\n"


def text_of(node: GrammarNode | None) -> str:
    """What a node of the grammar is written as."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "surrogateescape")


def below(node: GrammarNode) -> Iterator[GrammarNode]:
    """A node and all below it that are named."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack += current.named_children


def lone(node: GrammarNode | None, type_: str, inner: str) -> GrammarNode | None:
    """The only child of a node of some type, if it is of another."""
    if node is None or node.type != type_ or node.named_child_count != 1:
        return None
    child = node.named_children[0]
    return child if child.type == inner else None


def alone(root: GrammarNode, item: Item, macros: MacroKnowledge) -> Iterator[str]:  # noqa: PLR0912, C901 - one for each class
    """What the grammar alone has misread in a tree of its own."""
    for node in below(root):
        parent = "" if node.parent is None else node.parent.type
        if node.type == "call_expression":
            function = node.child_by_field_name("function")
            name = lone(function, "parenthesized_expression", "identifier")
            if name is not None and macros.serves_as_type(text_of(name)):
                yield "cast, call"
            if parent == "expression_statement" and function is not None and function.type == "call_expression":
                arguments = function.child_by_field_name("arguments")
                if lone(arguments, "argument_list", "pointer_expression") is not None:
                    yield "declaration, call"
        elif node.type == "binary_expression":
            name = lone(node.child_by_field_name("left"), "parenthesized_expression", "identifier")
            operator = text_of(node.child_by_field_name("operator"))
            if name is not None and operator in SIGNS and macros.serves_as_type(text_of(name)):
                yield "cast, operation"
            if parent == "expression_statement" and operator == "*":
                yield "declaration, product"
        elif node.type == "cast_expression":
            value, type_ = node.child_by_field_name("value"), node.child_by_field_name("type")
            name = None if type_ is None else type_.child_by_field_name("type")
            unary = value is not None and value.type in ("unary_expression", "pointer_expression")
            pointer = type_ is not None and text_of(type_.child_by_field_name("declarator")).startswith("*")
            named = name is not None and name.type == "type_identifier"
            if unary and named and not pointer and text_of(value).startswith(SIGNS):
                yield from () if macros.serves_as_type(text_of(name)) else ("operand, cast",)
        elif node.type == "function_definition":
            if parent == "compound_statement":
                yield "iterator, function"
            elif item.kind is ItemKind.DECLARATION:
                yield "structure, function"
        elif node.type in ("declaration", "parameter_declaration", "field_declaration"):
            meaning = macros.of(text_of(node.child_by_field_name("type")))
            if meaning.iterator and parent == "compound_statement":
                yield "iterator, declaration"
            if meaning.attribute:
                yield "attribute, type"
            declarator = node.child_by_field_name("declarator")
            if lone(declarator, "parenthesized_declarator", "identifier") is not None:
                yield "macro, declarator"
        elif node.type == "sized_type_specifier":
            inner = node.child_by_field_name("type")
            if inner is not None and macros.of(text_of(inner)).attribute:
                yield "attribute, type"
        elif node.type == "macro_type_specifier" and parent == "compound_statement":
            yield "call, type"
        elif node.type == "sizeof_expression":
            name = lone(node.child_by_field_name("value"), "parenthesized_expression", "identifier")
            if name is not None and macros.serves_as_type(text_of(name)):
                yield "type, variable"


def word(tree: Tree | None, kind: Kind) -> str:
    """The identifier that is all there is in a node of some kind, parentheses aside; "" for anything else."""
    children = tree.children if isinstance(tree, Node) and tree.kind is kind else ()
    inner = [each for each in children if not isinstance(each, Token) or each.text not in ("(", ")")]
    only = inner[0] if len(inner) == 1 else None
    return only.text if isinstance(only, Token) and only.kind is TokenKind.IDENTIFIER else ""


def part(tree: Tree | None, kind: Kind, name: str) -> Tree | None:
    """A part of a node, if it is of some kind."""
    return tree.part(name) if isinstance(tree, Node) and tree.kind is kind else None


def ours(root: Node, item: Item, macros: MacroKnowledge) -> Iterator[str]:  # noqa: PLR0912, C901 - one for each class
    """What the front end has misread."""
    if item.kind is ItemKind.DECLARATION and root.kind is Kind.FUNCTION:
        yield "structure, function"
    for node in walk(root):
        if not isinstance(node, Node):
            continue
        if node.kind is Kind.CALL:
            name = word(node.part("function"), Kind.PARENTHESIZED)
            if name and macros.serves_as_type(name):
                yield "cast, call"
        elif node.kind is Kind.BINARY:
            name, operator = word(node.part("left"), Kind.PARENTHESIZED), node.part("operator")
            if isinstance(operator, Token) and operator.text in SIGNS and name and macros.serves_as_type(name):
                yield "cast, operation"
        elif node.kind is Kind.CAST:
            sign, type_ = part(node.part("operand"), Kind.UNARY, "operator"), node.part("type")
            name = word(part(type_, Kind.TYPE_NAME, "specifiers"), Kind.SPECIFIERS)
            pointer = part(part(type_, Kind.TYPE_NAME, "declarator"), Kind.POINTER, "star")
            if isinstance(sign, Token) and sign.text in SIGNS and name and pointer is None:
                yield from () if macros.serves_as_type(name) else ("operand, cast",)
        elif node.kind is Kind.FUNCTION and node is not root:
            yield "iterator, function"
        elif node.kind in (Kind.DECLARATION, Kind.PARAMETER):
            yield from ours_in_declaration(node, macros)
        elif node.kind is Kind.EXPRESSION_STATEMENT:
            expression = node.part("expression")
            operator = part(expression, Kind.BINARY, "operator")
            if isinstance(operator, Token) and operator.text == "*":
                yield "declaration, product"
            arguments = part(part(expression, Kind.CALL, "function"), Kind.CALL, "arguments")
            inner = arguments.children[1:-1] if isinstance(arguments, Node) else ()
            if len(inner) == 1 and isinstance(part(inner[0], Kind.UNARY, "operator"), Token):
                yield "declaration, call"
        elif node.kind is Kind.SIZEOF_EXPRESSION:
            name = word(node.part("operand"), Kind.PARENTHESIZED)
            if name and macros.serves_as_type(name):
                yield "type, variable"


def ours_in_declaration(node: Node, macros: MacroKnowledge) -> Iterator[str]:
    """What of it the declarations and parameters hold."""
    specifiers = node.part("specifiers")
    words = specifiers.children if isinstance(specifiers, Node) else ()
    names = [each.text for each in words if isinstance(each, Token) and each.kind is TokenKind.IDENTIFIER]
    if any(macros.of(each).attribute for each in names):
        yield "attribute, type"
    if node.kind is Kind.PARAMETER:
        return
    declarators = node.part("declarators")
    if declarators is None and len(words) == 1 and isinstance(words[0], Node) and words[0].kind is Kind.CALL:
        yield "call, type"
    if macros.of(word(specifiers, Kind.SPECIFIERS)).iterator:
        yield "iterator, declaration"
    if any(word(each, Kind.GROUPED_DECLARATOR) for each in getattr(declarators, "children", ())):
        yield "macro, declarator"


if __name__ == "__main__":
    main()
