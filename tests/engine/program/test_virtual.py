"""Values from the command line: what is taken as a value of a kind, and what is refused before any code is read."""

from __future__ import annotations

import pytest

from lazymmu_refactor.engine.program.virtual import read_value
from lazymmu_refactor.smpl.patch.rule import MetaKind


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (MetaKind.TYPE, "lazy_t"),
        (MetaKind.TYPE, "unsigned long"),
        (MetaKind.TYPE, "enum lazy"),
        (MetaKind.TYPE, "struct s *"),
        (MetaKind.TYPE, "int (*)(void)"),
        (MetaKind.TYPE, "typeof(x)"),
        (MetaKind.EXPRESSION, "a + b"),
        (MetaKind.EXPRESSION, "({ if (a) b(); c; })"),
        (MetaKind.IDENTIFIER, "name"),
        (MetaKind.STATEMENT, "return;"),
    ],
)
def test_values(kind: MetaKind, text: str) -> None:
    assert read_value(kind, text) is not None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (MetaKind.TYPE, ""),
        (MetaKind.TYPE, "enum"),
        (MetaKind.TYPE, "struct"),
        (MetaKind.TYPE, "const"),
        (MetaKind.TYPE, "static int"),
        (MetaKind.TYPE, "lazy t"),
        (MetaKind.TYPE, "int a["),
        (MetaKind.TYPE, "int x, y"),
        (MetaKind.TYPE, "else"),
        (MetaKind.EXPRESSION, "return"),
        (MetaKind.EXPRESSION, "a +"),
        (MetaKind.EXPRESSION, "1); f(2"),
        (MetaKind.IDENTIFIER, "int"),
        (MetaKind.IDENTIFIER, "a b"),
        (MetaKind.STATEMENT, "} {"),
    ],
)
def test_what_is_no_value(kind: MetaKind, text: str) -> None:
    assert read_value(kind, text) is None
