"""The edges of files, and what is refused."""

import pytest

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.engine.file.text import Text
from lazymmu_refactor.match.matcher import Matcher
from lazymmu_refactor.match.rule import match_rule
from lazymmu_refactor.match.unit import Unit
from lazymmu_refactor.match.values.binding import Bindings, Term
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.rewrite.plan import plan
from lazymmu_refactor.rewrite.verify import verify
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.smpl.patch.rule import MetaKind, Rule
from lazymmu_refactor.smpl.reader import read_patch
from lazymmu_refactor.text.apply import apply
from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.span import Span
from tests.rewrite.cases import plans, rewritten

REPLACE = "@@ expression e; @@\n- old(e);\n+ new(e);\n+ more();\n"
REMOVE = "@@ expression e; @@\n- old(e);\n"


def test_bytes_that_are_no_utf_8_pass_through() -> None:
    data = b'void f(void)\n{\n\t/* \xe9\xff */\n\told("\xff\xfe");\n}\n'
    expected = b'void f(void)\n{\n\t/* \xe9\xff */\n\tnew("\xff\xfe");\n\tmore();\n}\n'
    assert rewritten(REPLACE, data) == expected


def test_no_final_newline() -> None:
    assert rewritten(REPLACE, b"void f(void)\n{\n\told(1);\n}") == b"void f(void)\n{\n\tnew(1);\n\tmore();\n}"
    added = rewritten("@@ @@\n  int a;\n+ int b;\n", b"int a;")
    assert added == b"int a;\nint b;"


def test_cr_lf_beside_lf_follows_the_item() -> None:
    data = b"int a;\nvoid f(void)\r\n{\r\n\told(1);\r\n}\r\n"
    assert rewritten(REPLACE, data) == b"int a;\nvoid f(void)\r\n{\r\n\tnew(1);\r\n\tmore();\r\n}\r\n"


def test_a_macro_keeps_its_continuations() -> None:
    data = b"#define M(x) do { \\\n\t\told(x); \\\n\t} while (0)\n"
    assert rewritten(REPLACE, data) == b"#define M(x) do { \\\n\t\tnew(x); \\\n\t\tmore(); \\\n\t} while (0)\n"


def test_lines_go_out_of_a_macro_with_their_continuations() -> None:
    data = b"#define M(x) do { \\\n\t\ta(); \\\n\t\told(x); \\\n\t} while (0)\n"
    assert rewritten(REMOVE, data) == b"#define M(x) do { \\\n\t\ta(); \\\n\t} while (0)\n"


def test_a_change_across_a_directive_is_refused() -> None:
    data = b"void f(void)\n{\n\tif (a) {\n#ifdef X\n\t\tb();\n#define Y\n#endif\n\t}\n}\n"
    [(_, made)] = plans("@@ expression e; @@\n- if (e) { ... }\n", data)
    assert made.edits == ()
    assert [conflict.reason for conflict in made.conflicts] == [
        "the change would reach across a preprocessor directive"
    ]


def test_whole_groups_of_directives_go_with_what_is_around_them() -> None:
    data = b"void f(void)\n{\n\tif (a) {\n#ifdef X\n\t\tc();\n#else\n\t\td();\n#endif\n#if 0\n\te();\n#endif\n\t}\n}\n"
    assert rewritten("@@ expression e; @@\n- if (e) { ... }\n", data) == b"void f(void)\n{\n}\n"


def test_within_one_arm_of_a_directive_nothing_is_refused() -> None:
    data = b"void f(void)\n{\n#ifdef X\n\told(1);\n#else\n\told(2);\n#endif\n}\n"
    expected = b"void f(void)\n{\n#ifdef X\n#else\n#endif\n}\n"
    assert rewritten(REMOVE, data) == expected


def test_terms_within_one_another_are_not_both_replaced() -> None:
    patch = "@@ expression e; statement S; @@\n  if (<+...\n- e\n+ a\n  ...+>) S\n"
    [(_, made)] = plans(patch, b"void f(void)\n{\n\tif (1 || y)\n\t\tg();\n}\n")
    assert made.edits == ()
    assert [conflict.reason.partition(":")[0] for conflict in made.conflicts] == ["already tagged"]


def test_one_token_changed_in_two_ways() -> None:
    [(source, made)] = plans("@@ expression e; @@\n- f(e)\n+ g(e)\n", b"int x = f(f(1)) + f(2);\n")
    assert apply(source.data, made.edits) == b"int x = f(f(1)) + g(2);\n"
    [conflict] = made.conflicts
    assert conflict.reason.startswith("already tagged")
    assert len(conflict.matches) == 2


def test_one_declarator_of_several_is_declined() -> None:
    [(source, made)] = plans("@@ @@\n- int b;\n+ int b = 0;\n", b"int a, b;\nint b;\n")
    assert apply(source.data, made.edits) == b"int a, b;\nint b = 0;\n"
    assert made.conflicts == ()
    assert [each.reason for each in made.declined] == ["code cannot be added for one declarator of several"]


@pytest.mark.parametrize("arguments", ["a, , f(1)", ", f(1)", "f(1), ", "a,, f(1),, b"])
def test_arguments_left_empty_stay_empty(arguments: str) -> None:
    data = f"void v(void)\n{{\n\tM({arguments});\n}}\n".encode()
    patch = "@@ @@\n f(\n- 1\n+ 2\n )\n"
    assert rewritten(patch, data) == data.replace(b"1", b"2")


def test_several_rules_on_one_line() -> None:
    patch = "@a@ @@\n- x\n+ longer\n\n@b@ @@\n- y\n+ z(1)\n\n@c@ @@\n- longer + z(1)\n+ done\n"
    assert rewritten(patch, b"int v(void) { return x + y + w; }\n") == b"int v(void) { return done + w; }\n"


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        ('fresh identifier t = "tmp";', "tmp0"),
        ('fresh identifier t = "old_" ## f;', "old_g"),
    ],
)
def test_fresh_names(seed: str, expected: str) -> None:
    patch = f"@@ identifier f; {seed} @@\n- f(1);\n+ t(1);\n"
    assert rewritten(patch, b"void v(void)\n{\n\tg(1);\n}\n") == f"void v(void)\n{{\n\t{expected}(1);\n}}\n".encode()


def test_each_match_has_its_own_fresh_name() -> None:
    patch = '@@ identifier f; fresh identifier t = "t"; @@\n- f(1);\n+ t = f(1);\n+ use(t);\n'
    result = rewritten(patch, b"void v(void)\n{\n\tg(1);\n\th(1);\n}\n")
    assert result == b"void v(void)\n{\n\tt0 = g(1);\n\tuse(t0);\n\tt1 = h(1);\n\tuse(t1);\n}\n"


SWITCH = b"int f(int x)\n{\n\tswitch (x) {\n\tcase A:\n\tcase B:\n\t\treturn 1;\n\tdefault:\n\t\treturn 2;\n\t}\n}\n"
FILE = b"int a;\n\nint f(void)\n{\n\treturn a;\n}\n\nint g(void)\n{\n\treturn 0;\n}\n"
RETURN, BRACE = FILE.index(b"return a"), FILE.index(b"}")


@pytest.mark.parametrize(
    ("edit", "broken"),
    [
        (Edit(Span(RETURN, RETURN + 6), b"return b +"), None),
        (Edit(Span(RETURN, RETURN + 6), b"return )"), "could not be read"),
        (Edit(Span(BRACE, BRACE + 1), b""), "no longer be read"),  # f's closing brace goes, and g with it
    ],
)
def test_verification(edit: Edit, broken: str | None) -> None:
    before = Text(Source.read("x.c", FILE), NOTHING_KNOWN)
    after = before.edited([edit])
    failures = verify(before, after, [edit])
    assert bool(failures) == (broken is not None)
    assert broken is None or any(broken in failure.reason for failure in failures), failures


def test_a_case_keeps_its_switch() -> None:
    begin, end = SWITCH.index(b"\tswitch"), SWITCH.rindex(b"}")
    before = Text(Source.read("x.c", SWITCH), NOTHING_KNOWN)
    edits = [Edit(Span(begin, SWITCH.index(b"\tcase B")), b""), Edit(Span(end - 3, end), b"")]
    assert [each.reason for each in verify(before, before.edited(edits), edits)] == [
        "`case B:` would stand outside of a switch"
    ]
    edits = [Edit(Span(begin, end), b"\treturn 0;\n")]
    assert verify(before, before.edited(edits), edits) == ()


def test_a_value_that_another_rule_bound() -> None:
    """What was bound before the file changed is written word by word: its place holds something else now."""
    patch = "@r@ expression e; @@\n f(e)\n\n@@ expression r.e; @@\n- g();\n+ h(e);\n"
    first, second = (rule for rule in read_patch("case.cocci", patch).rules if isinstance(rule, Rule))
    source = Source.read("x.c", b"/* moved */ void v(void)\n{\n\tg();\n}\n")
    value = Term(MetaKind.EXPRESSION, ("a", "+", "*", "b"), (Span(3, 9),))
    inherited = Bindings(((MetaName("r", "e"), value),))
    parsed = parse_item(source, source.items[0], NOTHING_KNOWN)
    matcher = Matcher.of(second, frozenset())
    matches = match_rule(matcher, Unit(parsed), inherited, MatchContext(rule=second)).matches
    made = plan(source, (parsed,), matches)
    assert first.name == "r"
    assert apply(source.data, made.edits) == b"/* moved */ void v(void)\n{\n\th(a + *b);\n}\n"


def test_verification_sees_bytes_outside_the_edits() -> None:
    before, after = (Text(Source.read("x.c", each), NOTHING_KNOWN) for each in (FILE, FILE.replace(b"int a", b"int b")))
    assert [failure.reason for failure in verify(before, after, [])] == ["bytes outside the edits have changed"]


def test_the_mark_that_a_file_begins_with_stays_in_front() -> None:
    mark = b"\xef\xbb\xbf"
    assert rewritten("@@ @@\n- int\n+ long\n", mark + b"int a;\n") == mark + b"long a;\n"
    assert rewritten("@@ @@\n+ int b;\n  int a;\n", mark + b"int a;\n") == mark + b"int b;\nint a;\n"
    assert rewritten("@@ @@\n- int a;\n", mark + b"int a;\nint c;\n") == mark + b"int c;\n"
    assert rewritten("@@ @@\n- #define A 1\n+ #define B 1\n", mark + b"#define A 1\n") == mark + b"#define B 1\n"
