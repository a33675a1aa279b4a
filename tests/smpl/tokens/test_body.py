"""The body of a rule in lexemes: marks, dots, comments and what ends a body."""

from __future__ import annotations

import pytest

from lazymmu_refactor.smpl.patch.errors import PatchText, SmplError
from lazymmu_refactor.smpl.tokens.body import scan_body
from lazymmu_refactor.smpl.tokens.lexeme import Lexeme, Sort


def lexemes(text: str) -> tuple[Lexeme, ...]:
    return scan_body(PatchText.of("test.cocci", text), 0).lexemes


def marked(text: str) -> list[str]:
    return [f"{each.mark.name[0]}:{each.text}" for each in lexemes(text)]


def test_marks_stand_in_column_0_only() -> None:
    assert marked("- a\n+ b\n* c\n d\n -e\n") == ["M:a", "P:b", "S:c", "C:d", "C:-", "C:e"]


def test_double_plus_and_optional_marks() -> None:
    many, optional, removed, also = lexemes("++ a\n? b\n?- c\n-? d\n")
    assert many.many
    assert optional.optional
    assert (removed.optional, removed.mark.name) == (True, "MINUS")
    assert (also.optional, also.mark.name) == (True, "MINUS")


def test_a_decrement_in_column_0_is_no_mark() -> None:
    assert marked("--x\n-- x\n- -x\n") == ["C:--", "C:x", "C:--", "C:x", "M:-", "M:x"]


def test_group_tokens_in_column_0_and_with_a_backslash() -> None:
    found = lexemes("(\n a (b)\n|\n c \\| d\n&\n)\n")
    assert [each.text for each in found if each.sort is Sort.GROUP] == ["(", "|", "|", "&", ")"]


def test_long_operators_in_column_0_are_no_groups() -> None:
    assert all(each.sort is not Sort.GROUP for each in lexemes(" a\n|| b\n&& c\n|= d\n"))


def test_comments_count_on_plus_lines_only() -> None:
    assert [each.text for each in lexemes(" a // x\n- b /* y */\n+ c // z\n+ /* one\n+    two */ d\n")] == [
        "a", "b", "c", "// z", "/* one", "   two */", "d",
    ]  # fmt: skip


def test_indents_of_plus_lines_are_columns_without_the_mark() -> None:
    body = scan_body(PatchText.of("test.cocci", "+a\n+  b\n+\tc\n+ \td\n+\n"), 0)
    assert [line.indent for line in body.plus_lines] == [0, 2, 8, 8, 0]


def test_the_dots() -> None:
    found = [each.text for each in lexemes(" ... ...... <... ...> <+... ...+> a[1...2]\n") if each.sort is Sort.DOTS]
    assert found == ["...", "......", "<...", "...>", "<+...", "...+>", "..."]


def test_spelled_operators_unless_they_are_metavariables() -> None:
    assert [each.text for each in lexemes(" a and not b\n")] == ["a", "&&", "!", "b"]
    source = PatchText.of("test.cocci", " a and b\n")
    assert scan_body(source, 0, frozenset({"and"})).lexemes[1].sort is Sort.NAME


def test_paths_of_includes() -> None:
    found = lexemes(' #include <linux/mm.h>\n #include "a.h"\n')
    assert [each.sort for each in found] == [Sort.DIRECTIVE, Sort.PATH, Sort.DIRECTIVE, Sort.STRING]


def test_lines_that_a_backslash_joins_are_one_logical_line() -> None:
    found = lexemes("-#define A \\\n-  b\n c\n")
    assert [each.logical for each in found] == [1, 1, 1, 3]


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        (' f("a);\n', 3, "string is not closed"),
        (" f('a);\n", 3, "character constant is not closed"),
        (" /* a\n", 1, "add"),
        (" a \\x\n", 3, "backslash"),
    ],
)
def test_what_is_no_token(text: str, column: int, hint: str) -> None:
    with pytest.raises(SmplError) as raised:
        lexemes(text)
    assert raised.value.place.column == column
    assert hint in raised.value.hint
