"""A quick look at whether a second run could change anything: it may be unsure, and is never wrong."""

from lazymmu_refactor.c.macros import NOTHING_KNOWN
from lazymmu_refactor.engine.file import Text
from lazymmu_refactor.engine.limit import Deadline
from lazymmu_refactor.engine.settled import is_settled
from tests.engine.running import program

RULES = """
@named{extension}@
identifier m;
@@
  #define m(...) old(...)

@@
identifier named.m;
@@
- m();
"""
CODE = b"void f(void)\n{\n\told();\n}\n"


def settled(extension: str = "", *, alone: bool) -> bool:
    text = Text.read("x.c", CODE, NOTHING_KNOWN)
    return is_settled(text, program(RULES.format(extension=extension)), Deadline.after(None), alone=alone)


def test_a_rule_that_binds_what_is_needed_has_to_match_as_well() -> None:
    assert settled(alone=True)


def test_it_may_match_in_another_file_of_the_unit() -> None:
    assert not settled(alone=False)


def test_it_may_match_in_a_header() -> None:
    assert not settled(" included", alone=True)
