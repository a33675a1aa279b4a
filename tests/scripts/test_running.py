"""Scripts at work: values, environments, what they print and create, and what becomes of those that misbehave."""

import pytest

from lazymmu_refactor.engine.results.outcome import Changed
from lazymmu_refactor.engine.run.files import run_file
from lazymmu_refactor.engine.run.scripted import Hosts
from lazymmu_refactor.scripts.limits import Limits
from tests.scripts.running import printed, program, run

CODE = """\
int zeta(int x, char *y)
{
	bar(1);
	bar(p->a, x+1);
	return 0;
}
static void alpha(void)
{
	bar(1);
}
"""
CALLS = "@r exists@\nexpression list es;\nposition p;\n@@\nbar@p(es)\n\n"


def script(body: str, header: str = "es << r.es;\np << r.p;\n", rest: str = "") -> str:
    return f"{CALLS}@script:python s@\n{header}@@\n{body}\n{rest}"


def test_environments_come_in_the_order_of_values_then_functions() -> None:
    body = "print(es, p[0].current_element, p[0].line)"
    assert printed(script(body), CODE).splitlines() == ["1 alpha 9", "1 zeta 3", "p -> a , x + 1 zeta 4"]


def test_equal_values_are_one_run() -> None:
    assert printed(script("print(es)", "es << r.es;\n"), CODE) == "1\np -> a , x + 1\n"


def test_locations_and_lists() -> None:
    body = "if len(es) > 1:\n    l = p[0]\n    print(es.elements, l.file, l.line, l.column, l.column_end, len(p))"
    assert printed(script(body), CODE) == "('p -> a', 'x + 1') x.c 4 1 4 1\n"


def test_defaults_stand_for_what_is_not_bound() -> None:
    rule = "@n@\nexpression e;\nposition q;\n@@\nnothing@q(e)\n\n"
    header = 'e << n.e = "none";\nq << n.q = "[]";\n'
    assert printed(f"{rule}@script:python@\n{header}@@\nprint(e, len(q))\n", CODE) == "none 0\n"


def test_comments_are_those_around_the_code_that_was_met() -> None:
    rule = "@r@\ncomments c;\n@@\n- bar@c(...);\n\n"
    body = "for each in c:\n    print(each.before, '|', each.after)"
    code = "void f(void)\n{\n\t// one\n\t/* two */\n\n\tbar /* three */ (1); /* four */\n\tbar(2);\n}\n"
    said = "/* four */ | \n// one\n/* two */ | /* three */\n"
    assert printed(f"{rule}@script:python@\nc << r.c;\n@@\n{body}\n", code) == said


def test_places_that_have_become_one_are_told_apart() -> None:
    rule = "@r@\nposition p;\n@@\n- bar@p(...);\n\n"
    code = "void f(void)\n{\n\tbar(1);\n\tbar(2);\n}\n"
    assert printed(f"{rule}@script:python@\np << r.p;\n@@\nprint(p[0].line)\n", code) == "3\n4\n"


def test_places_are_those_of_the_code_before_it_was_changed() -> None:
    rule = "@r@\nposition p;\nexpression e;\n@@\n- bar@p(e);\n+ changed(e, 1);\n\n"
    body = "print(p[0].line, p[0].column, p[0].line_end, p[0].column_end)"
    code = "void f(void)\n{\n\ta(); bar(3); b();\n\tbar(x +\n\t    y);\n}\n"
    assert printed(f"{rule}@script:python@\np << r.p;\n@@\n{body}\n", code) == "3 6 3 9\n4 1 4 4\n"


def test_a_script_that_takes_over_nothing_runs_once() -> None:
    assert printed("@script:python@\n@@\nprint('once')\n", CODE) == "once\n"


def test_reports_and_entries() -> None:
    body = (
        'coccilib.report.print_report(p[0], "m")\ncoccilib.org.print_safe_todo(p[0], "[m]")\ncocci.print_main("m", p)'
    )
    assert printed(script(f"if len(es) > 1:\n    {body.replace(chr(10), chr(10) + '    ')}"), CODE) == (
        "x.c:4:1-4: m\n"
        "* TODO [[view:x.c::face=ovl-face1::linb=4::colb=1::cole=4][@(m)]]\n"
        "* TODO [[view:x.c::face=ovl-face1::linb=4::colb=1::cole=4][m x.c::4]]\n"
    )


def test_dropped_environments_reach_no_later_rule() -> None:
    rest = "@depends on s@\nposition r.p;\nexpression list r.es;\n@@\n- bar@p(es);\n+ new(es);\n"
    outcome = run(script("cocci.include_match(p[0].current_element == 'alpha')", rest=rest), CODE)
    assert isinstance(outcome, Changed)
    assert outcome.after.decode() == CODE.replace("{\n\tbar(1);\n}", "{\n\tnew(1);\n}")


def test_created_variables_flow_into_later_rules() -> None:
    rule = '@r@\nidentifier f =~ "^old";\n@@\nf(...)\n\n'
    rule += "@script:python s@\nf << r.f;\ng;\n@@\ncoccinelle.g = f.replace('old', 'new')\n"
    change = "\n@@\nidentifier r.f;\nidentifier s.g;\n@@\n- f\n+ g\n  (...)\n"
    outcome = run(rule + change, "void f(void)\n{\n\told_a(1);\n\told_b(2);\n}\n")
    assert isinstance(outcome, Changed)
    assert outcome.after.decode() == "void f(void)\n{\n\tnew_a(1);\n\tnew_b(2);\n}\n"


def test_constraints_and_fresh_identifiers_ask_scripts() -> None:
    patch = (
        "@initialize:python@\n@@\ndef short(name):\n    return len(name) < 4\n\n"
        "@@\nidentifier f : script:python() { short(f) };\n"
        "fresh identifier g = script:python(f) { f.upper() };\n@@\n- f(1);\n+ g(1);\n"
    )
    outcome = run(patch, "void h(void)\n{\n\tbar(1);\n\tlonger(1);\n}\n")
    assert outcome.faults == ()
    assert isinstance(outcome, Changed)
    assert outcome.after.decode() == "void h(void)\n{\n\tBAR(1);\n\tlonger(1);\n}\n"


def test_exit_ends_the_work_on_the_file() -> None:
    rest = "@@\n@@\n- bar(1);\n"
    outcome = run(script("print('first')\ncocci.exit()", rest=rest), CODE)
    assert not isinstance(outcome, Changed)
    assert outcome.output == "first\n"


def test_variables_last_from_file_to_file_and_finalize_sees_them() -> None:
    patch = (
        "@initialize:python@\n@@\ncount = 0\n"
        + script("count += 1")
        + "@finalize:python@\nn << merge.count;\n@@\nprint(count, n)\n"
    )
    prepared = program(patch)
    hosts = Hosts()
    try:
        for name in ("a.c", "b.c"):
            run_file(name, CODE.encode(), prepared, hosts=hosts)
        assert hosts.finish(prepared) == ("6 [6]\n", ())
    finally:
        hosts.close()


def test_other_languages_are_refused_with_what_depends_on_them() -> None:
    ocaml = "@script:ocaml o@\np << r.p;\n@@\ninclude_match false\n\n"
    rest = "@script:python@\np << r.p;\n@@\nprint('judged')\n\n"
    rest += "@script:python depends on o@\n@@\nprint('depends')\n\n@script:python@\n@@\nprint('free')\n"
    patch = CALLS + ocaml + rest
    assert [each.place.line for each in program(patch).passes[0].refused] == [7]
    assert printed(patch, CODE) == "free\n"


LIMITS = Limits(seconds=0.5, memory=1 << 28, output=1000)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("while True: pass", "the script used more than 0.5 s of processor time"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("x = [0] * 10 ** 9", "MemoryError"),
        ("print('x' * 2000)", "OutputLimitError: more than 1,000 characters of output"),
        ("print(chr(0xD800))", "UnicodeEncodeError: 'utf-8' codec can't encode character"),
        ("raise SystemExit", "SystemExit"),
        ("f = lambda: f()\nf()", "RecursionError: maximum recursion depth exceeded"),
        ("getattr(sys, 'mod' + 'ules')['os'].system('true')\n", "NameError: name 'sys' is not defined"),
    ],
)
def test_what_a_script_breaks_is_its_rule_in_this_file(body: str, message: str) -> None:
    if "sys" in body:
        body = "import sys\n" + body
        message = "PermissionError: scripts may not do this (os.system)"
    rest = "@script:python@\n@@\nprint('goes on')\n@@\nposition r.p;\nexpression list r.es;\n@@\n- bar@p(es);\n"
    outcome = run(script(body, rest=rest), CODE, LIMITS)
    assert [(each.rule, each.message[: len(message)]) for each in outcome.faults] == [("s", message)]
    assert outcome.output.endswith("goes on\n")
    assert not isinstance(outcome, Changed), "an environment that a script did not judge changes nothing"


FOUND = "import sys\nfound = getattr(sys, 'mod' + 'ules')\n"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "found['signal'].setitimer(found['signal'].ITIMER_PROF, 0)\nwhile True: pass",
            "the script used more than 0.5 s of processor time",
        ),
        ("found['os'].closerange(0, 100)", "the script ended its process"),
        ("for file in range(3, 9):\n  try: found['os'].write(file, b'{}\\n')\n  except OSError: pass",
         "the script broke the connection to the tool"),
    ],
)  # fmt: skip
def test_who_reaches_for_the_process_itself_costs_no_more_than_the_rule(body: str, message: str) -> None:
    outcome = run(script(FOUND + body, rest="@script:python@\n@@\nprint('goes on')\n"), CODE, LIMITS)
    assert [(each.rule, each.message) for each in outcome.faults] == [("s", message)]
    assert outcome.output.endswith("goes on\n")


def test_scripts_write_no_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("scripts") / "made"
    body = f"import sys\ngetattr(sys, 'mod' + 'ules')['io'].open({str(path)!r}, 'w')"
    outcome = run(script(body), CODE)
    assert outcome.faults[0].message == "PermissionError: scripts may not do this (open)"
    assert not path.exists()
    trusted = run(script(f"open({str(path)!r}, 'w').write('x')"), CODE, Limits(trusted=True))
    assert trusted.faults == ()
    assert path.read_text(encoding="utf-8") == "x"
