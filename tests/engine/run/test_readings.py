"""Alternatives of ``#if`` that cannot stand side by side: the code of each is found and changed."""

import pytest

from lazymmu_refactor.engine.results.outcome import Changed
from lazymmu_refactor.engine.results.site import Verdict
from tests.engine.running import after, run, verdicts

RULE = "@r@\nexpression e;\n@@\n- old(e)\n+ new(e)\n"


def in_function(lines: str) -> str:
    return f"void f(void)\n{{\n{lines}}}\n"


@pytest.mark.parametrize(
    "code",
    [
        in_function("\tg(\n#ifdef A\n\t  old(1)\n#else\n\t  old(2)\n#endif\n\t);\n"),
        in_function("\tif (x)\n#if A\n\t\told(1);\n#elif B\n\t\told(2);\n#else\n\t\told(3);\n#endif\n\told(4);\n"),
        in_function("#ifdef A\n\tif (old(1)) {\n#else\n\tif (old(2)) {\n#endif\n\t\told(3);\n\t}\n"),
        in_function("\tx =\n#ifdef A\n#ifdef B\n\told(1)\n#else\n\told(2)\n#endif\n#else\n\told(3)\n#endif\n\t;\n"),
        "#ifdef A\nint f(int a)\n#else\nint f(void)\n#endif\n{\n\told(1);\n}\n",
        "#ifdef A\nint f(int a)\n#else\nint __f(const char *s)\n#endif\n{\n\told(1);\n}\n",
        "#ifdef A\nint f(int a)\n{\n\told(1);\n#else\nint f(void)\n{\n\told(2);\n#endif\n\told(3);\n}\n",
        "struct s x = {\n\t.a =\n#ifdef A\n\told(1)\n#else\n\told(2)\n#endif\n};\n",
    ],
)
def test_every_branch_is_changed(code: str) -> None:
    assert after(RULE, code) == code.replace("old", "new")
    assert {verdict for *_, verdict in verdicts(run(RULE, code))} == {Verdict.CHANGED}


CONDITION = in_function("\tif (a ||\n#ifdef A\n\t    b\n#else\n\t    c\n#endif\n\t    )\n\t\told();\n")
IN_ONE = "@@\n@@\n  if (a || c)\n- old();\n+ new();\n"
IN_BOTH = "@@\nexpression e;\n@@\n  if (a || e)\n- old();\n+ new();\n"
ACROSS = "@@\n@@\n- a || c\n+ d\n"


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (IN_ONE, "line 10: the change would be made with one branch of an #if only, and concerns code of all"),
        (ACROSS, "line 3: the change would reach across a preprocessor directive"),
    ],
)
def test_what_holds_for_one_branch_or_straddles_a_directive_is_refused(rule: str, reason: str) -> None:
    outcome = run(rule, CONDITION)
    assert not isinstance(outcome, Changed)
    assert Verdict.CONFLICT in {site.verdict for site in outcome.sites}
    assert reason in {site.reason for site in outcome.sites}


def test_what_holds_for_all_branches_is_done_once() -> None:
    assert after(IN_BOTH, CONDITION) == CONDITION.replace("old", "new")


def test_groups_that_ask_the_same_are_answered_alike() -> None:
    code = in_function(
        "\tg(\n#ifdef A\n\t  a\n#else\n\t  b\n#endif\n\t  ,\n#ifndef A\n\t  c\n#else\n\t  d\n#endif\n\t);\n"
    )
    for found in ("a, d", "b, c"):
        assert run(f"@r@\nposition p;\n@@\n* g@p({found})\n", code).findings
    for other in ("a, c", "b, d"):
        assert not run(f"@r@\nposition p;\n@@\n* g@p({other})\n", code).findings


def test_a_prototype_follows_a_function_with_two_headers() -> None:
    code = "int f(int a);\n#ifdef A\nint f(int a)\n#else\nint f(int a) __cold\n#endif\n{\n\treturn 0;\n}\n"
    rule = "@@\nidentifier x;\n@@\n- int f(int x)\n+ long f(int x)\n  { ... }\n"
    assert after(rule, code) == code.replace("int f", "long f")
