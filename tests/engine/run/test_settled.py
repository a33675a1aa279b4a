"""A quick look at whether a second run could change anything: it may be unsure, and is never wrong."""

import pytest

from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.engine.file.limit import Deadline
from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.file.text import Text
from lazymmu_refactor.engine.program.manner import Manner
from lazymmu_refactor.engine.results.outcome import FileOutcome, Unchanged
from lazymmu_refactor.engine.results.site import Verdict
from lazymmu_refactor.engine.run.files import run_files
from lazymmu_refactor.engine.run.settled import is_settled
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
WITHOUT_OLD = b"void f(void)\n{\n\tother();\n}\n"


def settled(extension: str = "", *, alone: bool, code: bytes = CODE) -> bool:
    text = Text.read("x.c", code, NOTHING_KNOWN)
    return is_settled(text, program(RULES.format(extension=extension)), Deadline.after(None), alone=alone)


def test_a_rule_that_binds_what_is_needed_has_to_match_as_well() -> None:
    assert settled(alone=True)


def test_it_may_match_in_another_file_of_the_unit() -> None:
    assert not settled(alone=False)


def test_it_may_match_in_a_header() -> None:
    assert not settled(" included", alone=True)


def test_it_may_match_elsewhere_whatever_this_file_lacks() -> None:
    assert settled(alone=True, code=WITHOUT_OLD)
    assert not settled(alone=False, code=WITHOUT_OLD)
    assert not settled(" included", alone=True, code=WITHOUT_OLD)


DEPENDING = """
@named@
identifier m;
@@
  #define m(...) old(...)

@depends on {dependency}@
@@
- old();
"""


@pytest.mark.parametrize(
    ("dependency", "expected"),
    [
        ("named", True),
        ("ever named", True),
        ('named && file in "x.c"', True),
        ("!named", False),
        ("named || !named", False),
    ],
)
def test_a_rule_on_which_it_depends_has_to_match_as_well(dependency: str, expected: bool) -> None:
    text = Text.read("x.c", CODE, NOTHING_KNOWN)
    rules = program(DEPENDING.format(dependency=dependency))
    assert is_settled(text, rules, Deadline.after(None), alone=True) is expected


NAMED = """
@named@
identifier f;
@@
  wanted(f)

@@
identifier named.f;
@@
- f();
+ {new}

@@
identifier f;
@@
- ask(f)
+ wanted(f)
"""


def outcomes(rules: str, *codes: str) -> list[FileOutcome]:
    """What becomes of files that are one unit."""
    texts = [Text.read(f"{number}.c", code.encode(), NOTHING_KNOWN) for number, code in enumerate(codes)]
    return list(run_files(texts, program(rules, Manner(idempotent=True)), RunOptions()))


def unstable(outcome: FileOutcome) -> bool:
    withheld = [site for site in outcome.sites if site.verdict is Verdict.WITHHELD]
    return isinstance(outcome, Unchanged) and [site.reason for site in withheld] == [
        "a second run would change it again"
    ]


def test_what_another_file_names_may_be_changed_again() -> None:
    using = "void g(void)\n{\n\tf();\n}\n"
    assert unstable(outcomes(NAMED.replace("{new}", "f(); f();"), using, "int x = wanted(f);\n")[0])


def test_what_is_done_to_one_file_may_change_another() -> None:
    using = "void g(void)\n{\n\tf();\n}\n"
    naming, other = outcomes(NAMED.replace("{new}", "h();"), "int x = ask(f);\n", using)
    assert unstable(naming)
    assert isinstance(other, Unchanged)
