"""Which environments a rule hands on, and the same asked of spatch through a script."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lazymmu_refactor.match.values.binding import Places, Term
from lazymmu_refactor.match.values.result import Match
from lazymmu_refactor.text.lines import LineTable
from tests.match.along import matches

SCRIPT = """
@script:python@
p << r.p;
e << r.e;
@@
print(p[0].current_element, e, *sorted(int(place.line) for place in p))
"""
CODE = """\
void one(int x)
{
	foo(1);
	if (x)
		bar(1);
	else
		bar(1);
}
void two(int x)
{
	foo(1);
	if (x)
		bar(1);
	else
		bar(2);
}
void twice(int x)
{
	foo(1);
	bar(1);
	bar(2);
}
void same(int x)
{
	foo(1);
	bar(1);
	bar(1);
}
void early(int x)
{
	foo(1);
	if (x)
		return;
	bar(3);
}
"""
# name -> (rule, the environments: function, value of e, lines of p)
RULES = {
    "all paths unite the places and agree on the value": (
        "@r@ expression e; position p; @@\n foo(1);\n ...\n bar@p(e);\n",
        {("one", "1", 5, 7), ("twice", "1", 20), ("twice", "2", 21), ("same", "1", 26), ("early", "3", 34)},
    ),
    "some path: one environment for each place": (
        "@r exists@ expression e; position p; @@\n foo(1);\n ...\n bar@p(e);\n",
        {
            ("one", "1", 5), ("one", "1", 7), ("two", "1", 13), ("two", "2", 15), ("twice", "1", 20),
            ("twice", "2", 21), ("same", "1", 26), ("early", "3", 34),
        },
    ),
    "between two ends of a function, the value in force counts": (
        "@r@ expression e; position p; @@\n f(...) { ... bar@p(e); ... }\n",
        {("one", "1", 5, 7), ("twice", "1", 20), ("twice", "2", 21), ("early", "3", 34)},
    ),
    "any number of places": (
        "@r@ expression e; position p; @@\n f(...) { <... bar@p(e); ...> }\n",
        {
            ("one", "1", 5, 7), ("two", "1", 13), ("two", "2", 15), ("twice", "1", 20), ("twice", "2", 21),
            ("same", "1", 26, 27), ("early", "3", 34),
        },
    ),
}  # fmt: skip


def told(match: Match) -> tuple[object, ...]:
    values = {name.name: value for name, value in match.bindings}
    term, places = values["e"], values["p"]
    assert isinstance(term, Term)
    assert isinstance(places, Places)
    table = LineTable(CODE.encode())
    lines = sorted(table.line_col(place.span.start).line for place in places.positions)
    return (match.item, " ".join(term.tokens), *lines)


@pytest.mark.parametrize("name", RULES)
def test_these_environments_are_handed_on(name: str) -> None:
    rule, expected = RULES[name]
    patch = rule.replace("position p; @@", "position p; identifier f; @@")
    assert {told(match) for match in matches(patch + SCRIPT, CODE) if match.bindings.entries} == expected


@pytest.mark.spatch
@pytest.mark.parametrize("name", RULES)
def test_spatch_hands_on_the_same(name: str, tmp_path: Path) -> None:
    rule, expected = RULES[name]
    (tmp_path / "case.cocci").write_text(rule.replace("position p; @@", "position p; identifier f; @@") + SCRIPT)
    (tmp_path / "case.c").write_text(CODE)
    done = subprocess.run(
        ["spatch", "--very-quiet", "--sp-file", "case.cocci", "case.c"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    found = {(item, e, *map(int, lines)) for item, e, *lines in map(str.split, done.stdout.splitlines())}
    assert found == expected
