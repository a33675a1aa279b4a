"""Where rules look, of which it depends how far paths that can be taken are told apart."""

from __future__ import annotations

import pytest

from tests.engine.running import program


@pytest.mark.parametrize(
    ("body", "meets"),
    [
        ("f(...) {\n... when any\n\\( begin@p() \\| end(...) \\)\n... when any\n}", "begin | end"),
        ("begin@p()\n... when != reset(...)\nend()", "begin | end | reset"),
        ("f(...) {\n... when != end(...)\nbegin@p()\n... when any\n}", "begin | end"),
        ("begin@p();\n... when any\nS", "anything"),
        ("begin@p();\n... when any\nreturn ...;", "anything"),
        ("if (begin@p()) { ... end(); ... }", "anything"),
        ("begin@p();\n... when != x = E", "anything"),
    ],
)
def test_where_a_rule_looks(body: str, meets: str) -> None:
    rules = f"@r exists feasible@\nidentifier f, x;\nexpression E;\nstatement S;\nposition p;\n@@\n{body}\n"
    (step,) = program(f"{rules}\n@script:python@ p << r.p; @@\nprint(p)\n").passes[0].rules
    assert str(step.matcher.meets) == meets
