"""What a match of a rule that only binds must meet to be of use."""

import pytest

from lazymmu_refactor.flow.graph import FlowKind
from lazymmu_refactor.match.evaluate.checker import Checker
from lazymmu_refactor.match.formula.logic import First
from lazymmu_refactor.match.matcher import Matcher
from lazymmu_refactor.match.rule import match_rule
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.smpl.patch.render import flat
from lazymmu_refactor.text.record import replace
from lazymmu_refactor.text.span import Span
from tests.engine.running import program
from tests.match.along import units

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


NULL_OR_NOT = """\
@@
expression e;
statement S;
@@
  if (
(
  !e
|
- e == NULL
+ !e
)
  ) { ... } else S
"""
TIED = """\
@@
expression a, b;
@@
  f(a);
  ... when any
  h(
(
  g(a)
|
- g(b)
+ k(b)
)
  );
"""
INSIDE = """\
@@
expression e;
@@
  while (e) {
  ... when any
(
  g(...);
|
- h(e);
)
  ... when any
  }
"""
CODE = """\
void test(int x, int y, int z)
{
	if (!x) {
		a();
	}
	if (y == NULL) {
		b();
	} else if (!z) {
		c();
	} else {
		d();
	}
	f(x);
	h(g(x));
	h(g(y));
	while (x) {
		if (y)
			goto out;
		h(z);
	}
	while (y) {
		h(y);
		g(z);
	}
	while (z) {
		g(z);
		h(1);
	}
out:
	h(x);
}
"""


@pytest.mark.parametrize("rules", [NULL_OR_NOT, TIED, INSIDE], ids=["a choice", "a choice that is tied", "a loop"])
def test_no_change_is_lost(rules: str) -> None:
    matcher = program(rules).passes[0].rules[0].matcher
    assert matcher.purpose is not None
    wanted = places(replace(matcher, purpose=None))
    assert wanted
    assert places(matcher) == wanted


def places(matcher: Matcher) -> set[Span]:
    """The code that a rule's matches mark."""
    found: set[Span] = set()
    for unit in units(CODE):
        result = match_rule(matcher, unit, Bindings(), MatchContext(rule=matcher.rule, file="case.c", item=unit.name))
        found.update(touch.span for match in result.matches for touch in match.touches)
    return found


def test_a_choice_is_made_where_nothing_else_binds_its_values() -> None:
    alone, tied = (program(rules).passes[0].rules[0].matcher.purpose for rules in (NULL_OR_NOT, TIED))
    assert alone is not None
    assert alone.chosen
    assert tied is not None
    assert not tied.chosen


def test_a_choice_in_which_a_place_is_bound_is_of_use_itself() -> None:
    rules = """\
@r@
identifier f;
expression e;
position p;
@@
  f(...) {
  <...
  return \\( e@p ? e : 0 \\| g(e@p) \\);
  ...>
  }

@@
expression e;
position p != r.p;
@@
- e@p
+ h(e)
"""
    first = program(rules).passes[0].rules[0].matcher
    assert first.purpose is not None
    assert first.purpose.elements
    assert not first.purpose.chosen


def test_a_structure_without_the_branch_that_marks_is_not_started_from() -> None:
    matcher = program(NULL_OR_NOT).passes[0].rules[0].matcher
    (unit,) = units(CODE)
    checker = Checker(unit.space, MatchContext(rule=matcher.rule, file="case.c", item=unit.name), matcher.free)
    assert matcher.purpose is not None
    starts = matcher.purpose.starts(checker, Bindings())
    ifs = [node.index for node in unit.graph.nodes if node.kind is FlowKind.IF]
    assert [bool(starts >> index & 1) for index in ifs] == [False, True, False, True]  # the last one goes somewhere
