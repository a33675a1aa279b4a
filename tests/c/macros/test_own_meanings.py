"""What is learned of macros and typedefs, from a file and from a tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN, MacroKnowledge, Meaning
from lazymmu_refactor.c.macros.own_meanings import own_meanings
from lazymmu_refactor.c.view import make_view
from lazymmu_refactor.text.record import fields


def flags(meaning: Meaning) -> str:
    return " ".join(field.name for field in fields(meaning) if getattr(meaning, field.name))


def learned(code: str) -> dict[str, str]:
    return {name: flags(meaning) for name, meaning in own_meanings(code.encode()).items()}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('#define A __attribute__((section(".x")))', "attribute"),
        ("#define A", "attribute"),
        ("#define A inline __attribute__((unused))", "attribute"),
        ("#define A /* nothing */", "attribute"),
        ("#ifndef A\n#define A\n#endif", None),
        ("#define B 1\n#ifndef A\n#define A\n#endif", "attribute"),
        ("#define A 0x12", None),
        ("#define A foo", ""),
        ("#define A(p, h) for (p = (h)->first; p; p = p->next)", "iterator changes"),
        ("#define A(x) \\\n\tif (!good(x)) { } \\\n\telse", "iterator once"),
        ("#define A(x) if (!good(x)) do_without(x); else", "iterator once"),
        ("#define A(x) if (x) if (y) z(); else", "iterator once keeps"),
        ("#define A(x) switch (x)", "iterator once keeps"),
        ("#define A(x) while (x)", "iterator keeps"),
        ("#define A(l) for (int i = (lock(l), 0); !i; unlock(l), i = 1)", "iterator once"),
        ("#define A(l) for (int i = (lock(l), 0); !i; unlock(l), i++)", "iterator once"),
        ("#define A(l) for (int i = (lock(l), 0); i < 4; unlock(l), i++)", "iterator"),
        ("#define A(n, a...) for (T(n)(a), *d = NULL; ok(&s) && !d; d = (void *)1)", "iterator once"),
        ("#define A(w) for ((w) = get(); (w); put(w), (w) = NULL)", "iterator once changes"),
        ("#define A(w) for ((w) = get(); (w); (w) = next(w))", "iterator changes"),
        ("#define A(w) for (go = true; go || more(w); go = false)", "iterator"),
        ("#define A(x) for (go = true; go; go = false) if (!good(x)) fail(); else", "iterator once"),
        ("#define A(x) for (; more(); ({ goto out; })) if (0) { out: break; } else", "iterator once keeps"),
        ("#define A(x) for (; more(); ({ goto out; })) if (0) { out: next(); } else", "iterator keeps"),
        ("#define A(x) while (more(x)) { step(); }", "ends"),
        ("#define A(x) ({ f(); v = x })", "keeps"),
        ("#define A(x) ({ long v; struct s t = { 1 }; v = likely(!!(x)); use(v); v; })", "truth keeps"),
        ("#define A(x) for (;;) ;", "ends keeps"),
        ("#define A unsigned long", "type"),
        ("#define A const struct s *", "type"),
        ("#define A const", "attribute"),
        ("typedef unsigned long A;", "type"),
        ("typedef int (*A)(int);", "type"),
        ("typedef struct { int a; } A;", "type"),
        ("typedef char A[8];", "type"),
        ("typedef struct { union { int a; } b; /* } */ } A;", "type"),
        ("typedef struct { int a; } B, *A;", "type"),
        ("typedef int A(struct s *s, int n);", "type"),
        ("typedef void (A)(int, int);", "type"),
        ("typedef int (*const A)(int);", "type"),
        ("typedef u64 __attribute__((aligned(4))) A;", "type"),
        ("typedef u64 A __aligned(4);", "type"),
        ("typedef enum { B = 1, C } __packed A;", "type"),
        ("#define B\n#define A volatile int B *", "type"),
        ("#define A(x) B_ ## x", "type"),
        ("#define A(n) union { int a; char b[n]; }", "type keeps"),
        ("#define A if (x)", "iterator once"),
        ("#define A(x) x", "truth keeps verbatim"),
        ("#define A(x...) x", "truth keeps verbatim"),
        ("#define A(...) __VA_ARGS__\n#undef A\n#define A(...)", "attribute keeps verbatim"),
        ("#define A(x) x\n#undef A\n#define A(x) f(x)", ""),
        ("#define B(x, y) x##y\n#define A(x) B(C, x)", "type"),
        ("#define A(p, \\\n\t  h) for (;;)", "iterator keeps"),
        ("#define A(p, \\\r\n\t  h) for (;;)", "iterator keeps"),
        ("#define A(x) do { if (x) return -1; } while (0)", "leaves keeps"),
        ('#define A(x) puts("return")', "keeps"),
        ("#define A(x) goto x", "leaves keeps"),
        ("#define A(x) static int x(void) { return 1; }", "ends keeps"),
        ("#define A { int saved = save();", "ends"),
        ("#define B restore(saved); }\n#define A B", "ends"),
        ("#define B restore(saved); }\n#define A(x) x; B", "ends keeps"),
        ("#define A(x) __builtin_expect(!!(x), 0)", "truth keeps"),
        ("#define A(x) (!(x))", "keeps"),
        ("#define A(x) ({ int v = !!(x); if (unlikely(v)) warn(); unlikely(v); })", "truth keeps"),
        ("#define A(x) ({ int v = !!(x); v = 0; v; })", "keeps"),
        ("#define A(x) ((x) = next())", "changes"),
        ("#define A(x) (x)++", "changes"),
        ("#define A(x) get(&(x))", "changes"),
        ("#define A(x) (y & (x))", "keeps"),
        ("#define A(x) get(x)", ""),
        ("#define A(x) get((x))", ""),
        ("#define A(x) get(x + 1)", "keeps"),
        ("#define A(x) sizeof(x)", "keeps"),
        ("#define A(...) get(__VA_ARGS__)", ""),
        ('#define A(x) asm("" : "+r" (x))', ""),
    ],
)
def test_what_a_definition_means(code: str, expected: str | None) -> None:
    assert learned(code + "\n").get("A") == expected


def test_macros_that_stand_for_macros_mean_the_same() -> None:
    code = """
#define INIT __attribute__((cold))
#define MINE INIT inline
#define each(p) for (p = 0; p; p++)
#define EACH(p) each(p) if (p)
#define CHECK(x) if (x) return
#define CHECKS(x) do { CHECK(x); CHECK(!x); } while (0)
#define odd(x) unlikely(x)
#define ODD(x) (odd(!!(x)))
typedef int number;
#define NUMBER number
"""
    found = learned(code)
    assert (found["MINE"], found["EACH"], found["CHECKS"]) == ("attribute", "iterator changes", "leaves keeps")
    assert (found["ODD"], found["NUMBER"]) == ("truth keeps", "type")


def test_parameters_are_no_macros() -> None:
    assert learned("#define X return\n#define A(X) (1 << (X))\n")["A"] == "keeps"


def test_of_several_definitions_most_decide() -> None:
    definitions = ["#define A\n", "#define A __attribute__((x))\n", "#define A(x) get(x)\n"]
    assert learned("".join(definitions))["A"] == "attribute"
    assert learned("".join([*definitions, definitions[2], definitions[2]]))["A"] == ""


def test_the_nearest_definition_counts() -> None:
    tree = MacroKnowledge.of_names(iterators=["each"])
    own = Source.read("x.c", b"#define each(x) get(x)\n#define likely(x) other(x)\n")
    assert not own.knowledge(tree).of("each").iterator
    assert not own.knowledge(NOTHING_KNOWN).of("likely").truth
    assert own.knowledge(tree).of("unlikely").truth
    assert own.knowledge(own.knowledge(tree)).meanings is tree.meanings


def test_a_view_uses_what_the_file_says() -> None:
    code = b"#define odd __attribute__((cold))\nint f(struct s *odd p);\n"
    source = Source.read("x.c", code)
    assert b"odd" not in make_view(source, source.items[1], NOTHING_KNOWN).data


@given(
    st.lists(
        st.sampled_from(
            [*"(){};,=&#x", "if ", "for", "else ", "return ", "A(", "++", "typedef ", "int ", "({", "})", "v", ":"]
        )
    )
)
def test_no_body_raises(parts: list[str]) -> None:
    learned(f"#define A(x) {''.join(parts)}\n#define B {''.join(parts)}\n{''.join(parts)};\n")
