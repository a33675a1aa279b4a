"""What a match of a rule that only binds must meet to be of use."""

import pytest

from lazymmu_refactor.match.formula.logic import First
from lazymmu_refactor.smpl.patch.render import flat
from tests.engine.running import program

HEAD = "@r exists@\nexpression E;\nidentifier f;\nposition p;\n@@\nif (E) {\n  ...\n"
LAST = "@script:python@\np << r.p;\n@@\nprint(p)\n"
CASES = {
    "the branch that binds a place": (HEAD + "(\n  E = 0\n|\n  E->f@p\n)\n  ... when any\n}\n" + LAST, {"<E> -> <f>"}),
    "the header alone": (HEAD.replace("if (", "if@p (") + "  g(E);\n}\n" + LAST, {"if"}),
    "nothing where somebody asks whether it has matched": (
        HEAD + "  E->f@p\n  ... when any\n}\n" + LAST.replace("python@", "python depends on r@"),
        None,
    ),
}


@pytest.mark.parametrize(("rules", "expected"), CASES.values(), ids=CASES)
def test_elements_of_use(rules: str, expected: set[str] | None) -> None:
    purpose = program(rules).passes[0].rules[0].matcher.purpose
    found = None if purpose is None else [flat(each.element.pattern) for each in purpose.elements]
    assert (found is None) == (expected is None)
    for start in expected or ():
        assert any(each.startswith(start) or f"({start}" in each for each in found or ())


def test_an_alternative_that_binds_nothing_is_of_no_use() -> None:
    bare = "@r@\nstatement S, T;\nposition p;\n@@\n(\n  if (...) { ... }\n|\n  if (...) S@p T\n)\n"
    matcher = program(bare + LAST).passes[0].rules[0].matcher
    assert isinstance(matcher.formula, First)
    assert matcher.purpose is not None
    assert matcher.purpose.alternatives == {matcher.formula.parts[-1]}
