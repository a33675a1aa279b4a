"""What each rule of the view does, why, and an example before and after."""

from __future__ import annotations

from lazymmu_refactor.text.record import record


@record(frozen=True, slots=True)
class RuleNote:
    """A rule by the name that its changes carry; ``before`` is an item and ``after`` its view, equally long."""

    name: str
    reason: str
    before: str
    after: str


RULES: tuple[RuleNote, ...] = (
    RuleNote(
        "attribute",
        "A declaration has one type and one name; a word or call beside them is a macro for an attribute.",
        "int __init f(char __user *p __free(kfree));",
        "int        f(char        *p              );",
    ),
    RuleNote(
        "macro_function",
        "A function written by a macro has no type: a storage word becomes one, each argument is shown as a parameter.",
        "static DEFINE_CALL2(open, const char *, path, 1) { }",
        "int    DEFINE_CALL2(open, const char *, path, _) { }",
    ),
    RuleNote(
        "wrapped_parameters",
        "The parameters of a prototype may be given to a macro, for compilers that know no prototypes.",
        "int f PARAMS((int a)), *g;",
        "int f       ( int a ), *g;",
    ),
    RuleNote(
        "implied_int",
        "Where there is no type it is int: a storage word becomes it.",
        "static count, *p;",
        "int    count, *p;",
    ),
    RuleNote(
        "lone_case",
        "A switch without braces is shown as a loop, in which the grammar allows a case as well.",
        "void f(int x) { switch (x) case 1: g(); }",
        "void f(int x) { while  (x) case 1: g(); }",
    ),
    RuleNote(
        "old_style",
        "Where the types of parameters stand behind their list, the grammar has no pointer before the function's name.",
        "char *f(a) char *a; { }",
        "char  f(a) char *a; { }",
    ),
    RuleNote(
        "macro_variable",
        "A variable written by a macro: storage words go, or stand in for the type where a value follows.",
        "static DEFINE_PER_CPU(struct task, idle);",
        "       DEFINE_PER_CPU(struct_task, idle);",
    ),
    RuleNote(
        "macro_structure",
        "A structure that a macro opens and another closes gets the braces that they stand for.",
        "MACHINE_START(X, Y)  .a = b, MACHINE_END",
        "int INE_START(X, Y)={.a = b, };         ",
    ),
    RuleNote(
        "field_macro",
        "A member written by a macro becomes a declarator with parameters.",
        "struct s { DECLARE_BITMAP(bits, 64); };",
        "struct s { int ARE_BITMAP(bits, _4); };",
    ),
    RuleNote(
        "enumerator_macro",
        "An enumerator written by a macro becomes a name.",
        "enum e { NAME(A), B };",
        "enum e { NAME_A_, B };",
    ),
    RuleNote(
        "iterator",
        "A call that a statement follows heads a loop or a guarded block.",
        "void f(void) { list_for_each_entry(p, &list, node) g(p); }",
        "void f(void) { while              (p, &list, node) g(p); }",
    ),
    RuleNote(
        "loop_end",
        "A macro behind a do block stands for the loop's while.",
        "void f(void) { do { g(t); } while_each_thread(p, t); }",
        "void f(void) { do { g(t); } while            (p, t); }",
    ),
    RuleNote(
        "block_macro",
        "A name before a block is taken away.",
        "void f(void) { forever { g(); } }",
        "void f(void) {         { g(); } }",
    ),
    RuleNote(
        "semicolon",
        "A statement or member that ends without a semicolon gets one in the white space behind it.",
        "void f(void) { FIRST(1)\n\tSECOND(2) }",
        "void f(void) { FIRST(1);\tSECOND(2);}",
    ),
    RuleNote(
        "missing_comma",
        "A macro in an initialiser may bring its own comma.",
        "int a[] = { FIRST SECOND };",
        "int a[] = { FIRST,SECOND };",
    ),
    RuleNote(
        "type_argument",
        "An argument that is a type, or words side by side, becomes one word.",
        "int x = min_t(unsigned int, a, b);",
        "int x = min_t(unsigned_int, a, b);",
    ),
    RuleNote(
        "statement_argument",
        "An argument may be a jump.",
        "void f(void) { CHECK(x, return -EINVAL); }",
        "void f(void) { CHECK(x,        -EINVAL); }",
    ),
    RuleNote(
        "empty_argument",
        "A macro's argument may be missing.",
        "int x = M(a, , b);",
        "int x = M(a,   b);",
    ),
    RuleNote(
        "designator_argument",
        "An argument may be a designated value.",
        "int x = M(.a = 1);",
        "int x = M( a = 1);",
    ),
    RuleNote(
        "operator_argument",
        "An argument may be an operator, or a number that is none.",
        "int x = M(a, <, 2k + b);",
        "int x = M(a, _, _k + b);",
    ),
    RuleNote(
        "brace_argument",
        "An argument may be an initialiser in braces.",
        "int x = M({ 1, 2 });",
        "int x = M(__1__2__);",
    ),
    RuleNote(
        "opaque_arguments",
        "Arguments with semicolons or colons of their own become one word.",
        "void f(void) { M(a = b; c = d); }",
        "void f(void) { M(a___b__c___d); }",
    ),
    RuleNote(
        "string_macro",
        "A call between strings becomes a name.",
        'char *s = "a" STR(x) "b";',
        'char *s = " " STR_x_ " ";',
    ),
    RuleNote(
        "unit",
        "A number and a macro that multiplies it become one word.",
        "int a[] = { 64 K };",
        "int a[] = { _4_K };",
    ),
    RuleNote(
        "adjacent_value",
        "A macro that goes on with an operator is taken away.",
        "void f(void) { int x = 0 REST(y); }",
        "void f(void) { int x = 0        ; }",
    ),
    RuleNote(
        "offsetof",
        "The grammar's own offsetof takes a single member.",
        "int x = offsetof(struct s, a.b);",
        "int x = offset_f(struct_s, a.b);",
    ),
    RuleNote(
        "typeof",
        "A type by an expression becomes a name: with a star behind it, it would be a product.",
        "void f(void) { typeof(*p) *x; }",
        "void f(void) { typeof__p_ *x; }",
    ),
    RuleNote(
        "cast",
        "A cast by a single name looks like a call or an operation; a keyword in its place does not.",
        "int x = (u32)-1;",
        "int x = (int)-1;",
    ),
    RuleNote(
        "grouped_pointer",
        "A name before a pointer in parentheses looks like a function that is called; a keyword does not.",
        "void f(void) { u8 (*x)[4]; }",
        "void f(void) { int(*x)[4]; }",
    ),
    RuleNote(
        "cast_operator",
        "Where no keyword is as short, and behind another cast, an operator that binds like a cast.",
        "int x = (u8)(y);",
        "int x = ~   (y);",
    ),
    RuleNote(
        "operand",
        "A name, call or element in parentheses before a sign looks like a cast; a number in its place does not.",
        "int x = (a) + b * c;",
        "int x = (0) + b * c;",
    ),
    RuleNote(
        "case_range",
        "The grammar has no ranges in case; the operator that binds least takes their place.",
        "void f(void) { switch (x) { case 1 ... 5: ; } }",
        "void f(void) { switch (x) { case 1 ||  5: ; } }",
    ),
    RuleNote(
        "bare_condition",
        "A macro may bring the parentheses of a condition.",
        "void f(void) { if after(a, b) g(); }",
        "void f(void) { if      (a, b) g(); }",
    ),
    RuleNote(
        "loop_head",
        "A macro may bring the three parts of a for.",
        "void f(void) { for (EACH(p, list)) g(p); }",
        "void f(void) { if  (EACH(p, list)) g(p); }",
    ),
    RuleNote(
        "computed_goto",
        "The grammar wants a name.",
        "void f(void) { goto *table[i]; }",
        "void f(void) { goto _table_i_; }",
    ),
    RuleNote(
        "asm",
        "Assembly is kept as tokens, whatever macros it is made of.",
        'void f(void) { asm volatile("nop" : : "r" (x)); }',
        'void f(void) { asm         (""               ); }',
    ),
    RuleNote(
        "paste",
        "In a macro's body pasted words are one word.",
        "#define NAME(a) f_ ## a()",
        "                f_____a()",
    ),
    RuleNote(
        "stringify",
        "In a macro's body a word made a string is the word.",
        "#define SHOW(a) puts(#a)",
        "                puts( a)",
    ),
    RuleNote(
        "dead_branch",
        "Code that is never compiled.",
        "int x =\n#if 0\n1\n#else\n2\n#endif\n;",
        "int x =\n     \n \n     \n2\n      \n;",
    ),
    RuleNote(
        "left_out_branch",
        "Where alternatives are no whole statements one of them is kept; other views of the item have the others.",
        "int x =\n#ifdef A\n1\n#else\n2\n#endif\n;",
        "int x =\n        \n1\n     \n \n      \n;",
    ),
    RuleNote(
        "name_macro",
        "A macro that makes a name becomes one.",
        "void NAME(2)(int x);",
        "void NAME_2_(int x);",
    ),
    RuleNote(
        "verbatim_macro",
        "A macro that stands for what it is given, or for nothing, is taken away from around what is no expression.",
        "int f(int a IF_X(, int b)) {\n#define IF_X(a) a\n}",
        "int f(int a      , int b ) {\n                 \n}",
    ),
    RuleNote(
        "bit_field",
        "The grammar takes a width behind the last of several members alone.",
        "struct s { int a : 1, b : 2; };",
        "struct s { int a    , b : 2; };",
    ),
    RuleNote(
        "empty_member",
        "A semicolon that ends no member is taken away.",
        "struct s { int a;; int b; };",
        "struct s { int a;  int b; };",
    ),
    RuleNote(
        "spelling",
        "GNU C's other spellings, names that the grammar takes for keywords, and alignof, which may have no type.",
        "void f(void) { __const int x = __alignof__(*p); }",
        "void f(void) { const   int x = sizeof     (*p); }",
    ),
    RuleNote(
        "type_macro",
        "A macro that gives a type becomes a name.",
        "void f(void) { ARRAY(struct s, 4) x; }",
        "void f(void) { ARRAY_struct_s__4_ x; }",
    ),
)
