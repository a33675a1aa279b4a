"""What the grammar of C alone reads without an error and wrongly, class by class, and what is left of it.

    python bench/misreadings.py TREE [--files N] [--seed S]

The functions and declarations of N files, chosen at random by the seed, are read twice: by the grammar from their
bytes as they stand, and by the front end. Items that the grammar finds an error in do not count for it. What is counted
goes into the page of figures in the documentation, see ``page.py``.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import kernel
import page
from tree_sitter import Node as GrammarNode

from lazymmu_refactor.c.headers.headers import Headers
from lazymmu_refactor.c.items.item import Item, ItemKind
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, walk
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
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another choice of files")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    names = sorted(name for listing in files(Target(given.tree)) for name in listing.names)
    chosen = random.Random(given.seed).sample(names, min(given.files, len(names)))
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
    command = f"python bench/misreadings.py {given.tree} --files {given.files} --seed {given.seed}"
    page.record("misreadings", command, load, text)
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


def named_in(node: GrammarNode | None) -> str:
    """The name that is all there is in parentheses; "" for anything else."""
    return text_of(lone(node, "parenthesized_expression", "identifier"))


def is_type(macros: MacroKnowledge, name: str) -> bool:
    """Whether there is a name, and it is that of a type: who asks for no name asks all headers in vain."""
    return bool(name) and macros.serves_as_type(name)


def parent_of(node: GrammarNode) -> str:
    """The type of the node around."""
    return "" if node.parent is None else node.parent.type


def alone(root: GrammarNode, item: Item, macros: MacroKnowledge) -> Iterator[str]:
    """What the grammar alone has misread in a tree of its own."""
    for node in below(root):
        if node.type == "function_definition" and parent_of(node) != "compound_statement":
            yield from ("structure, function",) if item.kind is ItemKind.DECLARATION else ()
        elif node.type in ALONE:
            yield from ALONE[node.type](node, macros)


def call_alone(node: GrammarNode, macros: MacroKnowledge) -> Iterator[str]:
    """A call_expression."""
    function = node.child_by_field_name("function")
    if is_type(macros, named_in(function)):
        yield "cast, call"
    if parent_of(node) == "expression_statement" and function is not None and function.type == "call_expression":
        arguments = function.child_by_field_name("arguments")
        if lone(arguments, "argument_list", "pointer_expression") is not None:
            yield "declaration, call"


def operation_alone(node: GrammarNode, macros: MacroKnowledge) -> Iterator[str]:
    """A binary_expression."""
    operator = text_of(node.child_by_field_name("operator"))
    if operator in SIGNS and is_type(macros, named_in(node.child_by_field_name("left"))):
        yield "cast, operation"
    if operator == "*" and parent_of(node) == "expression_statement":
        yield "declaration, product"


def cast_alone(node: GrammarNode, macros: MacroKnowledge) -> Iterator[str]:
    """A cast_expression."""
    value, type_ = node.child_by_field_name("value"), node.child_by_field_name("type")
    name = None if type_ is None else type_.child_by_field_name("type")
    unary = value is not None and value.type in ("unary_expression", "pointer_expression")
    pointer = type_ is not None and text_of(type_.child_by_field_name("declarator")).startswith("*")
    named = name is not None and name.type == "type_identifier"
    if (
        unary
        and named
        and not pointer
        and text_of(value).startswith(SIGNS)
        and not macros.serves_as_type(text_of(name))
    ):
        yield "operand, cast"


def function_alone(node: GrammarNode, _: MacroKnowledge) -> Iterator[str]:
    """A function_definition."""
    if parent_of(node) == "compound_statement":
        yield "iterator, function"


def declaration_alone(node: GrammarNode, macros: MacroKnowledge) -> Iterator[str]:
    """A declaration, a parameter or a member."""
    meaning = macros.of(text_of(node.child_by_field_name("type")))
    if meaning.iterator and parent_of(node) == "compound_statement":
        yield "iterator, declaration"
    if meaning.attribute:
        yield "attribute, type"
    if lone(node.child_by_field_name("declarator"), "parenthesized_declarator", "identifier") is not None:
        yield "macro, declarator"


def sized_type_alone(node: GrammarNode, macros: MacroKnowledge) -> Iterator[str]:
    """A sized_type_specifier."""
    if macros.of(text_of(node.child_by_field_name("type"))).attribute:
        yield "attribute, type"


def macro_type_alone(node: GrammarNode, _: MacroKnowledge) -> Iterator[str]:
    """A macro_type_specifier."""
    if parent_of(node) == "compound_statement":
        yield "call, type"


def sizeof_alone(node: GrammarNode, macros: MacroKnowledge) -> Iterator[str]:
    """A sizeof_expression."""
    if is_type(macros, named_in(node.child_by_field_name("value"))):
        yield "type, variable"


ALONE: Mapping[str, Callable[[GrammarNode, MacroKnowledge], Iterator[str]]] = {
    "call_expression": call_alone,
    "binary_expression": operation_alone,
    "cast_expression": cast_alone,
    "function_definition": function_alone,
    "declaration": declaration_alone,
    "parameter_declaration": declaration_alone,
    "field_declaration": declaration_alone,
    "sized_type_specifier": sized_type_alone,
    "macro_type_specifier": macro_type_alone,
    "sizeof_expression": sizeof_alone,
}


def word(tree: Tree | None, kind: Kind) -> str:
    """The identifier that is all there is in a node of some kind, parentheses aside; "" for anything else."""
    children = tree.children if isinstance(tree, Node) and tree.kind is kind else ()
    inner = [each for each in children if not isinstance(each, Token) or each.text not in ("(", ")")]
    only = inner[0] if len(inner) == 1 else None
    return only.text if isinstance(only, Token) and only.kind is TokenKind.IDENTIFIER else ""


def part(tree: Tree | None, kind: Kind, name: str) -> Tree | None:
    """A part of a node, if it is of some kind."""
    return tree.part(name) if isinstance(tree, Node) and tree.kind is kind else None


def spelled(tree: Tree | None) -> str:
    """The text of a token; "" for anything else."""
    return tree.text if isinstance(tree, Token) else ""


def ours(root: Node, item: Item, macros: MacroKnowledge) -> Iterator[str]:
    """What the front end has misread."""
    if item.kind is ItemKind.DECLARATION and root.kind is Kind.FUNCTION:
        yield "structure, function"
    for node in walk(root):
        if isinstance(node, Node) and node is not root and node.kind is Kind.FUNCTION:
            yield "iterator, function"
        elif isinstance(node, Node) and node.kind in OURS:
            yield from OURS[node.kind](node, macros)


def our_call(node: Node, macros: MacroKnowledge) -> Iterator[str]:
    """A CALL."""
    if is_type(macros, word(node.part("function"), Kind.PARENTHESIZED)):
        yield "cast, call"


def our_operation(node: Node, macros: MacroKnowledge) -> Iterator[str]:
    """A BINARY."""
    if spelled(node.part("operator")) in SIGNS and is_type(macros, word(node.part("left"), Kind.PARENTHESIZED)):
        yield "cast, operation"


def our_cast(node: Node, macros: MacroKnowledge) -> Iterator[str]:
    """A CAST."""
    sign, type_ = part(node.part("operand"), Kind.UNARY, "operator"), node.part("type")
    name = word(part(type_, Kind.TYPE_NAME, "specifiers"), Kind.SPECIFIERS)
    pointer = part(part(type_, Kind.TYPE_NAME, "declarator"), Kind.POINTER, "star")
    if spelled(sign) in SIGNS and name and pointer is None and not macros.serves_as_type(name):
        yield "operand, cast"


def our_statement(node: Node, _: MacroKnowledge) -> Iterator[str]:
    """An EXPRESSION_STATEMENT."""
    expression = node.part("expression")
    if spelled(part(expression, Kind.BINARY, "operator")) == "*":
        yield "declaration, product"
    arguments = part(part(expression, Kind.CALL, "function"), Kind.CALL, "arguments")
    inner = arguments.children[1:-1] if isinstance(arguments, Node) else ()
    if len(inner) == 1 and spelled(part(inner[0], Kind.UNARY, "operator")):
        yield "declaration, call"


def our_sizeof(node: Node, macros: MacroKnowledge) -> Iterator[str]:
    """A SIZEOF_EXPRESSION."""
    if is_type(macros, word(node.part("operand"), Kind.PARENTHESIZED)):
        yield "type, variable"


def our_declaration(node: Node, macros: MacroKnowledge) -> Iterator[str]:
    """A DECLARATION or a PARAMETER."""
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


OURS: Mapping[Kind, Callable[[Node, MacroKnowledge], Iterator[str]]] = {
    Kind.CALL: our_call,
    Kind.BINARY: our_operation,
    Kind.CAST: our_cast,
    Kind.DECLARATION: our_declaration,
    Kind.PARAMETER: our_declaration,
    Kind.EXPRESSION_STATEMENT: our_statement,
    Kind.SIZEOF_EXPRESSION: our_sizeof,
}


if __name__ == "__main__":
    main()
