"""Pattern trees, each as golden text."""

from __future__ import annotations

from textwrap import dedent

import pytest

from lazymmu_refactor.smpl.patch.rule import BodyForm
from tests.smpl.reading import rule, tree


def shown(text: str) -> str:
    return dedent(text).strip("\n")


def test_the_seed() -> None:
    found = tree("""
        @@
        @@
        {
        + lazy_mmu_state_t lazy_mmu_state;
        ...
        - arch_enter_lazy_mmu_mode();
        + lazy_mmu_state = arch_enter_lazy_mmu_mode();
        ...
        }
        """)
    assert found == shown("""
        statements
          block
            {
            + | lazy_mmu_state_t lazy_mmu_state;| statements
            ... (path)
            expression_statement
              expression: call
                function: - arch_enter_lazy_mmu_mode
                arguments: arguments
                  - (
                  - )
              semicolon: - ;
              + | lazy_mmu_state = arch_enter_lazy_mmu_mode();| statements
            ... (path)
            }
        """)


def test_a_function_with_a_nest_and_clauses() -> None:
    found = tree("""
        @r exists@
        identifier f;
        statement S;
        position p;
        @@
         static f(..., int x)
         {
          <+... when != foo()
                when any
          if (x@p) S
          ...+>
         }
        """)
    assert found == shown("""
        function
          specifiers: specifiers
            static
          declarator: function_type
            declarator: <f>
            parameters: parameters
              (
              ... (parameters)
              ,
              parameter
                specifiers: specifiers
                  int
                declarator: x
              )
          body: block
            {
            <+... ...+> (path)
              when !=
                call
                  function: foo
                  arguments: arguments
                    (
                    )
              when any
              statements
                if
                  if: if
                  open: (
                  condition: x@p
                  close: )
                  then: <S>
            }
        """)


def test_precedence() -> None:
    assert tree("@@ expression a, b, c; @@\n x = a || b + c * -a == (int)b\n") == shown("""
        assignment
          left: x
          operator: =
          right: binary
            left: <a>
            operator: ||
            right: binary
              left: binary
                left: <b>
                operator: +
                right: binary
                  left: <c>
                  operator: *
                  right: unary
                    operator: -
                    operand: <a>
              operator: ==
              right: cast
                open: (
                type: type_name
                  specifiers: specifiers
                    int
                close: )
                operand: <b>
        """)


def test_a_group_may_begin_a_statement() -> None:
    assert tree("@@ expression e; @@\n(\nfoo\n|\nbar\n)\n (e);\n") == shown("""
        statements
          expression_statement
            expression: call
              function: choice
                foo
                bar
              arguments: arguments
                (
                <e>
                )
            semicolon: ;
        """)


def test_branches_among_statements_are_sequences() -> None:
    assert tree("@@ @@\n(\n- a();\n|\n b();\n c();\n|\n)\n") == shown("""
        statements
          choice
            statements
              expression_statement
                expression: call
                  function: - a
                  arguments: arguments
                    - (
                    - )
                semicolon: - ;
            statements
              expression_statement
                expression: call
                  function: b
                  arguments: arguments
                    (
                    )
                semicolon: ;
              expression_statement
                expression: call
                  function: c
                  arguments: arguments
                    (
                    )
                semicolon: ;
            statements
        """)


def test_initialisers_and_groups_of_tags() -> None:
    assert tree("@@ identifier i; @@\n struct \\(a \\| b\\) i[] = { ..., { .x = 1, [2 ... 3] = 4 } };\n") == shown("""
        declaration
          specifiers: specifiers
            struct
              keyword: struct
              tag: choice
                a
                b
          declarators: declarators
            initialized
              declarator: array
                declarator: <i>
                open: [
                close: ]
              equals: =
              value: initializers
                {
                ... (initializers)
                ,
                initializers
                  {
                  designated
                    designators: designators
                      field_designator
                        dot: .
                        name: x
                    equals: =
                    value: 1
                  ,
                  designated
                    designators: designators
                      index_designator
                        open: [
                        index: range
                          low: 2
                          dots: ...
                          high: 3
                        close: ]
                    equals: =
                    value: 4
                  }
                }
          semicolon: ;
        """)


def test_attached_terms_are_named() -> None:
    found = tree("@@ expression e, x; statement S; position p; @@\n if (foo(x)@p@e) { ... }@S\n")
    assert "condition: named e\n" in found
    assert ")@p" in found
    assert "then: named S\n" in found


def test_a_name_on_an_operator_is_that_of_its_expression() -> None:
    assert "expression: named e\n      binary\n" in tree("@@ expression e, x; @@\n x + (x >@e 0)\n")


def test_formats_in_strings() -> None:
    found = tree('@@ format f; format list fs; @@\n p("a%@f@b%@fs@...")\n')
    assert '"a%<f>b<fs><...>"' in found


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (" a(x)", BodyForm.EXPRESSION),
        ("- a(x);", BodyForm.STATEMENTS),
        ("- int x;", BodyForm.TOP_LEVEL),
        ("- struct s { int a; };", BodyForm.TOP_LEVEL),
        ("- typedef int t;", BodyForm.TOP_LEVEL),
        ("- int f(int x);", BodyForm.TOP_LEVEL),
        (" f(...) { ... }", BodyForm.FUNCTION),
        (" int *f(void)\n {\n- a();\n }", BodyForm.FUNCTION),
        ("- #include <a.h>", BodyForm.DIRECTIVE),
        ("- #define A(x) b(x)", BodyForm.DIRECTIVE),
        ("- struct s *\n+ int", BodyForm.TYPE),
        (" unsigned int", BodyForm.TYPE),
        (" { .a = 1, ..., }", BodyForm.INITIALIZER),
        ("(\n- int x;\n|\n- long x;\n)", BodyForm.TOP_LEVEL),
        ("(\n- a(x)\n|\n- b\n)", BodyForm.EXPRESSION),
        ("(\n- a(x);\n|\n- b;\n)", BodyForm.STATEMENTS),
        (" a();\n ...\n b()", BodyForm.STATEMENTS),
        (" <+... a() ...+>", BodyForm.STATEMENTS),
        (" list_for_each(a, b) { ... }", BodyForm.FUNCTION),
    ],
)
def test_forms(body: str, form: BodyForm) -> None:
    assert rule(f"@@ @@\n{body}\n").form is form


def test_an_iterator_is_declared() -> None:
    assert tree("@@ iterator name each; @@\n each(x) { ... }\n").startswith("statements\n  iterator\n")
    assert tree("@@ iterator I; statement S; @@\n I(...) S\n").startswith("statements\n  iterator\n    name: <I>")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("x * y;", "declaration"),
        ("x * y", "binary"),
        ("foo_t a;", "declaration"),
        ("foo(a);", "call"),
        ("(foo_t)a", "cast"),
        ("(foo)(a)", "call"),
        ("sizeof(struct s)", "sizeof_type"),
        ("sizeof(s)", "sizeof_expression"),
        ("(struct s){ .a = 1 }", "compound_literal"),
        ("a ? b : c", "conditional"),
        ("({ a(); })", "statement_expression"),
        ("int (*f)(int, char *);", "grouped_declarator"),
        ("struct s { unsigned x : 3; };", "bit_field"),
        ("int a = 1, *b, c[3];", "declarators"),
        ("static int __init f(void);", "attribute"),
        ("int x __attribute__((unused)) = 3;", "attributes"),
        ("typeof(a) b;", "typeof"),
        ("enum e { A, B = 2, ... };", "enumerators"),
        ("l: foo();", "labeled"),
        ("switch (x) { case 1: a(); default: b(); }", "case"),
        ("do { ... } while (x);", "do"),
        ("for (int i = 0; ...; i++) { ... }", "for"),
        ("for (;;) foo();", "for"),
        ("goto out;", "goto"),
        ('asm volatile("nop" : : "r" (x));', "asm"),
        ('a("x" FOO "y");', "strings"),
        ("#pragma omp parallel", "pragma"),
        ("#undef A", "undef"),
        ("f(a, ...,\\( b \\| c \\))", "choice"),
        ("f(\\( a \\& b \\))", "both"),
        ("x || ...", "operands"),
        ("a[...]", "subscript"),
        ("a = ...;", "assignment"),
        ("sizeof(<+...E@p...+>)", "<+... ...+> (expression)"),
    ],
)
def test_c_constructs(code: str, kind: str) -> None:
    declarations = "expression E; position p;"
    assert kind in tree(f"@@ {declarations} @@\n {code}\n")
