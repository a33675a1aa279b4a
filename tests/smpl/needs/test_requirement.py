"""Formulas over words: what holds, what covers, what traces lead to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.engine.program.purpose import of_use
from lazymmu_refactor.smpl.needs.pattern_needs import tokens_of
from lazymmu_refactor.smpl.needs.requirement import ANYTHING, NOTHING, Requirement, all_of, any_of, part_of_word, word
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.smpl.patch.rule import Rule
from lazymmu_refactor.smpl.reader import read_patch

WORDS = ("enter_the_long_mode", "leave_the_long_mode", "x", "yy")
formulas = st.recursive(
    st.sampled_from([word(each) for each in WORDS] + [ANYTHING, NOTHING]),
    lambda inner: st.one_of(st.lists(inner, max_size=3).map(all_of), st.lists(inner, max_size=3).map(any_of)),
    max_leaves=8,
)
texts = st.lists(st.sampled_from(WORDS), max_size=4).map(lambda words: " ".join(words).encode())


@given(formulas, formulas, texts)
def test_a_formula_is_what_its_parts_are(one: Requirement, two: Requirement, text: bytes) -> None:
    assert (one & two).holds(text) == (one.holds(text) and two.holds(text))
    assert (one | two).holds(text) == (one.holds(text) or two.holds(text))


@given(formulas, texts)
def test_nothing_holds_without_a_word_of_the_cover(formula: Requirement, text: bytes) -> None:
    cover, traces = formula.cover(), formula.traces()
    if formula.holds(text):
        assert cover is None or any(each in text.split() for each in cover)
        assert traces is None or any(each in text for each in traces)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (b"put", True), (b"x->put(y)", True), (b"blkput put", True), (b"blkput", False), (b"put_it", False),
        (b"put2", False), (b"$put", False), (b"", False), (b"input output put_ _put", False), (b"\xc3\xa4 put", True),
    ],
)  # fmt: skip
def test_a_word_stands_by_itself_unless_a_part_will_do(text: bytes, whole: bool) -> None:
    assert word("put").holds(text) is whole
    assert part_of_word("put").holds(text) is (b"put" in text)


def test_what_is_no_word_stands_anywhere() -> None:
    assert Requirement(frozenset({frozenset({b"->put", b"=="})})).holds(b"x->put==1")


def test_words_that_share_a_long_part_leave_one_trace() -> None:
    formula = word(WORDS[0]) | word(WORDS[1])
    assert formula.cover() == (b"enter_the_long_mode", b"leave_the_long_mode")
    assert formula.traces() == (b"_the_long_mode",)


def test_a_formula_as_people_read_it() -> None:
    assert str((word("a") & word("b")) | word("c")) == "a & b | c"
    assert (str(ANYTHING), str(NOTHING)) == ("anything", "nothing")
    assert str(word("a") | (word("a") & word("b"))) == "a"


def in_words(formula: Requirement, words: list[bytes]) -> bool:
    """What somebody can tell who knows the words of a text by their names alone."""
    known = [{word for word in term if word not in formula.partial} for term in formula.terms]
    return any(term <= set(words) for term in known)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(WORDS)), max_size=4), st.booleans(), texts)
def test_a_word_that_may_stand_inside_another_is_marked(
    parts: list[tuple[bool, str]], conjunction: bool, text: bytes
) -> None:
    words = text.split()
    longer = [b"my_" + each for each in words]
    requirements = [part_of_word(each) if partial else word(each) for partial, each in parts]
    formula = (all_of if conjunction else any_of)(requirements)
    holds = [
        any(each.encode() in one for one in longer) if partial else each.encode() in longer for partial, each in parts
    ]
    if (all if conjunction else any)(holds):
        assert in_words(formula, longer)


@pytest.mark.parametrize(
    ("body", "needed"),
    [
        ('x ? "up" : "down"', '"down" & "up" & ?'),
        ("sizeof(x) == 0", "== & sizeof"),
        ("x || ...", "anything"),
        ("unsigned int i = 3;", "= & i"),
        ("foo(...);\n... when != bar(x)\nif (x) return 1;", "foo & if & return"),
        ("foo(...);\n... when != bar(x)\nif (x) return;", "foo & if"),  # it may be the function's end
        ("<... foo(x) ...>", "anything"),
        ("\\(!x\\|x == NULL\\)", "! | == & NULL"),
        ("#include <linux/mm.h>", "<linux/mm.h>"),
    ],
)
def test_tokens_that_an_item_needs(body: str, needed: str) -> None:
    rule = read_patch("case.cocci", f"@@ expression x; @@\n{body}\n").rules[0]
    assert isinstance(rule, Rule)
    assert str(tokens_of(rule.body)) == needed


@pytest.mark.parametrize(
    ("body", "later", "needed"),
    [
        ("f(...) {\n<...\n* foo(x)@p\n...>\n}", ("p",), "foo"),
        ("f(...) {\n<...\n  foo(x@p)\n...>\n}", ("p",), "foo"),
        ("f(...) {\n<...\n  foo(x)\n...>\n}", ("f",), "anything"),
        ("f(...) {\n<...\n- foo(x);\n...>\nbar();\n<...\n- baz(x);\n...>\n}", (), "bar & baz | bar & foo"),
        ("f(...) {\n<...\n- foo(x);\n...>\n- bar();\n}", (), "bar"),
        ("(\n  foo(x);\n|\n  bar(x)@p;\n)", ("p",), "bar"),
        ("foo(x);\n(\n  bar(x);\n|\n- baz(x);\n)", (), "baz & foo"),
        ("foo@p(x);\n(\n  bar(x);\n|\n- baz(x);\n)", ("p",), "bar & foo | baz & foo"),
        ("foo(x);", ("p",), "nothing"),
    ],
)
def test_what_the_matches_of_use_need(body: str, later: tuple[str, ...], needed: str) -> None:
    rule = read_patch("case.cocci", f"@r@ identifier f; expression x; position p; @@\n{body}\n").rules[0]
    assert isinstance(rule, Rule)
    names = frozenset(MetaName("r", name) for name in later)
    used = of_use(rule.body, names)
    assert ("nothing" if used is None else str(tokens_of(used))) == needed
