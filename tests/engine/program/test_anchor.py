"""What rules anchor on, and the words that they need."""

import pytest

from lazymmu_refactor.engine.program.anchor import anchors_of
from lazymmu_refactor.smpl.patch.rule import Rule
from lazymmu_refactor.smpl.reader import read_patch
from tests.engine.running import program


@pytest.mark.parametrize(
    ("body", "anchors"),
    [
        ("- old(FLAG);\n+ new(FLAG);", ("old",)),
        ("first();\n...\n- old();", ("old",)),
        ("- flag = LIMIT;", ("flag", "LIMIT")),
        ("(\n- a();\n|\n- b();\n)", ("a", "b")),
    ],
)
def test_anchors(body: str, anchors: tuple[str, ...]) -> None:
    (rule,) = read_patch("test.cocci", f"@r@\n@@\n{body}\n").rules
    assert isinstance(rule, Rule)
    assert anchors_of(rule) == anchors


@pytest.mark.parametrize(
    ("rules", "needs"),
    [
        ("@@\n@@\n- old(x, y);\n", "old"),
        ("@a@\n@@\nfirst();\n\n@depends on a@\n@@\n- old();\n", "old"),
        ("@a@\nexpression e;\n@@\nfirst(e);\n\n@@\nexpression a.e;\n@@\n- old(e);\n", "old"),
        ("@@\nidentifier f = {one, two};\n@@\n- f();\n", "f"),
    ],
)
def test_a_file_that_holds_an_anchor_is_examined(rules: str, needs: str) -> None:
    made = program(rules)
    assert made.needs("x.c").holds(needs.encode()) or made.anchors == ()


def test_words_of_rules_that_depend_on_each_other_come_together() -> None:
    made = program("@a@\n@@\nfirst();\n\n@depends on a@\n@@\n- old();\n")
    assert str(made.effective[0].needs) == "first & old"


def test_rules_for_other_folders_ask_nothing() -> None:
    made = program('@depends on file in "arch"@\nidentifier f =~ "^ab$";\n@@\n- f();\n')
    assert made.needs("mm/x.c").holds(b"ab") is False
    assert made.needs("arch/x.c").holds(b"ab")
