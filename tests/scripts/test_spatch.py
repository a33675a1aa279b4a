"""The same scripts through spatch: output line by line."""

import subprocess
from pathlib import Path

import pytest

from tests.scripts.running import printed

pytestmark = pytest.mark.spatch

CODE = """\
#define TWICE bar(77)
int g = bar(3);
int zeta(int x, char *y)
{
	int q = 4;

	if (x) { bar(1); return 2; } else while (x) bar ( x+1 ) ;
	bar(1);
	for (x = 0; x < 2; x++) { bar(p->a); }
	bar(&x);
	do { bar(-1); } while (x); // one
	/* two */ if /* three */ (/* four */ x /* five */ && /* six */ y) /* seven */ bar(2); /* eight */
	bar((struct s){ .a = 1 });
	bar(sizeof(int));
	return 0;
}
static void alpha(struct s *p)
{
	bar(1);
	bar(f(p, 2));
}
"""
EXPRESSIONS = "@r exists@\nexpression e;\nposition p;\n@@\nbar@p(e)\n\n"
PLACE = "l = p[0]\nprint(e, l.current_element, l.line, l.column, l.column_end)"
EXTENT = """\
l = p[0]
if l.current_element in ('alpha', 'zeta', 'g'):
    print(l.current_element_line, l.current_element_column, l.current_element_line_end, l.current_element_column_end)"""
BRANCHES = "@r@\nexpression x;\nstatement S1, S2;\n@@\nif (x) S1 else S2\n\n"
COMMENTED = "@r@\ncomments c, d;\nexpression x;\nstatement S;\n@@\nif@c (x@d) S\n\n"
EACH = "for each in (*c, *d):\n    print(repr(each.before), repr(each.middle), repr(each.after))"
LOCALS = "@r@\ndeclaration D;\nidentifier f;\n@@\nf(...) { ... D ... }\n\n"
FUNCTIONS = "@r@\nidentifier f;\nparameter list ps;\ntype T;\n@@\nT f(ps) { ... }\n\n"
CASES = {
    "values alone": (EXPRESSIONS, "e << r.e;", "print(repr(e))"),
    "values and places": (EXPRESSIONS, "e << r.e;\np << r.p;", PLACE),
    "places alone": (EXPRESSIONS, "p << r.p;", 'coccilib.report.print_report(p[0], "x")'),
    "extent of the element": (EXPRESSIONS, "p << r.p;", EXTENT),
    "whole statements": (BRANCHES, "S1 << r.S1;\nS2 << r.S2;", "print(repr(S1), repr(S2))"),
    "comments around code": (COMMENTED, "c << r.c;\nd << r.d;", EACH),
    "declarations": (LOCALS, "D << r.D;", "print(repr(D))"),
    "parameters": (FUNCTIONS, "f << r.f;\nps << r.ps;\nT << r.T;", "print(f, repr(str(ps)), ps.elements, repr(T))"),
    "comments": (EXPRESSIONS, "e << r.e;", "// no code\nprint('//', e) // nor this"),
}


@pytest.mark.parametrize("name", CASES)
def test_output_is_that_of_spatch(name: str, tmp_path: Path) -> None:
    rule, header, body = CASES[name]
    patch = f"{rule}@script:python s@\n{header}\n@@\n{body}\n"
    (tmp_path / "x.cocci").write_text(patch)
    (tmp_path / "x.c").write_text(CODE)
    command = ["spatch", "--very-quiet", "--sp-file", "x.cocci", "x.c"]
    expected = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert printed(patch, CODE) == expected
