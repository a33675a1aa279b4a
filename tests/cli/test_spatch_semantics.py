"""Options of spatch that change what a semantic patch means: here, and with spatch itself."""

import re
import subprocess
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from lazymmu_refactor.cli.spatch.main import run

NEIGHBOURS = "@@ @@\n  a();\n- b();\n"
LATER = "@@ @@\n  a();\n  ...\n- b();\n"
SOMEWHERE = "@ exists @ @@\n  a();\n  ...\n- b();\n"
BRANCHES = "@@ expression x; @@\n(\n  f(x)\n|\n- g\n+ h\n)\n"
CALLS = "@@ expression x; @@\n- f\n+ h\n  (x)\n"
EVERY = "@@ @@\n- b();\n"
UNDONE = "@r@ expression e; @@\n- b(e)\n+ a(e)\n@@ expression r.e; @@\n  c(e);\n+ /* c */\n+ d(e);\n"

JUMPS = """\
void f(int x)
{
	a();
	if (x)
		goto out;
	b(); // - x
	return;
out:
	c();
}
void g(int x)
{
	a();
	switch (x) {
	case 1:
		goto out;
	}
	b(); // x
	return;
out:
	c();
}
"""
EXITS = """\
void f(int x)
{
	while (x) {
		a();
		if (x)
			break;
		b(); // -
	}
}
void g(int x)
{
	a();
	if (x)
		return;
	b(); // - x
}
void h(int x)
{
	a();
	if (x)
		goto out;
	b(); // -
out:
	c();
}
"""
NAMES = """\
void f(void)
{
#ifdef A
	b(); // - x
#else
	b(); // -
#endif
#if A
	b(); // - x
#else
	b(); // -
#endif
#if defined(A)
	b(); // - x
#endif
}
#ifndef A
void g(void)
{
	b(); // -
}
#endif
"""
ABSENT = """\
void f(void)
{
	a();
#ifdef A
	c();
#endif
	b(); // x
	a();
#if A
	c();
#else
	b(); // x
#endif
}
"""
IN_A_ROW = """\
void f(void)
{
	a();
#ifdef A
	b(); // - x
#else
	b(); // -
#endif
}
void g(void)
{
	a();
#ifdef A
	b(); // x
#endif
}
"""
ZERO = """\
void f(void)
{
#if 0
	b(); // x
#else
	b(); // - x
#endif
}
"""

# Each line that a rule takes away tells in a comment when: "-" without the option, "x" with it.
CASES = {
    "--no-gotos": (LATER, JUMPS),
    "--only-return-is-error-exit": (LATER, EXITS),
    "--no-safe-expressions": (BRANCHES, "void q(void)\n{\n\tf(g); // x\n\tg(f(1)); // - x\n\tk(f(2), g); // - x\n}\n"),
    "--disallow-nested-exps": (CALLS, "void q(void)\n{\n\tf(1); // - x\n\tf(1 + // - x\n\t  f(2)); // -\n}\n"),
    "--allow-inconsistent-paths": (SOMEWHERE, "void f(int x)\n{\n\tif (x)\n\t\ta();\n\tb(); // x\n}\n"),
    "--defined A": (EVERY, NAMES),
    "--undefined A": (NEIGHBOURS, ABSENT),
    "--no-ifdef-to-if": (LATER, IN_A_ROW),
    "--noif0-passing": (EVERY, ZERO),
    "--reverse": (UNDONE, "void f(void)\n{\n\tb(1); // -\n\ta(2); // x\n\tc(2);\n\td(2); // x\n}\n"),
}


def changed(folder: Path, program: str, option: str) -> set[int]:
    """The lines of x.c that are taken away."""
    patch, code, result = (folder / name for name in ("p.cocci", "x.c", "out.c"))
    words = ["--very-quiet", "--no-show-diff", *option.split(), str(patch), str(code), "-o", str(result)]
    if program == "spatch":
        subprocess.run([program, *words], capture_output=True, check=False)
    else:
        run(words)
    before = code.read_text().splitlines()
    after = result.read_text().splitlines() if result.exists() else before
    result.unlink(missing_ok=True)
    edits = SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
    return {line + 1 for tag, start, end, *_ in edits if tag in ("delete", "replace") for line in range(start, end)}


@pytest.mark.parametrize("option", CASES)
@pytest.mark.parametrize("program", ["lazymmu-spatch", pytest.param("spatch", marks=pytest.mark.spatch)])
def test_what_changes_without_and_with_the_option(tmp_path: Path, program: str, option: str) -> None:
    patch, code = CASES[option]
    (tmp_path / "p.cocci").write_text(patch)
    (tmp_path / "x.c").write_text(re.sub(" // .*", "", code))
    said = [line.partition("// ")[2].split() for line in code.splitlines()]
    for sign, words in (("-", ""), ("x", option)):
        assert changed(tmp_path, program, words) == {number for number, each in enumerate(said, 1) if sign in each}
