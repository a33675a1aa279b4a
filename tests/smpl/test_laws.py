"""Whatever the text, reading it ends, with a semantic patch or with a `SmplError` at a place in it."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazymmu_refactor.smpl.isomorphism.applied import expand
from lazymmu_refactor.smpl.isomorphism.reader import standard_isomorphisms
from lazymmu_refactor.smpl.patch.errors import SmplError
from lazymmu_refactor.smpl.patch.render import render_rule
from lazymmu_refactor.smpl.patch.rule import Rule
from lazymmu_refactor.smpl.reader import read_patch

SCRIPT = """\
virtual patch
@r exists@
identifier f, l != {a, b};
expression *x, e <= 3;
type T;
statement S;
position p, q != r.p;
expression list[n] es;
fresh identifier g = "a" ## f;
@@
 static T f(int a, ...)
 {
  <+... when != foo()
        when any, strict
- if (x == NULL) S
+ if (!x)
+   S /* why */
  bar@p(es, &e->l)@q;
  ...+>
(
- a();
|
  for (...; e < 3; ...) { ... }
)
? baz((T)x ? 1 : "%d" "b");
  return ...;
}
@script:python depends on r && !patch@
x << r.x = "[]";
@@
print(x)
@@ identifier r.f; @@
 struct s i = { ..., { .f = \\( 1 \\| 2 \\), [3] = 4 },
+ { 5 }
 };
@@ @@
- #define A(x) x
+ #define A(x) \\
+    y
"""
SCRIPT = SCRIPT.replace(", q != r.p", ", q")
PIECES = re.findall(r"\w+|\s+|\.\.\.|[^\w\s]", SCRIPT)
ISOS = standard_isomorphisms()


def error_in(text: str) -> SmplError | None:
    """What is wrong with a text, all stages of reading included."""
    try:
        for rule in read_patch("test.cocci", text).rules:
            if isinstance(rule, Rule):
                render_rule(expand(rule, ISOS))
    except SmplError as error:
        return error
    return None


def check(text: str) -> None:
    error = error_in(text)
    if error is not None:
        assert 1 <= error.place.line <= text.count("\n") + 1
        assert error.render()


def test_the_script_itself_is_good() -> None:
    patch = read_patch("test.cocci", SCRIPT)
    assert len(patch.rules) == 4


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_mutated_scripts(data: st.DataObject) -> None:
    pieces = list(PIECES)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(pieces) - 1))
        match data.draw(st.sampled_from(["drop", "copy", "swap", "cut"])):
            case "drop":
                del pieces[at : at + data.draw(st.integers(1, 5))]
            case "copy":
                pieces.insert(at, data.draw(st.sampled_from(PIECES)))
            case "swap":
                other = data.draw(st.integers(0, len(pieces) - 1))
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case _:
                pieces = pieces[: at + 1]
        if not pieces:
            break
    check("".join(pieces))


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=list("@-+*?(|&)\\.<>{};=,#\"'/ \nabS12"), max_size=60))
def test_bodies_of_any_tokens(text: str) -> None:
    check(f"@@ expression a; statement S; @@\n{text}\n")


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=40))
def test_any_text(text: str) -> None:
    check(text)
