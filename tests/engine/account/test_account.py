"""Every site has one verdict, and the reason is the right one."""

import pytest

from lazymmu_refactor.engine.program.manner import Manner, Saying, Tone
from lazymmu_refactor.engine.results.outcome import Changed, Unchanged
from lazymmu_refactor.engine.results.site import Verdict, tally
from lazymmu_refactor.engine.run.files import run_file
from tests.engine.running import after, program, run, verdicts

RULES = "@r@\nexpression e;\n@@\n- old(e);\n+ new = old(e, 0);\n"

SAYING = Manner(sayings={"bad": Saying("p", Tone.FINDING, "no")})


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ("old(1);", Verdict.CHANGED),
        ("new = old(1, 0);", Verdict.DONE),
        ("new = old(1, old_enough(2), 0);", Verdict.NOT_A_STATEMENT),
        ("x = old(1);", Verdict.NOT_A_STATEMENT),
        ("old(1, 2, 3);", Verdict.NOT_MATCHED),
        ("old(1;", Verdict.UNPARSED),
    ],
)
def test_one_site(statement: str, verdict: Verdict) -> None:
    outcome = run(RULES, f"void f(void)\n{{\n\t{statement}\n}}\n")
    assert [(line, which) for line, word, which in verdicts(outcome) if word == "old"] == [(3, verdict)]


def test_comments_literals_and_conditions_are_no_sites() -> None:
    code = '/* old(1); */\n#ifdef old\n#endif\nvoid f(void)\n{\n\tputs("old(1);"); // old\n}\n'
    assert not run(RULES, code).sites


def test_macros_and_code_that_is_never_compiled() -> None:
    code = "#define M(x) do { other(x, old(x)); } while (0)\n#if 0\nvoid g(void) { old(1); }\n#endif\n"
    assert verdicts(run(RULES, code)) == [(1, "old", Verdict.MACRO_BODY), (3, "old", Verdict.LEFT)]


def test_a_branch_that_cannot_be_read_is_not_called_changed() -> None:
    code = "void f(void)\n{\n\tif (a\n#ifdef A\n\t    && b\n#else\n\t    && = old(2)\n#endif\n\t)\n\t\told(1);\n}\n"
    found = [each for each in verdicts(run(RULES, code)) if each[1] == "old"]
    assert found == [(7, "old", Verdict.UNPARSED), (10, "old", Verdict.CHANGED)]


def test_an_unparsed_function_does_not_concern_its_neighbours() -> None:
    code = "void f(void)\n{\n\told(1) old(;\n}\n\nvoid g(void)\n{\n\told(2);\n}\n"
    outcome = run(RULES, code)
    assert [which for _, _, which in verdicts(outcome)] == [Verdict.UNPARSED, Verdict.UNPARSED, Verdict.CHANGED]
    assert isinstance(outcome, Changed)


def test_two_rewrites_of_one_place_leave_the_function_alone() -> None:
    rules = "@@\nexpression e, e1;\n@@\n- old(e, e1)\n+ new(e1, e)\n"
    code = "void f(void)\n{\n\told(1, old(2, 3));\n}\n\nvoid g(void)\n{\n\told(4, 5);\n}\n"
    outcome = run(rules, code)
    assert [which for _, _, which in verdicts(outcome)] == [Verdict.CONFLICT, Verdict.CONFLICT, Verdict.CHANGED]
    assert after(rules, code) == code.replace("old(4, 5)", "new(5, 4)")


def test_a_rule_without_words_of_its_own_says_where_it_could_not_go() -> None:
    rules = "@@\nexpression list es1, es2;\nexpression e;\nidentifier f;\n@@\n- f(es1, e, es2);\n+ f(es1, !e, es2);\n"
    code = "void a(void) { b(1); }\nvoid c(void) { d(1, 2); }\nvoid e(void) { g(1; }\n"
    outcome = run(rules, code)
    assert verdicts(outcome) == [(2, "c", Verdict.CONFLICT), (3, "e", Verdict.UNPARSED)]
    assert after(rules, code) == code.replace("b(1)", "b(!1)")


def test_a_declarator_among_others_that_cannot_change_is_told_of() -> None:
    rules = "@@\nidentifier i;\n@@\n- int i;\n+ long i;\n"
    code = "int a, b;\nvoid f(void) { int c; int d, e; }\n"
    outcome = run(rules, code)
    assert verdicts(outcome) == [(1, "a", Verdict.BLOCKED), (2, "f", Verdict.BLOCKED)]
    assert {site.reason.split(": ")[1] for site in outcome.sites} == {
        "code cannot be added for one declarator of several"
    }
    assert after(rules, code) == code.replace("int c", "long c")


def test_a_line_that_a_star_meets_is_a_finding() -> None:
    rules = "@bad@\nexpression e;\n@@\n* old(e)\n"
    code = "void f(void)\n{\n\tx = old(1) +\n\t    old(2);\n\told;\n}\n"
    outcome = run(rules, code)
    assert [(each.place.line, each.place.column, each.rule) for each in outcome.findings] == [
        (3, 1, "bad"),
        (4, 5, "bad"),
    ]
    assert [which for _, _, which in verdicts(outcome)] == [Verdict.LEFT, Verdict.LEFT, Verdict.NOT_MATCHED]
    said = run(rules.replace("old(e)", "old@p(e)").replace("expression e;", "expression e;\nposition p;"), code, SAYING)
    assert [each.message for each in said.findings] == ["no", "no"]


def test_a_call_beside_the_one_that_changes_is_not_called_changed() -> None:
    rules = "@@\nexpression e;\n@@\n- old2(e)\n+ new2(e)\n@@\n@@\n- old1(special)\n+ new1()\n"
    outcome = run(rules, "void f(void)\n{\n\told2(y + old1(z));\n\told2(old1(special));\n}\n")
    assert verdicts(outcome) == [
        (3, "old2", Verdict.CHANGED),
        (3, "old1", Verdict.NOT_MATCHED),
        (4, "old2", Verdict.CHANGED),
        (4, "old1", Verdict.CHANGED),
    ]


def test_what_belongs_to_a_starred_match_is_part_of_what_is_reported() -> None:
    outcome = run("@@\nexpression e, f;\n@@\n* old(e);\n  old(f);\n", "void f(void)\n{\n\told(1);\n\told(2);\n}\n")
    assert [(site.verdict, site.reason) for site in outcome.sites] == [
        (Verdict.LEFT, "rule starting on line 1 reports the line"),
        (Verdict.LEFT, "part of what rule starting on line 1 reports"),
    ]


def test_what_only_a_script_has_seen_says_so() -> None:
    rules = "@r@\nexpression e;\nposition p;\n@@\nold@p(e)\n@script:python@\ne << r.e;\n@@\n"
    rules += "if e != '1': cocci.include_match(False)\n@@\nexpression e;\nposition r.p;\n@@\n- old@p(e)\n+ new(e)\n"
    outcome = run_file("test.c", b"void f(void)\n{\n\told(1);\n\told(2);\n}\n", program(rules))
    assert [site.reason for site in outcome.sites] == ["", "r meets it, and no rule that changes code does"]


def test_what_a_second_run_would_change_again_is_withheld() -> None:
    rules = "@@\nexpression e;\n@@\n- old(e)\n+ old(e + 1)\n"
    code = "void f(void)\n{\n\told(1);\n}\n"
    outcome = run(rules, code, Manner(idempotent=True))
    assert isinstance(outcome, Unchanged)
    assert verdicts(outcome) == [(3, "old", Verdict.WITHHELD)]
    assert isinstance(run(rules, code), Changed)  # nobody said that it is idempotent


def test_what_is_added_behind_an_item_that_swallows_it_is_withheld() -> None:
    rules = "@there@\n@@\ntypedef int t;\n\n@depends on !there@\n@@\n  #define A\n+ typedef int t;\n"
    outcome = run(rules, ":\n#define A", Manner(idempotent=True, anchors=("A",)))
    assert isinstance(outcome, Unchanged)
    assert (2, "A", Verdict.WITHHELD) in verdicts(outcome)


SAYING_RULES = (
    "@in_g exists@\nposition p;\n@@\ng(...) {\n... when any\nold@p(...);\n... when any\n}\n\n"
    "@r@\nexpression e;\nposition p != in_g.p;\n@@\n- old@p(e);\n+ new(e);\n"
)
TWO = "void f(void)\n{\n\told(1);\n}\n\nvoid g(void)\n{\n\told(2);\n}\n"


@pytest.mark.parametrize(
    ("tone", "verdict"), [(Tone.DONE, Verdict.DONE), (Tone.LEFT, Verdict.LEFT), (Tone.BLOCKED, Verdict.BLOCKED)]
)
def test_a_rule_says_why_nothing_is_done(tone: Tone, verdict: Verdict) -> None:
    manner = Manner(sayings={"in_g": Saying("p", tone, "{function} keeps its own")})
    outcome = run(SAYING_RULES, TWO, manner)
    assert verdicts(outcome) == [(3, "old", Verdict.CHANGED), (8, "old", verdict)]
    assert outcome.sites[1].reason == "g keeps its own"
    assert [place.line for place in outcome.sites[1].evidence[0].path][-1] == 8


def test_a_finding_has_its_place_in_the_file_as_it_was() -> None:
    rules = "@@\n@@\n- first(1);\n+ a_longer_first(1);\n\n@found@\nposition p;\nexpression e;\n@@\nold@p(e);\n"
    manner = Manner(sayings={"found": Saying("p", Tone.FINDING, "old is given {e}")})
    outcome = run(rules, "void f(void) { first(1); old(2); }\n", manner)
    assert [(each.place.column, each.message) for each in outcome.findings] == [(25, "old is given 2")]


def test_the_verdicts_add_up() -> None:
    code = "void f(void)\n{\n\told(1);\n\tx = old(2);\n\told(3, 4, 5);\n}\n"
    sites = run(RULES, code).sites
    assert sum(tally(sites).values()) == len(sites) == 3


def test_the_farthest_attempt_is_the_evidence() -> None:
    rules = "@r@\n@@\n- old(1);\n...\n- done();\n"
    outcome = run(rules, "void f(int a)\n{\n\told(1);\n\tif (a)\n\t\tx();\n\telse\n\t\treturn;\n\tdone();\n}\n")
    site = next(site for site in outcome.sites if site.word == "old")
    assert site.verdict is Verdict.NOT_MATCHED
    assert "begins at line 3" in site.reason
    assert site.evidence[0].pattern_text == "- done();"
    assert site.evidence[0].path[0].line == 3


def test_bytes_that_are_no_utf8_and_line_ends_pass_through() -> None:
    code = "void f(void)\r\n{\r\n\told(1); /* \udce9 */\r\n}\r\n"
    assert after("@@\n@@\n- old(1);\n+ new(1);\n", code) == code.replace("old(1)", "new(1)")
