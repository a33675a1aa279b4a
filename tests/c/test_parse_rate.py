"""How much of a tree is read, counted by function."""

from pathlib import Path

import pytest

from lazymmu_refactor.c.headers.headers import Headers
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse_rate import ParseRate, parse_rate


def test_functions_are_counted_and_the_unread_named() -> None:
    code = b"int f(void)\n{\n}\n\nint g(void)\n{\n\tint = = 1;\n}\n\nint __init h(void)\n{\n}\n"
    rate = parse_rate("a.c", code)
    assert (rate.files, rate.functions, rate.guessed) == (1, 3, {"attribute": 1})
    assert [(each.path, each.line, each.name, each.at.line) for each in rate.unread] == [("a.c", 5, "g", 7)]
    assert rate.share == pytest.approx(2 / 3)
    assert str(rate.unread[0]).startswith("a.c:7:")


def test_what_was_learned_is_named() -> None:
    rate = parse_rate("a.c", b"#define __mine __attribute__((cold))\nint __mine f(void)\n{\n}\n", NOTHING_KNOWN)
    assert rate.learned == {"attribute": {"__mine"}}
    assert not rate.guessed


def test_rates_add_up() -> None:
    total = ParseRate()
    for path in ("a.c", "b.c"):
        total.add(parse_rate(path, b"int f(void)\n{\n\t= =;\n}\nint __init g(void)\n{\n}\n"))
    assert (total.files, total.functions, len(total.unread), total.guessed["attribute"]) == (2, 4, 2, 2)


def test_no_functions_at_all() -> None:
    assert ParseRate().share == 1.0


@pytest.mark.kernel
def test_memory_management(kernel: Path) -> None:
    headers = Headers(str(kernel))
    total = ParseRate()
    for path in sorted((kernel / "mm").glob("*.c")):
        data = path.read_bytes()
        total.add(parse_rate(str(path), data, headers.knowledge(f"mm/{path.name}", data)))
    assert total.functions > 5000
    assert total.share >= 0.9995, "\n".join(map(str, total.unread))
    assert {"attribute", "iterator", "type", "leaves"} <= total.learned.keys()
