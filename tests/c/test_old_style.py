"""Functions whose parameters are declared behind their list."""

from __future__ import annotations

import pytest

from lazymmu_refactor.c.items.item import ItemKind
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.syntax.node import Kind, Node, tokens, walk


@pytest.mark.parametrize(
    ("head", "name", "parameters"),
    [
        ("int f(a, b)\n\tint a;\n\tchar *b;\n", "f", ["int a ;", "char * b ;"]),
        ("static int\nf(x, fn, v)\n\tregister struct s *x;\n\tint (*fn)(), v[];\n", "f", None),
        ("char **f(a) char *a; ", "f", ["char * a ;"]),
        ("struct s *f(a)\n\tstruct t *a;\n", "f", ["struct t * a ;"]),
        ("u8 f(a, b)\n\tfoo_t a;\n\tbar b;\n", "f", ["foo_t a ;", "bar b ;"]),
        ("int f(a)\n\tchar __user *a;\n", "f", ["char __user * a ;"]),
        ("char *\nhidden\nf(a)\n\tregister a;\n", "f", ["register a ;"]),
    ],
)
def test_a_function(head: str, name: str, parameters: list[str] | None) -> None:
    source = Source.read("x.c", f"int before;\n\n{head}{{\n\treturn 1;\n}}\nint behind;\n".encode())
    assert [(item.kind, item.name) for item in source.items] == [
        (ItemKind.DECLARATION, "before"),
        (ItemKind.FUNCTION, name),
        (ItemKind.DECLARATION, "behind"),
    ]
    root = parse_item(source, source.items[1], NOTHING_KNOWN).root
    assert root is not None
    assert root.kind is Kind.FUNCTION
    assert "".join(each.text for each in tokens(root)) == "".join(f"{head}{{ return 1; }}".split())
    declared = root.part("attributes")
    assert isinstance(declared, Node)
    texts = [" ".join(each.text for each in tokens(node)) for node in declared.children]
    assert parameters is None or texts == parameters


def test_stars_before_the_name_belong_to_the_function() -> None:
    source = Source.read("x.c", b"char **f(a) char *a; { }\n")
    root = parse_item(source, source.items[0], NOTHING_KNOWN).root
    assert root is not None
    declarator = root.part("declarator")
    assert isinstance(declarator, Node)
    assert [node.kind for node in walk(declarator) if isinstance(node, Node)][:3] == [
        Kind.POINTER,
        Kind.POINTER,
        Kind.FUNCTION_TYPE,
    ]


@pytest.mark.parametrize(
    ("code", "name", "parameters"),
    [
        ("char *f PARAMS((const char *a, int));", "f", 2),
        ("extern foo f PARAMS((void)) __odd;", "f", 1),
        ("foo *f PARAMS(());", "f", 0),
    ],
)
def test_a_prototype_for_compilers_without(code: str, name: str, parameters: int) -> None:
    source = Source.read("x.c", code.encode())
    assert source.items[0].name == name
    root = parse_item(source, source.items[0], NOTHING_KNOWN).root
    assert root is not None
    (function,) = (node for node in walk(root) if isinstance(node, Node) and node.kind is Kind.FUNCTION_TYPE)
    wrapped = function.part("parameters")
    assert isinstance(wrapped, Node)
    assert wrapped.kind is Kind.CALL
    assert sum(isinstance(node, Node) and node.kind is Kind.PARAMETER for node in walk(wrapped)) == parameters


@pytest.mark.parametrize("code", ["int x;\n{ }\n", "static M(a) = 1;\nint x;\n{ }\n", "int f(int a);\nint x;\n{ }\n"])
def test_what_is_none(code: str) -> None:
    assert not [item for item in Source.read("x.c", code.encode()).items if item.kind is ItemKind.FUNCTION]
