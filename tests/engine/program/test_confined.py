"""Rules of use in the items alone in which a later rule matches, and what ties them to it."""

import pytest

from tests.engine.running import after, program

TESTED = """@tested@
expression E;
position p;
@@
E@p == NULL
"""
FREED = """@freed@
expression E;
position p;
@@
kfree@p(E)
"""
CASES = {
    "a place that is forbidden": (
        TESTED + "@@\nexpression E;\nposition p != tested.p;\n@@\n- use(E@p)\n+ used(E)\n",
        {"tested": ("rule starting on line 6",)},
    ),
    "a place that is taken over, and with it a value": (
        FREED + "@@\nexpression freed.E;\nposition freed.p;\n@@\n- kfree@p(E);\n+ drop(E);\n",
        {},  # an occurrence of what the changing rule names is a site: it is accounted for wherever it stands
    ),
    "a place to stand behind": (TESTED + "@@\nexpression E;\nposition p > tested.p;\n@@\n- use(E@p)\n+ used(E)\n", {}),
    "a value alone may stand anywhere": (TESTED + "@@\nexpression tested.E;\n@@\n- use(E)\n+ used(E)\n", {}),
    "whether it has matched is asked everywhere": (TESTED + "@depends on tested@\n@@\n- use()\n+ used()\n", {}),
    "a rule through another": (
        TESTED
        + "@near@\nposition q != tested.p;\nexpression E;\n@@\nf(E@q)\n"
        + "@last@\nposition p != near.q;\nexpression E;\n@@\n- use(E@p)\n+ used(E)\n",
        {"tested": ("near",), "near": ("last",)},
    ),
    "code that has changed on the way": (
        TESTED
        + "@change@\n@@\n- a();\n+ use(0);\n"
        + "@last@\nposition p != tested.p;\nexpression E;\n@@\n- use(E@p)\n+ used(E)\n",
        {},
    ),
    "a script that asks for both": (
        TESTED
        + "@near@\nposition tested.p;\nexpression E;\n@@\ng(E@p == NULL)\n"
        + "@script:python@\np << tested.p;\nE << near.E;\n@@\nprint(E)\n",
        {"tested": ("near",)},
    ),
    "a script that asks for it alone": (
        TESTED
        + "@near@\nposition tested.p;\nexpression E;\n@@\ng(E@p == NULL)\n"
        + "@script:python@\np << tested.p;\n@@\nprint(p)\n",
        {"near": ()},  # nobody asks for that one
    ),
}


@pytest.mark.parametrize(("rules", "users"), CASES.values(), ids=CASES)
def test_through_which_rules_another_is_of_use(rules: str, users: dict[str, tuple[str, ...]]) -> None:
    assert program(rules).passes[0].users == users


def test_a_place_counts_where_it_stands() -> None:
    rules = TESTED + "@@\nexpression E;\nposition p != tested.p;\n@@\n- E@p == NULL\n+ is_null(E)\n"
    code = "int f(int *a)\n{\n\treturn a == NULL;\n}\n"
    assert after(rules, code) == code
