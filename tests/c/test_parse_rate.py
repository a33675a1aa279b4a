from pathlib import Path

import pytest

from lazymmu_refactor.c.parse_rate import parse_rate


def test_functions_are_counted_and_the_unread_named(tmp_path: Path) -> None:
    file = tmp_path / "a.c"
    file.write_text("int f(void)\n{\n}\n\nint g(void)\n{\n\tint = = 1;\n}\n\nint __init h(void)\n{\n}\n")
    rate = parse_rate([file])
    assert (rate.functions, rate.guessed) == (3, 1)
    assert [(each.path, each.line, each.name) for each in rate.unread] == [(str(file), 7, "g")]
    assert rate.share == pytest.approx(2 / 3)
    assert str(rate.unread[0]).startswith(f"{file}:7: g: ")


def test_no_functions_at_all() -> None:
    assert parse_rate([]).share == 1.0


@pytest.mark.kernel
def test_memory_management(kernel: Path) -> None:
    rate = parse_rate(sorted((kernel / "mm").glob("*.c")))
    assert rate.functions > 5000
    assert rate.share >= 0.9995, "\n".join(map(str, rate.unread))
