"""The view that the grammar is given: equal in length, with what it cannot take replaced."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.c.items.item import ItemKind
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN, MacroKnowledge
from lazymmu_refactor.c.view import RULES, RuleNote, View, make_view

DOCUMENTED = {rule.name for rule in RULES}


def view(text: str, macros: MacroKnowledge = NOTHING_KNOWN) -> View:
    source = Source.read("x.c", text.encode())
    return make_view(source, source.items[0], macros)


def shown(text: str, macros: MacroKnowledge = NOTHING_KNOWN) -> str:
    return view(text, macros).data.decode()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_examples_of_the_rules(rule: RuleNote) -> None:
    result = view(rule.before)
    assert result.data.decode() == rule.after
    assert rule.name in {change.rule for change in result.changes}


def test_rules_have_one_note_each() -> None:
    assert len(DOCUMENTED) == len(RULES)


def test_plain_code_is_itself_but_for_comments() -> None:
    text = "int f(int a, struct s *b) { /* x */ b->c = a * 2; return g((struct s *)a, sizeof(int)); }"
    assert shown(text) == text.replace("/* x */", "       ")
    assert view(text).changes == ()


def test_offsets_are_of_the_file() -> None:
    text = "int a;\nint f(void) { list_for_each(p, h) g(p); }"
    source = Source.read("x.c", text.encode())
    result = make_view(source, source.items[1], NOTHING_KNOWN)
    assert result.base == 7
    (change,) = result.changes
    assert source.text(change.span) == "list_for_each"


def test_a_replacement_begins_where_the_token_begins() -> None:
    assert shown("void f(void) { for_each_x(a; b) g(); }").index("while") == 15
    assert shown("int x = f(struct s *);") == "int x = f(struct_s__);"


def test_iterators_are_told_from_calls_by_what_follows() -> None:
    assert "while" in shown("void f(void) { each_x(a) { } }")
    assert "while" in shown("void f(void) {\n\teach_x(a)\n\t\tg(a);\n}")
    assert "each_x(a);g(a);" in shown("void f(void) {\n\teach_x(a)\n\tg(a);\n}").replace("\n", "").replace("\t", "")
    assert "while" in shown("void f(void) {\n\teach_x(a)\n\tg(a);\n}", MacroKnowledge.of_names(iterators=["each_x"]))
    assert "for   " in shown("void f(void) { each_x(a = 0; a; a++) g(); }")
    assert view("void f(void) { each_x(a); }").changes == ()


def test_attributes_are_told_from_names() -> None:
    def left(text: str) -> str:
        return " ".join(shown(text).split())

    assert left("static int __init f(void) { }") == "static int f(void) { }"
    assert left("int __f(int a) __acquires(x) { }") == "int __f(int a) { }"
    assert left("unsigned long __user *f(void);") == "unsigned long *f(void);"
    assert left("struct __packed s { int a; };") == "struct s { int a; };"
    assert left("struct __s x = { };") == "struct __s x = { };"
    assert left("struct s { int a; } __packed;") == "struct s { int a; } ;"
    assert left("u8 x[4] __aligned(8) = { 1 };") == "u8 x[4] = { 1 };"
    assert left("int x __maybe_unused, *y __free(k) = 0;") == "int x , *y = 0;"
    assert left("__printf(1, 2) int f(void);") == "int f(void);"
    assert left("foo_t (*f)(struct s __user *);") == "int (*f)(struct s *);"
    assert left("void f(void) { x = (void __user *)p; }") == "void f(void) { x = (void *)p; }"
    assert left('int x asm("r0") = 1;') == "int x = 1;"
    assert left("foo notrace f(void) { }") == "notrace f(void) { }"  # nothing tells which is the type
    known = MacroKnowledge.of_names(attributes=["notrace", "__odd"])
    assert " ".join(shown("static bool __x __odd = 1;", known).split()) == "static bool __x = 1;"
    assert " ".join(shown("int x ODD;").split()) == "int x ;"
    assert " ".join(shown("foo notrace f(void) { }", known).split()) == "foo f(void) { }"


def test_a_guess_is_no_certainty() -> None:
    assert not view("int __init f(void) { }").changes[0].certain
    known = MacroKnowledge.of_names(attributes=["__init"])
    assert view("int __init f(void) { }", known).changes[0].certain


def test_whole_branches_stand_side_by_side() -> None:
    text = "void f(void)\n{\n#ifdef A\n\ta();\n#else\n\tb();\n#endif\n}"
    result = view(text)
    assert result.data.decode().split() == ["void", "f(void)", "{", "a();", "b();", "}"]
    (conditional,) = result.conditionals
    assert conditional.conditions == ("#ifdef A", "#else")
    assert conditional.exhaustive
    assert [text[span.start : span.end].strip() for span in conditional.branches] == ["a();", "b();"]


def test_else_branches_of_an_if_are_whole() -> None:
    text = "void f(void)\n{\n\tif (a) {\n#ifdef A\n\t} else if (b) {\n#else\n\t} else if (c) {\n#endif\n\t}\n}"
    assert len(view(text).conditionals) == 1


def test_dead_branches_leave_no_conditional() -> None:
    text = "void f(void)\n{\n#if 0\n\ta(;\n#else\n\tb();\n#endif\n#if 0\n}\n#endif\n}"
    result = view(text)
    assert result.data.decode().split() == ["void", "f(void)", "{", "b();", "}"]
    assert result.conditionals == ()
    assert {change.rule for change in result.changes} == {"dead_branch"}


def test_alternatives_within_a_statement_leave_the_first() -> None:
    result = view("void f(void)\n{\n\tg(a,\n#ifdef A\n\t  b\n#else\n\t  c\n#endif\n\t);\n}")
    assert "".join(result.data.decode().split()) == "voidf(void){g(a,b);}"
    assert result.conditionals == ()
    assert [change.certain for change in result.changes] == [False]


def test_alternatives_in_a_row_of_strings_are_all_kept() -> None:
    text = 'char *s = "a"\n#ifdef A\n"b" C "d"\n#else\n"e"\n#endif\n"f";'
    result = view(text)
    assert result.data.decode() == 'char *s = " "\n        \n" " C " "\n     \n" "\n      \n" ";'
    assert len(result.conditionals) == 1


def test_a_macro_shows_its_body_alone() -> None:
    assert shown("#define F(a, b...) do { a ## b(#a); /* x */ } \\\n\twhile (0)").split() == [
        *("do", "{", "a____b(", "a);", "}", "while", "(0)"),
    ]
    assert shown("#define A").strip() == ""
    assert shown("#define A 'x' \"y // z\"").split() == ["'", "'", '"', '"']


FRAGMENTS = [
    *(
        "static ",
        "int ",
        "struct s ",
        "__init ",
        "f",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ";",
        ",",
        "*",
        "=",
        ":",
        "...",
        ".",
    ),
    *(
        "if (a) ",
        "for (",
        "while (",
        "do ",
        "else ",
        "case ",
        "switch (",
        "return ",
        "goto ",
        "sizeof",
        "typeof",
        "asm ",
    ),
    *("volatile ", "list_for_each(a, b) ", "MACRO(x) ", "(u8)(x)", "offsetof(struct s, a.b)", '"s" ', "64 K ", "'c'"),
    *(
        "\n#if A\n",
        "\n#else\n",
        "\n#endif\n",
        "\n",
        "\t",
        "enum ",
        "({",
        "})",
        "__attribute__((x)) ",
        "noreturn",
        "0x1k",
    ),
]


@given(
    st.lists(st.sampled_from(FRAGMENTS), max_size=50).map("".join), st.sampled_from(["", "int f(void) {", "#define X "])
)
def test_any_tokens_have_a_view_of_their_length(text: str, head: str) -> None:
    source = Source.read("x.c", (head + text).encode())
    for item in source.items:
        result = make_view(source, item, NOTHING_KNOWN)
        assert len(result.data) == len(item.span)
        if item.kind is not ItemKind.DIRECTIVE:
            assert {change.rule for change in result.changes} <= DOCUMENTED
        for change in result.changes:
            assert item.span.contains(change.span)


@given(st.binary(max_size=100))
def test_any_bytes_have_a_view_of_their_length(data: bytes) -> None:
    source = Source.read("x.c", b"int f(void) {" + data)
    for item in source.items:
        assert len(make_view(source, item, NOTHING_KNOWN).data) == len(item.span)


def test_a_macro_for_assembly_may_have_a_short_name() -> None:
    """There is no room for the keyword in its place: the statement is not read, and nothing fails."""
    source = Source.read("x.c", b'void f(void)\n{\n\ta volatile("x");\n}\n')
    assert len(make_view(source, source.items[0], NOTHING_KNOWN).data) == len(source.items[0].span)
