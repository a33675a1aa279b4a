"""The file's own style, and the one asked for."""

import pytest

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.match.matcher import Matcher
from lazymmu_refactor.match.rule import match_rule
from lazymmu_refactor.match.unit import Unit
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.rewrite.added.style import AS_IN_FILE, Spacing, Style, columns
from lazymmu_refactor.rewrite.plan import plan
from lazymmu_refactor.smpl.patch.rule import Rule
from lazymmu_refactor.smpl.reader import read_patch
from lazymmu_refactor.text.apply import apply


@pytest.mark.parametrize(
    ("data", "unit"),
    [
        (b"", b"\t"),
        (b"int f(void)\n{\n\ta();\n}\n", b"\t"),
        (b"int f(void)\n{\n    a();\n    if (x) {\n        b();\n    }\n}\n", b"    "),
        (b"int f(void) {\n  a();\n  if (x) {\n    b();\n  }\n}\n", b"  "),
        (b"int f(void)\n{\n\ta();\n\tif (x)\n\t\tb(c,\n\t\t  d);\n}\n", b"\t"),
        (b"int f(void)\n{\n    if (x)\n\tif (y)\n\t    a();\n    for (;;)\n\tif (z)\n\t    b();\n}\n", b"    "),
        (b"/*\n * only comments\n */\n", b"\t"),
    ],
)
def test_unit_of_indentation(data: bytes, unit: bytes) -> None:
    assert AS_IN_FILE.of(data).unit == unit


@pytest.mark.parametrize("width", [0, 3, 8, 19])
def test_padding_has_the_width_asked_for(width: int) -> None:
    assert columns(Style(b"\t").padding(width)) == columns(Style(b"    ").padding(width)) == width


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (Style(), b"\tx = a(1, b);\n"),
        (Style(spacing=Spacing.PATCH), b"\tx=a(1, b);\n"),
        (Style(width=16), b"\tx = a(1,\n\t      b);\n"),
    ],
)
def test_styles(style: Style, expected: bytes) -> None:
    rule = read_patch("p.cocci", "@@ @@\n- old();\n+ x=a(1,  b);\n").rules[0]
    assert isinstance(rule, Rule)
    source = Source.read("x.c", b"void f(void)\n{\n\told();\n}\n")
    parsed = parse_item(source, source.items[0], NOTHING_KNOWN)
    matches = match_rule(Matcher.of(rule, frozenset()), Unit(parsed), Bindings(), MatchContext(rule=rule)).matches
    made = plan(source, (parsed,), matches, style)
    assert apply(source.data, made.edits) == b"void f(void)\n{\n" + expected + b"}\n"
