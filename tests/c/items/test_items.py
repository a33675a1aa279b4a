"""Top-level items: where each begins and ends, what it is and what it declares."""

import re

from lazymmu_refactor.c.items.item import ItemKind
from lazymmu_refactor.c.items.source import Source


def items(text: str) -> list[tuple[str, str]]:
    return [(str(item.kind), item.name) for item in Source.read("x.c", text.encode()).items]


def spans(text: str) -> list[str]:
    source = Source.read("x.c", text.encode())
    return [source.text(item.span) for item in source.items]


def test_the_usual_things() -> None:
    text = """#include <linux/mm.h>
#define MAX(a, b) \\
	((a) > (b) ? (a) : (b)) /* no */
struct s {
	int a;
};
static int table[] = { 1, 2 };
int f(struct s *s);

static struct s *__init g(int x)
	__acquires(lock)
{
	return { };
}
EXPORT_SYMBOL(g);
#undef MAX
"""
    assert items(text) == [
        ("directive", ""),
        ("macro", "MAX"),
        ("declaration", "s"),
        ("declaration", "table"),
        ("declaration", "f"),
        ("function", "g"),
        ("declaration", "g"),
        ("directive", "MAX"),
    ]
    assert spans(text)[1].endswith(": (b))")


def test_a_body_is_from_brace_to_brace() -> None:
    text = "int f(void) { if (x) { } }\nint g;"
    body = Source.read("x.c", text.encode()).items[0].body
    assert body is not None
    assert text[body.start : body.end] == "{ if (x) { } }"


def test_function_headers() -> None:
    def name(header: str) -> str | None:
        (item,) = Source.read("x.c", f"{header}\n{{\n}}\n".encode()).items
        return item.name if item.kind is ItemKind.FUNCTION else None

    assert name("int f(void)") == "f"
    assert name("struct foo *f(int a)") == "f"
    assert name("struct foo f(int a)") == "f"
    assert name("__printf(1, 2) static int __f(const char *fmt, ...)") == "__f"
    assert name("int __f(int a) __must_hold(x)") == "__f"
    assert name("static void (*f(int x))(int)") == "f"
    assert name('SEC("tc") int f(struct s *s)') == "f"
    assert name("SYSCALL_DEFINE1(close, unsigned int, fd)") == "SYSCALL_DEFINE1"
    assert name("struct foo") is None
    assert name("struct __aligned(8) foo") is None
    assert name("struct foo __attribute__((packed))") is None
    assert name("typedef struct foo") is None
    assert name("enum NAME(a, b)") is None
    assert name("int a[] =") is None


def test_a_macro_call_without_semicolon_is_an_item() -> None:
    assert spans("EXPORT_SYMBOL(f)\nint g;\nmodule_init(f)\n\nstatic int h;\nlate(f)\n#ifdef A\n#endif\n") == [
        *("EXPORT_SYMBOL(f)", "int g;", "module_init(f)", "static int h;", "late(f)"),
    ]
    assert items("BPF_CALL_1(f, int, x)\n{\n}\n") == [("function", "BPF_CALL_1")]
    assert spans("static CALL0(f)\nstatic CALL1(g, int, a)\n\nint h;\n") == [
        *("static CALL0(f)", "static CALL1(g, int, a)", "int h;"),
    ]
    assert items("static CALLBACK(f)\n\t__releases(c->lock)\n{\n}\n") == [("function", "CALLBACK")]
    assert items("TRACE_EVENT(f,\n\tTP_fast_assign(\n\t\ta = b;\n\t\tif (c) { d; }\n\t)\n);\nint x;") == [
        ("declaration", "f"),
        ("declaration", "x"),
    ]


def test_a_word_alone_is_an_item() -> None:
    assert spans("#define ONE(x) f(x)\nALL_OF_THEM\n#undef ONE\n\nint g(void)\n{\n}\n")[1] == "ALL_OF_THEM"
    assert spans("\nFIRST_ONES\nMORE_OF_THEM\n#undef ONE\n")[:2] == ["FIRST_ONES", "MORE_OF_THEM"]
    assert items("static\n\nint g(void)\n{\n}\n") == [("function", "g")]


def test_values_in_braces_are_no_body() -> None:
    assert items("machine(a) {\n\t.name = 1,\n};\n") == [("declaration", "a")]


def test_alternatives_open_one_brace() -> None:
    text = "int f(void)\n{\n#ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t}\n}\nint g(void)\n{\n}\n"
    assert items(text) == [("function", "f"), ("function", "g")]
    text = "#ifdef A\nint f(int a)\n{\n#else\nint f(void)\n{\n#endif\n}\nint g;\n"
    assert items(text) == [("function", "f"), ("declaration", "g")]


def test_a_condition_around_a_brace_and_later_its_partner() -> None:
    text = "int f(void)\n{\n#ifdef A\n\tif (a) {\n#endif\n\tg();\n#ifdef A\n\t}\n#endif\n}\nint g;\n"
    assert items(text) == [("function", "f"), ("declaration", "g")]


def test_what_is_never_compiled_is_left_out() -> None:
    text = '#if 0\nint a;\n#define B\n}}}\n#else\nint c;\n#endif\n#ifdef __cplusplus\nextern "C" {\n#endif\nint d;\n'
    assert items(text) == [("declaration", "c"), ("declaration", "d")]


def test_directives_within_an_item_are_items_too() -> None:
    text = "int f(void)\n{\n#define A 1\n\treturn A;\n}\n"
    assert items(text) == [("function", "f"), ("macro", "A")]


def test_extern_c_is_file_scope() -> None:
    assert items('extern "C" {\nint a;\nint f(void) { }\n}\n') == [("declaration", "a"), ("function", "f")]


def test_an_unbalanced_function_leaves_its_neighbours_alone() -> None:
    text = "int f(void)\n{\n\tif (x) {\n}\n\nint g(void)\n{\n}\n\nint k;\n"
    assert items(text) == [("function", "f"), ("function", "g"), ("declaration", "k")]
    text = "int f(void)\n{\n\t}\n}\n\nint g(void)\n{\n}\n"
    assert [item for item in items(text) if item[0] == "function"] == [("function", "f"), ("function", "g")]


def test_line_ends_and_last_line() -> None:
    assert items("int a;\r\nint f(void)\r\n{\r\n}\r\nint b") == [
        ("declaration", "a"),
        ("function", "f"),
        ("declaration", "b"),
    ]
    assert spans("int a;\r\n#define B 1 \\\r\n  2\r\n#undef C") == ["int a;", "#define B 1 \\\r\n  2", "#undef C"]


def test_nothing() -> None:
    assert items("") == []
    assert items("/* only */ ;;; \n") == []


def test_items_that_hold_a_word_and_the_item_around_a_place() -> None:
    text = "int a;\nint f(void)\n{\n#define A word /* note */\n\treturn A;\n}\n/* word */\nint word;\n"
    found = Source.read("x.c", text.encode()).items
    assert [item.name for item in found.holding(re.compile(rb"\bword\b"))] == ["f", "A", "word"]

    def around(part: str) -> str:
        item = found.around(text.index(part))
        return "" if item is None else item.name

    assert (around("int a"), around("return"), around("A word"), around("note")) == ("a", "f", "A", "f")
    assert (around("/* word"), around("word;")) == ("", "word")


def test_an_item_is_made_once() -> None:
    found = Source.read("x.c", b"int a;\nint b;\n").items
    assert found[1] is found[-1]
    assert [item.name for item in found[:1]] == ["a"]
    assert len(found) == 2


def test_a_structure_that_macros_open_and_close_ends_with_the_closing_one() -> None:
    text = 'MACHINE_START(X, "y (z)")\n\t.a = b,\n\t.c = d(e),\nMACHINE_END\nint f(void)\n{\n}\n'
    assert items(text) == [("declaration", "X"), ("function", "f")]
    assert spans(text)[0].endswith("MACHINE_END")


def test_an_initialiser_that_macros_open_and_close_ends_with_the_closing_one() -> None:
    text = "SEQUENCE(A) = {\n\tSIMPLE(A, b)\n} SEQUENCE_END(A)\n\nIMPLEMENT(A)\n\nint f(void)\n{\n}\n"
    assert items(text) == [("declaration", "A"), ("declaration", "A"), ("function", "f")]


def test_a_structure_behind_a_macro_call_is_no_function() -> None:
    text = 'SEC("data")\nstruct {\n\tint a;\n} g[3];\nSEC("x")\nint f(const void *p)\n{\n}\n'
    assert [kind for kind, _ in items(text)] == ["declaration", "function"]


def test_macro_calls_may_be_alternative_heads_of_one_function() -> None:
    heads = "#ifdef A\nDEFINE1(f, int, x)\n#elif B\nDEFINE1(f, long, x)\n#else\nDEFINE0(f)\n#endif\n"
    text = f"{heads}{{\n}}\n"
    assert items(text) == [("function", "DEFINE1")]
    assert items(f"{heads}int z;\n")[-1] == ("declaration", "z")
