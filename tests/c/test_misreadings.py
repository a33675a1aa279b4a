"""Code that the grammar alone reads without an error, and wrongly: one test for each class."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.syntax.node import Kind, Node, tokens, walk


def kinds(code: str, macros: MacroKnowledge | None = None) -> Iterator[tuple[Kind, str]]:
    """The nodes of the code, each with its text."""
    source = Source.read("x.c", code.encode())
    for item in source.items:
        root = parse_item(source, item, macros or MacroKnowledge()).root
        assert root is not None
        for node in walk(root):
            if isinstance(node, Node):
                yield node.kind, " ".join(token.text for token in tokens(node))


def body(statement: str) -> list[tuple[Kind, str]]:
    """The nodes of a statement in a function."""
    return list(kinds(f"void f(void)\n{{\n\t{statement}\n}}\n"))


@pytest.mark.parametrize(
    ("statement", "cast"),
    [
        ("x = (__le32)(y);", "( __le32 ) ( y )"),
        ("x = (u8)(y >> 3);", "( u8 ) ( y >> 3 )"),
        ("x = (u64)-1;", "( u64 ) - 1"),
        ("x = (u8)-1;", "( u8 ) - 1"),
        ("x = (foo_t)&y;", "( foo_t ) & y"),
        ("x = (u32)*p;", "( u32 ) * p"),
        ("x = (size_t)+y;", "( size_t ) + y"),
        ("x = (char *)(long)(y);", "( long ) ( y )"),
        ("x = (struct s *)(void *)(unsigned long)(y);", "( unsigned long ) ( y )"),
        ("x = (u8)(int)(y);", "( u8 ) ( int ) ( y )"),
        ("x = (typeof(y))(z);", "( typeof ( y ) ) ( z )"),
        ("x = (typeof(y))z;", "( typeof ( y ) ) z"),
        ("x = (u64)(u32)-y;", "( u32 ) - y"),
        ("x = (__force u32)(y);", "( __force u32 ) ( y )"),
        ("x = (u64)(__force u32)(y);", "( __force u32 ) ( y )"),
        ("x = (foo_t (*)(int))(y);", "( foo_t ( * ) ( int ) ) ( y )"),
        ("if (x)\n\t\t(void)(y);", "( void ) ( y )"),
        ("bits a; x = (bits)(y);", "( bits ) ( y )"),
        ("x = (bits)-y; z = (bits *)y;", "( bits ) - y"),
    ],
)
def test_casts_are_no_calls_and_no_operations(statement: str, cast: str) -> None:
    found = body(statement)
    assert (Kind.CAST, cast) in found
    assert not any(kind in (Kind.BINARY, Kind.CALL) and text == cast for kind, text in found)


@pytest.mark.parametrize(
    "statement", ["x = (f(y)) && z;", "x = (length) % 4;", "x = (a) - 1;", "x = (g)(y);", "(size_t)--;"]
)
def test_what_is_no_cast(statement: str) -> None:
    assert not any(kind is Kind.CAST for kind, _ in body(statement))


@pytest.mark.parametrize(
    ("expression", "left"),
    [
        ("(a) + b * c", "( a )"),
        ("(a) && b == c", "( a )"),
        ("(f(x)) && y == z", "( f ( x ) )"),
        ("(x[i]) - y * z", "( x [ i ] )"),
        ("(f(x)[i]) & y << z", "( f ( x ) [ i ] )"),
        ("(int)(a) - b * c", "( int ) ( a )"),
        ("f(x)(a) - b * c", "f ( x ) ( a )"),
        ("-(a) + b * c", "- ( a )"),
    ],
)
def test_an_operand_in_parentheses_is_no_cast(expression: str, left: str) -> None:
    source = Source.read("x.c", f"int f(void)\n{{\n\treturn {expression};\n}}\n".encode())
    root = parse_item(source, source.items[0], MacroKnowledge()).root
    assert root is not None
    found = next(node for node in walk(root) if isinstance(node, Node) and node.kind is Kind.BINARY)
    operand = found.part("left")
    assert operand is not None
    assert " ".join(token.text for token in tokens(operand)) == left


@pytest.mark.parametrize("statement", ["each_process(p) {\n\t\tg(p);\n\t}", "each_process(p)\n\t\tg(p);"])
def test_an_iterator_with_one_argument_is_no_function_and_no_declaration(statement: str) -> None:
    found = body(statement)
    assert any(kind is Kind.ITERATOR for kind, _ in found)
    assert sum(kind is Kind.FUNCTION for kind, _ in found) == 1
    assert not any(kind is Kind.DECLARATION for kind, _ in found)


@pytest.mark.parametrize(
    ("statement", "declared"),
    [
        ("unsigned long __user *p;", "* p"),
        ("typeof(*x) *p;", "* p"),
        ("typeof(x) *p = g(x);", "* p"),
        ("foo_t (*g)(int, long);", "( * g ) ( int , long )"),
        ("u8 (*g)[4];", "( * g ) [ 4 ]"),
        ("__u8 __user (*g)[SIZE];", "( * g ) [ SIZE ]"),
        ("GENRADIX(struct s) g;", "g"),
        ("GENRADIX(struct s, 4) g;", "g"),
        ("ELF(Shdr) *g = h;", "* g"),
        ("IF_WIDE(long) int g = 0;", "g"),
        ("CLEANUP(f) foo_t g = h();", "g"),
        ("CLEANUP(f) foo *g = h(), *i;", "* g"),
        ("CLEANUP(f) odd_ foo *g = h();", "* g"),
        ("odd_ CLEANUP(f) const char *g = h();", "* g"),
        ("odd_ CLEANUP(f) foo g = h();", "g"),
        ("AUTO(foo) g = h();", "g"),
        ("AUTO(foo) g;", "g"),
        ("const foo *f(void); AUTO(foo) g = h();", "g"),
        ("int i; AUTO(i) g = { 1 };", "g"),
        ("status_t (__api *g)(void *, u64);", "( __api * g ) ( void * , u64 )"),
        ("struct s *g __free(kfree) = h();", "* g"),
        ('u32 g SEC("version") = 3;', "g"),
        ('struct s { int a; } g SEC(".maps");', "g"),
    ],
)
def test_declarations(statement: str, declared: str) -> None:
    found = body(statement)
    assert any(kind is Kind.DECLARATION for kind, _ in found)
    assert not any(kind in (Kind.EXPRESSION_STATEMENT, Kind.BINARY) for kind, _ in found)
    pieces = (Kind.POINTER, Kind.FUNCTION_TYPE, Kind.ARRAY, Kind.INITIALIZED, Kind.DECLARATORS)
    assert any(text.startswith(declared) for kind, text in found if kind in pieces)


def test_a_macro_that_pastes_a_name_gives_a_type() -> None:
    code = "#define ELF(t) Elf64_ ## t\nstatic ELF(Addr) f(void)\n{\n\tELF(Addr) x = 1;\n}\n"
    found = list(kinds(code))
    assert (Kind.DECLARATION, "ELF ( Addr ) x = 1 ;") in found
    assert (Kind.SPECIFIERS, "static ELF ( Addr )") in found
    assert not any(kind in (Kind.ITERATOR, Kind.ATTRIBUTE) for kind, _ in found)


def test_what_is_used_elsewhere_is_no_type() -> None:
    found = body("int i; AUTO(i) g = h();")
    assert any(kind is Kind.ITERATOR for kind, _ in found)


def test_a_macro_may_bring_a_comma() -> None:
    calls = body("f(p->x ARGUMENTS); f(a[0] ARGUMENTS); f((T) VALUE);")
    arguments = [text for kind, text in calls if kind in (Kind.FIELD_ACCESS, Kind.SUBSCRIPT, Kind.CAST)]
    assert arguments == ["p -> x", "a [ 0 ]", "( T ) VALUE"]


def test_calls_in_a_row_of_strings() -> None:
    found = body('f("a" X("b") Y Z("c"), X("d") "e");')
    assert [text for kind, text in found if kind is Kind.STRINGS] == ['"a" X ( "b" ) Y Z ( "c" )', 'X ( "d" ) "e"']


def test_a_macro_may_bring_a_condition() -> None:
    found = list(kinds("#define LOUD if (loud)\nvoid f(void)\n{\n\tLOUD g(a);\n}\n"))
    assert (Kind.CALL, "g ( a )") in found
    assert not any(kind is Kind.DECLARATION for kind, _ in found)


IF_X = "#ifdef X\n#define IF_X(...) __VA_ARGS__\n#else\n#define IF_X(...)\n#endif\n"


@pytest.mark.parametrize(
    ("statement", "kind", "read"),
    [
        ("f(a IF_X(, b));", Kind.ARGUMENTS, "( a , b )"),
        ("if (a IF_X(&& b)) c();", Kind.BINARY, "a && b"),
        ("if (IF_X(a ||) !b) c();", Kind.BINARY, "a || ! b"),
        ("x = 0 IF_X( + y);", Kind.BINARY, "0 + y"),
        ("IF_X(x =) f();", Kind.ASSIGNMENT, "x = f ( )"),
        ("IF_X(int x = 0;)", Kind.DECLARATION, "int x = 0 ;"),
        ("IF_X(if (x) y();)", Kind.IF, "if ( x ) y ( ) ;"),
        ("int f IF_X((int a));", Kind.FUNCTION_TYPE, "f ( int a )"),
        ("f(a IF_X(, b IF_X(, c)));", Kind.ARGUMENTS, "( a , b , c )"),
        ("x = IF_X(y);", Kind.CALL, "IF_X ( y )"),
        ("EVENT(a, IF_X(b;));", Kind.CALL, "IF_X ( b ; )"),
        ('f("a" IF_X("b"));', Kind.CALL, 'IF_X ( "b" )'),
    ],
)
def test_a_macro_that_stands_for_its_arguments_or_for_nothing(statement: str, kind: Kind, read: str) -> None:
    assert (kind, read) in list(kinds(f"{IF_X}void g(void)\n{{\n\t{statement}\n}}\n"))


@pytest.mark.parametrize(
    ("statement", "kind", "read"),
    [
        ("f(a IF_X(, b));", Kind.ARGUMENTS, "( a , b )"),
        ("x = 0 IF_X(+ y);", Kind.BINARY, "0 + y"),
        ("x = IF_X(a ? b :) c;", Kind.CONDITIONAL, "a ? b : c"),
        ("IF_X(, b);", Kind.CALL, "IF_X ( , b )"),
        ("IF_X(+, b);", Kind.CALL, "IF_X ( + , b )"),
    ],
)
def test_what_can_be_no_call_stands_for_its_arguments(statement: str, kind: Kind, read: str) -> None:
    assert (kind, read) in body(statement)


def test_what_alone_stands_before_a_function_s_name_is_its_type() -> None:
    for head in ("static inline ELF(Addr) *f", "ELF(Addr) f"):
        found = list(kinds(f"{head}(const ELF(Sym) *a, ELF(Addr) b)\n{{\n}}\n"))
        specifiers = [text for kind, text in found if kind is Kind.SPECIFIERS]
        assert specifiers[0] == head[: head.index(")") + 1].replace("(", " ( ").replace(")", " )")
        assert {"const ELF ( Sym )", "ELF ( Addr )"} <= set(specifiers)
        assert not any(kind is Kind.ATTRIBUTE for kind, _ in found)


def test_macros_that_declare() -> None:
    assert any(kind is Kind.MACRO_DECLARATION for kind, _ in kinds("static DEFINE_X(name);\n"))
    assert any(kind is Kind.MACRO_DECLARATION for kind, _ in kinds("DEFINE_X(name, 1);\n"))
    assert any(kind is Kind.MACRO_DECLARATION for kind, _ in body("static DEFINE_X(name);"))


def test_a_structure_that_macros_open_and_close() -> None:
    found = list(kinds('MACHINE_START(X, "y")\n\t.a = b,\n\t.c = d(e),\nMACHINE_END\n'))
    assert found[0][0] is Kind.MACRO_DECLARATION
    assert [text for kind, text in found if kind is Kind.DESIGNATED] == [". a = b", ". c = d ( e )"]
    assert (Kind.CALL, "d ( e )") in found


def test_an_attribute_before_a_tag_makes_no_function() -> None:
    found = list(kinds("struct __packed foo {\n\tint a;\n};\n"))
    assert any(kind is Kind.STRUCT for kind, _ in found)
    assert not any(kind is Kind.FUNCTION for kind, _ in found)


def test_the_name_is_declared_and_the_attribute_is_not() -> None:
    macros = MacroKnowledge.of_names(attributes=["__odd"])
    found = [text for kind, text in kinds("static bool __x __odd = true;\n", macros) if kind is Kind.ATTRIBUTE]
    assert found == ["__odd"]


@pytest.mark.parametrize("rest", ["DEFINE_X(x);", "DEFINE_X(x) = 1;", "f(int x) { }"])
def test_an_attribute_before_a_macro_that_declares_is_no_type(rest: str) -> None:
    macros = MacroKnowledge.of_names(attributes=["__odd"])
    assert (Kind.ATTRIBUTE, "__odd") in kinds(f"static __odd {rest}", macros)


def test_a_call_with_a_type_among_its_arguments_is_no_type() -> None:
    found = body("f(g(a * sizeof(struct s), B));")
    assert (Kind.CALL, "f ( g ( a * sizeof ( struct s ) , B ) )") in found


def test_types_as_arguments() -> None:
    found = body("x = same(typeof(a), typeof(&(b)[0]));")
    assert [text for kind, text in found if kind is Kind.TYPE_NAME] == ["typeof ( a )", "typeof ( & ( b ) [ 0 ] )"]


@pytest.mark.parametrize(
    ("argument", "parts"),
    [
        ("struct s __user *", [(Kind.STRUCT, "struct s"), (Kind.ATTRIBUTE, "__user"), (Kind.POINTER, "*")]),
        ("unsigned long __user *", [(Kind.ATTRIBUTE, "__user"), (Kind.POINTER, "*")]),
        ("const foo_t __odd * const *", [(Kind.ATTRIBUTE, "__odd"), (Kind.POINTER, "* const *"), (Kind.POINTER, "*")]),
        ("enum e", [(Kind.ENUM, "enum e")]),
    ],
)
def test_attributes_in_types_as_arguments(argument: str, parts: list[tuple[Kind, str]]) -> None:
    found = body(f"x = access({argument}, y);")
    assert (Kind.TYPE_NAME, argument) in found
    assert [each for each in found if each[0] in (Kind.STRUCT, Kind.ENUM, Kind.ATTRIBUTE, Kind.POINTER)] == parts


def test_words_before_a_name_are_no_type() -> None:
    found = body("x = trace(struct s *p, int y);")
    assert not any(kind is Kind.TYPE_NAME for kind, _ in found)


def test_a_statement_without_semicolon_is_no_factor() -> None:
    found = body("LOG(f(x);)\n\t*p = 0;")
    assert not any(kind is Kind.BINARY for kind, _ in found)
    assert (Kind.EXPRESSION_STATEMENT, "* p = 0 ;") in found


def test_alignof_of_an_expression() -> None:
    assert (Kind.SIZEOF_EXPRESSION, "__alignof__ * p -> q") in body("x = __alignof__ *p->q > 4;")
    assert (Kind.SIZEOF_TYPE, "__alignof__ ( struct s )") in body("x = __alignof__(struct s);")


def test_sizeof_of_a_type() -> None:
    assert (Kind.SIZEOF_TYPE, "sizeof ( u8 [ 4 ] [ 2 ] )") in body("x = sizeof(u8[4][2]) * 2;")
    assert (Kind.SIZEOF_EXPRESSION, "sizeof ( x [ 4 ] )") in body("y = sizeof(x[4]);")
    assert (Kind.SIZEOF_TYPE, "sizeof ( foo_t )") in body("x = sizeof (foo_t) * n;")
    assert any(kind is Kind.BINARY for kind, _ in body("x = sizeof (foo_t) - 1;"))
