"""What a rewrite leaves for a person to see."""

from __future__ import annotations

import pytest

from lazymmu_refactor.engine.results.outcome import Changed
from tests.engine.running import run

RULES = "@@\nidentifier f;\n@@\nf(...) {\n+ int kept;\n<+...\n+ kept =\n  enter();\n...+>\n}\n"


@pytest.mark.parametrize(
    ("body", "conditions"),
    [
        ("enter();\n", ""),
        ("#ifdef A\nenter();\n#endif\n", "`#ifdef A`"),
        ("#ifdef A\nenter();\n#endif\nenter();\n", ""),
        ("#ifdef A\nenter();\n#else\nenter();\n#endif\n", ""),
        ("#ifdef A\nenter();\n#elif defined(B)\nother();\n#else\nenter();\n#endif\n", "`#ifdef A` and `#else`"),
        ("#ifdef A\nenter();\n#endif\n#ifdef B\nenter();\n#endif\n", "`#ifdef A` and `#ifdef B`"),
        ("#ifdef A\n#ifdef B\nenter();\n#endif\n#else\nenter();\n#endif\n", "`#ifdef A` and `#else`"),
        ("#if 1\nenter();\n#else\nother();\n#endif\n", ""),
        ("#ifdef A\nint a;\n#endif\nenter();\n", ""),
    ],
)
def test_a_new_variable_that_some_configuration_does_not_use(body: str, conditions: str) -> None:
    outcome = run(RULES, f"void f(void)\n{{\n{body}}}\n")
    assert isinstance(outcome, Changed)
    wanted = [f"kept of f is used under {conditions} alone: elsewhere it is an unused variable"] if conditions else []
    assert [each.message for each in outcome.remarks] == wanted
