"""Parsing items: spans, problems that are told and not raised, and a whole tree of real code."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.c.items.item import ItemKind
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.syntax.node import Kind, Node, tokens
from lazymmu_refactor.c.tree.piece import DEEPEST
from tests.c.parsing import only_item, parsed_items


def test_offsets_are_those_of_the_file() -> None:
    code = "/* first */\nint a;\nvoid f(void) { g(); }\n"
    second = parsed_items(code)[1]
    assert second.root is not None
    assert code[second.root.start : second.root.end] == "void f(void) { g(); }"
    assert all(code[token.start : token.end] == token.text for token in tokens(second.root))


def test_a_problem_stays_in_its_item_and_names_its_place() -> None:
    code = "void f(void) { a(); }\nvoid g(void) { a( ] ; }\nvoid h(void) { b(); }\n"
    first, second, third = parsed_items(code)
    assert first.problem is None
    assert third.problem is None
    assert second.root is None
    assert second.problem is not None
    assert second.item.span.contains(second.problem.span)
    assert second.problem.reason


def test_a_problem_from_the_first_byte_on_of_what_has_no_type() -> None:
    (found,) = parsed_items("right (c) 2014, x {\n}\n")
    assert found.problem is not None
    assert found.problem.span.start == 0


def test_a_problem_is_no_further_than_the_end_of_the_file() -> None:
    (parsed,) = parsed_items(b"{\n\tIf(a);\n10")
    assert parsed.problem is not None
    assert parsed.problem.span.start == len(b"{\n\tIf(a);\n10")


@pytest.mark.parametrize(
    "code",
    [
        "int x = " + "(" * 2000 + "1" + ")" * 2000 + ";",
        "void f(void) { " + "{" * 2000 + "}" * 2000 + " }",
        "void f(void) { " + "if (a) b(); else " * 2000 + "c(); }",
        "int x = " + "a + " * 5000 + "a;",
        "void f(void) { " + "while (a) " * 2000 + "; }",
        "int " + "*" * 3000 + "p;",
        "void f(void) { " + "a, " * 3000 + "b; }",
        "#define A " + "(" * 2000 + "1" + ")" * 2000,
    ],
)
def test_what_is_nested_too_deep_is_reported(code: str) -> None:
    parsed = only_item(code)
    assert parsed.root is None
    assert parsed.problem is not None
    assert str(DEEPEST) in parsed.problem.reason


@given(st.lists(st.sampled_from([*list("(){}[];,=*&a1\"'#\n \\:?."), "if", "int ", "else", "for", "case", "struct "])))
def test_nothing_that_a_file_holds_raises(parts: list[str]) -> None:
    for parsed in parsed_items("void f(void) { " + "".join(parts) + " }\n"):
        assert (parsed.root is None) == (parsed.problem is not None)


@given(st.binary(max_size=60))
def test_bytes_of_any_kind_do_not_raise(data: bytes) -> None:
    for parsed in parsed_items(b"int a; " + data):
        span = parsed.item.span
        assert parsed.problem is None or span.start <= parsed.problem.span.start <= parsed.problem.span.end <= span.end


def test_dead_code_has_no_tokens_in_the_tree() -> None:
    parsed = only_item("void f(void)\n{\n#if 0\n\ta();\n#endif\n\tb();\n}\n")
    assert parsed.root is not None
    texts = [token.text for token in tokens(parsed.root)]
    assert "b" in texts
    assert "a" not in texts


def test_text_that_is_not_utf8_survives() -> None:
    (parsed,) = parsed_items(b'char *s = "\xff\xfe";')
    assert parsed.root is not None
    literal = next(token for token in tokens(parsed.root) if token.text.startswith('"'))
    assert literal.text.encode("utf-8", "surrogateescape") == b'"\xff\xfe"'


@pytest.mark.kernel
@pytest.mark.parametrize("folder", ["mm", "fs/proc", "arch/x86/xen", "arch/powerpc/mm", "arch/sparc/mm"])
def test_functions_of_the_kernel_are_read(kernel: Path, folder: str) -> None:
    unread = []
    for path in sorted((kernel / folder).rglob("*.c")):
        source = Source.read(str(path), path.read_bytes())
        for item in source.items:
            parsed = parse_item(source, item, NOTHING_KNOWN)
            if item.kind is ItemKind.FUNCTION and parsed.root is None:
                unread.append(f"{path.name}: {item.name}: {parsed.problem}")
            if item.kind is ItemKind.FUNCTION and parsed.root is not None:
                assert isinstance(parsed.root, Node)
                assert parsed.root.kind is Kind.FUNCTION
    assert not unread
