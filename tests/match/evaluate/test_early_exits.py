"""What forgives a path that leaves early: ``foo(); ... - c();`` over one shape of code after another."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.match.along import changed_lines, spatch_lines

MODES = {
    "forall": "@@ @@\n foo();\n ...\n- c();\n",
    "strict": "@@ @@\n foo();\n ... when strict\n- c();\n",
    "exists": "@r exists@ @@\n foo();\n ...\n- c();\n",
    "any": "@@ @@\n foo();\n ... when any\n- c();\n",
}
# What follows `foo();`, one piece to a line, and how many of the c() go in each of the modes.
SHAPES = [
    ("c();", (1, 1, 1, 1)),
    ("{|c();|}", (1, 1, 1, 1)),
    ("l:|c();", (1, 1, 1, 1)),
    ("if (a) exit(1);|c();", (1, 1, 1, 1)),
    ("if (a) return 1;|c();", (1, 0, 1, 1)),
    ("if (a) { return 1; } else { x(); }|c();", (1, 0, 1, 1)),
    ("if (a) { if (b) return 1; else return 2; }|c();", (1, 0, 1, 1)),
    ("if (a) { x(); } else return 1;|c();", (0, 0, 1, 0)),
    ("if (a) return 1; else return 2;|c();", (0, 0, 0, 0)),
    ("switch (a) { case 1: return 1; }|c();", (0, 0, 1, 0)),
    ("while (a) return 1;|c();", (0, 0, 1, 0)),
    ("while (a) { if (b) return 1; }|c();", (1, 0, 1, 1)),
    ("if (a) goto out;|c();|out: return 0;", (1, 0, 1, 1)),
    ("if (a) { x(); goto out; }|c();|return 0;|out:|c();", (2, 2, 2, 2)),
    ("l: if (a) goto l;|c();", (1, 1, 1, 1)),
    ("while (a) { if (b) continue; x(); }|c();", (1, 1, 1, 1)),
    ("while (1) { if (b) break; }|c();", (1, 1, 1, 1)),
    ("for (;;) { x(); }|c();", (1, 1, 1, 1)),
    ("while (a) {|c();|}", (0, 0, 1, 0)),
    ("while (a) { if (b) break;|c();|}", (0, 0, 1, 0)),
    ("do {|c();|} while (a);", (1, 1, 1, 1)),
    ("do { if (b) break;|c();|} while (a);", (1, 0, 1, 1)),
    ("if (a)|c();|else|c();", (2, 2, 2, 2)),
    ("if (a)|c();|c();", (2, 2, 2, 2)),
    ("if (a)|c();", (0, 0, 1, 0)),
    ("c();|c();", (1, 1, 1, 2)),
    ("foo();|c();", (1, 1, 1, 1)),
    ("while (a) { foo(); }|c();", (0, 0, 1, 1)),
    ("x();", (0, 0, 0, 0)),
    # what the excuse looks at: every path of the then-branch ends in a jump, whatever it passes
    ("if (a) { foo(); return 1; }|c();", (1, 0, 1, 1)),
    ("if (a) { while (b) return 1; }|c();", (0, 0, 1, 0)),
    ("if (a) { while (b) y(); return 1; }|c();", (1, 0, 1, 1)),
    ("if (a) { while (b) { y(); break; } return 1; }|c();", (1, 0, 1, 1)),
    ("if (a) {|c();|return 1; }|y();", (0, 0, 1, 0)),
    ("if (a) { if (b)|c();|return 1; }|c();", (0, 0, 2, 0)),
    # a loop that cannot be left is a path that fails; one in an early branch is excused like any other
    ("if (a) {|c();|} else { l: x(); goto l; }", (0, 0, 1, 0)),
    ("if (a) { l: x(); goto l; }|c();", (1, 0, 1, 1)),
    ("if (a) { l: if (b) goto m; goto l; }|m:|c();", (1, 1, 1, 1)),
]


def code(shape: str) -> str:
    return "int f(int a, int b)\n{\n\tfoo();\n\t" + shape.replace("|", "\n\t") + "\n}\n"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("shape", "counts"), SHAPES, ids=[shape for shape, _ in SHAPES])
def test_as_many_calls_go(shape: str, counts: tuple[int, int, int, int], mode: str) -> None:
    assert len(changed_lines(MODES[mode], code(shape))) == dict(zip(MODES, counts, strict=True))[mode]


@pytest.mark.spatch
@pytest.mark.parametrize("mode", MODES)
def test_spatch_changes_as_many(mode: str, tmp_path: Path) -> None:
    """All shapes at once, each a function of its own: of two equal lines a diff may take away either."""
    whole = "".join(code(shape) for shape, _ in SHAPES)
    changed = spatch_lines(tmp_path, MODES[mode], whole)
    assert changed is not None
    first, counts = 1, []
    for shape, _ in SHAPES:
        end = first + code(shape).count("\n")
        counts.append((shape, len(changed & set(range(first, end)))))
        first = end
    assert counts == [(shape, expected[list(MODES).index(mode)]) for shape, expected in SHAPES]
