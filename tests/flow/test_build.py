"""Graphs: golden text, invariants, and spatch's own graph as a witness."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.syntax.node import Token, tokens
from lazymmu_refactor.flow.build import build, hides_exits
from lazymmu_refactor.flow.check import check
from lazymmu_refactor.flow.graph import FlowKind, Graph
from lazymmu_refactor.flow.header import own_parts
from lazymmu_refactor.flow.render import render
from tests.c.parsing import parsed_items
from tests.c.tree.test_tree import statements
from tests.flow.graphs_of import graph_of
from tests.golden import GoldenCase, case_id, golden_cases

CASES = golden_cases(Path(__file__).parent / "graphs", "graph")


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_a_graph_is_as_written(case: GoldenCase, update_cases: bool) -> None:
    graph = graph_of(case.given)
    assert check(graph) == ()
    case.settle(render(graph), update=update_cases)


@given(statements, statements)
def test_made_up_functions_have_sound_graphs(first: str, second: str) -> None:
    (parsed,) = parsed_items(f"int f(int a)\n{{\n{first}\n{second}\nout: return 0;\n}}\n")
    graph = build(parsed)
    assert check(graph) == ()
    assert parsed.root is not None
    owned = Counter(
        token for node in graph.nodes if node.copy_of is None for part in own_parts(node) for token in tokens(part)
    )
    assert set(owned) == set(tokens(parsed.root)), "each token belongs to a node"
    assert set(owned.values()) == {1}, "and to one only"


def test_an_item_that_was_not_parsed_has_no_graph() -> None:
    (parsed,) = parsed_items("void f(void) { ]; }")
    with pytest.raises(ValueError, match="not parsed"):
        build(parsed)


def test_depth_costs_no_recursion() -> None:
    for code in ("if (a) b(); else " * 100 + "c();", "{" * 100 + "c();" + "}" * 100, nested_groups(700)):
        assert check(graph_of(f"void f(void) {{ {code} }}")) == ()


def nested_groups(depth: int) -> str:
    return "\n#ifdef A\n" * depth + "c();\n#else\nd();" + "\n#endif\n" * depth


# --- spatch as a witness ----------------------------------------------------------------------------------------------


def ours(graph: Graph) -> dict[str, set[str]]:
    """What can follow what, by the names that spatch gives to nodes; artificial nodes are passed through."""
    names = {node.index: name for node in graph.nodes if (name := _name(graph, node.index))}
    found: dict[str, set[str]] = {}
    for index, name in names.items():
        stack, seen = list(graph.successors[index]), set[int]()
        while stack:
            each = stack.pop()
            if each in seen:
                continue
            seen.add(each)
            if each in names:
                found.setdefault(name, set()).add(names[each])
            else:
                stack.extend(graph.successors[each])
    return found


def _name(graph: Graph, index: int) -> str:  # noqa: PLR0911
    node = graph.nodes[index]
    if index in graph.dead:
        return ""
    match node.kind:
        case FlowKind.OPEN:
            return f"{{{node.pair}"
        case FlowKind.CLOSE:
            return f"}}{node.pair}"
        case FlowKind.EXPRESSION:
            first = next(tokens(own_parts(node)[0])).text
            return "empty" if first == ";" else first
        case FlowKind.LABEL | FlowKind.GOTO:
            words = [each.text for part in own_parts(node) for each in tokens(part) if isinstance(each, Token)]
            return words[0] if node.kind is FlowKind.LABEL else f"goto {words[1]}"
        case FlowKind.DO_WHILE:
            return "whiletail"
        case FlowKind.IF | FlowKind.WHILE | FlowKind.DO | FlowKind.FOR | FlowKind.SWITCH | FlowKind.ELSE:
            return str(node.kind)
        case FlowKind.CASE | FlowKind.BREAK | FlowKind.CONTINUE | FlowKind.RETURN | FlowKind.EXIT:
            return str(node.kind)
        case FlowKind.ERROR_EXIT:
            return "errorexit"
        case _:
            return ""


def spatch(code: str, folder: Path) -> dict[str, set[str]]:
    """The same of spatch's graph."""
    (folder / "w.c").write_text(code)
    subprocess.run(["spatch", "--control-flow-to-file", "w.c"], cwd=folder, check=True, capture_output=True)
    text = (folder / "w:f.dot").read_text()
    labels = dict(re.findall(r'^(\d+) \[label="(.*?)\s*\[\d+\]"\];', text, flags=re.MULTILINE))
    edges: dict[str, list[str]] = {}
    for source, target in re.findall(r"^(\d+) -> (\d+);", text, flags=re.MULTILINE):
        edges.setdefault(source, []).append(target)
    names = {number: name for number, label in labels.items() if (name := _witnessed(label))}
    skipped = {number for number, label in labels.items() if re.match(r"\[(?:\w+ )?after\]", label)}
    found: dict[str, set[str]] = {}
    for number, name in names.items():
        stack, seen = list(edges.get(number, [])), set[str]()
        while stack:
            each = stack.pop()
            if each in seen or each in skipped:
                continue
            seen.add(each)
            if each in names:
                found.setdefault(name, set()).add(names[each])
            else:
                stack.extend(edges.get(each, []))
    return found


def _witnessed(label: str) -> str:
    bare = re.sub(r"(?:\[[\d,]*\])+\**$", "", label).strip()
    for pattern, name in (
        (r"\[exit\]", "exit"),
        (r"\[errorexit\]", "errorexit"),
        (r"\[.*|function .*|decl.*", ""),
        (r"(\w+)\(\.\.\.\)", r"\1"),
        (r"goto (\w+):", r"goto \1"),
        (r"case.*", "case"),
        (r"(\w+):", r"\1"),
        (r"empty;", "empty"),
        (r"(break|continue);.*", r"\1"),
        (r"return.*", "return"),
    ):
        match = re.fullmatch(pattern, bare)
        if match:
            return match.expand(name)
    return bare


@pytest.mark.spatch
@pytest.mark.parametrize(
    "body",
    [
        "a(); if (x) b(); c();",
        "if (x) { a(); } else b(); c();",
        "if (x) return 1; a(); return 0;",
        "if (x) { if (y) return 1; else { a(); return 2; } } b();",
        "while (x) { if (y) break; if (z) continue; a(); } b();",
        "do { if (y) continue; if (z) break; a(); } while (x); b();",
        "for (;;) { a(); if (x) { goto out; } } b(); out: c();",
        "switch (x) { case 1: a(); break; case 2: b(); case 3: c(); } d();",
        "switch (x) { default: a(); if (y) break; return 1; } b();",
        "while (x) { switch (y) { case 1: { if (z) continue; break; } case 2: return 1; } a(); } b();",
        "again: a(); { if (x) { goto again; } else b(); }",
        "{ { a(); if (x) goto out; } b(); } out: ;",
    ],
)
def test_spatch_draws_the_same_edges(body: str, tmp_path: Path) -> None:
    code = f"int f(int x)\n{{\n\t{body}\n}}\n"
    assert ours(graph_of(code)) == spatch(code, tmp_path)


@pytest.mark.kernel
@pytest.mark.parametrize("folder", ["mm", "kernel", "fs"])
def test_graphs_of_the_kernel_are_sound(kernel: Path, folder: str) -> None:
    for path in sorted((kernel / folder).glob("*.c")):
        source = Source.read(str(path), path.read_bytes())
        for item in source.items:
            parsed = parse_item(source, item, NOTHING_KNOWN)
            if parsed.root is not None:
                assert check(build(parsed)) == (), f"{path}: {item.name}"
                assert check(build(parsed, hidden_exits=True), hidden_exits=True) == (), f"{path}: {item.name}"


def test_macros_that_hide_a_return_lead_to_the_exit_where_that_is_asked_for() -> None:
    code = "#define CHECK(x) do { if (x) return; } while (0)\nvoid f(int a)\n{\n\t{\n\t\tCHECK(a);\n\t}\n\tg();\n}\n"
    parsed = parsed_items(code)[1]
    assert hides_exits(parsed)
    plain, hidden = build(parsed), build(parsed, hidden_exits=True)
    call = next(node.index for node in hidden.nodes if node.kind is FlowKind.EXPRESSION)
    assert len(hidden.successors[call]) == 2
    assert check(hidden, hidden_exits=True) == check(plain) == ()
    assert len(hidden.nodes) == len(plain.nodes) + 2  # two braces are passed on the way


@pytest.mark.parametrize(
    ("statement", "leads_to"),
    [
        ("get_user(a, p, fail);", FlowKind.LABEL),
        ("x = get_user(a, fail) + 1;", FlowKind.LABEL),
        ("CHECK(a, goto fail);", FlowKind.LABEL),
        ("CHECK(a, return -1);", FlowKind.CLOSE),
        ("x = ({ if (a) return 1; a; });", FlowKind.CLOSE),
        ("int x = ({ if (a) goto fail; a; });", FlowKind.LABEL),
        ("if (get_user(a, p, fail)) g();", FlowKind.LABEL),
        ("scoped_cond_guard(lock, return -1, &a) g();", FlowKind.CLOSE),
        ("while (({ if (a) return 1; a; })) g();", FlowKind.CLOSE),
        ("switch (CHECK(a, goto fail)) { case 1: g(); }", FlowKind.LABEL),
        ('asm goto("" : "=r" (a) : [b] "r" (a) : "memory" : fail);', FlowKind.LABEL),
        ('asm_volatile_goto("" : : "r" (a) : : out, fail);', FlowKind.LABEL),
    ],
)
def test_jumps_among_arguments_and_in_statement_expressions(statement: str, leads_to: FlowKind) -> None:
    (parsed,) = parsed_items(f"int f(int a)\n{{\n\t{statement}\n\tg();\nfail:\n\treturn 0;\n}}\n")
    assert hides_exits(parsed)
    graph = build(parsed, hidden_exits=True)
    assert check(graph, hidden_exits=True) == ()
    jumping = graph.nodes[3]  # behind the entry, the header and the brace
    assert leads_to in {graph.nodes[each].kind for each in graph.successors[jumping.index]}
    assert len(graph.successors[jumping.index]) == len(build(parsed).successors[jumping.index]) + 1


@pytest.mark.parametrize(
    "statement", ["g(a, p);", "x = ({ a; });", "goto fail;", "return 1;", "int fail = 1; g(fail);"]
)
def test_statements_that_hide_no_jump(statement: str) -> None:
    (parsed,) = parsed_items(f"int f(int a)\n{{\n\t{statement}\nfail:\n\treturn 0;\n}}\n")
    assert not hides_exits(parsed)


@pytest.mark.parametrize(
    ("head", "begins"),
    [
        ("int f(a, b)\n\tint a;\n\tchar *b;\n", FlowKind.HEADER),  # in the old style
        ("main(a, b)\n\tchar *b;\n", FlowKind.OPEN),  # without a type it is not read as one
        ("", FlowKind.OPEN),  # the function is in the file that includes this one
    ],
)
def test_a_block_at_file_scope_is_code(head: str, begins: FlowKind) -> None:
    body = parsed_items(f"{head}{{\n\tif (a)\n\t\treturn 1;\n\treturn g(b);\n}}\n")[-1]
    graph = build(body)
    assert check(graph) == ()
    assert [graph.nodes[each].kind for each in graph.successors[graph.entry]] == [begins]
    assert sum(node.kind is FlowKind.RETURN for node in graph.nodes) == 2
