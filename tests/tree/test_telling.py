"""What a rule binds everywhere: all files are told, as far as they mean the same by the name."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.manner import Manner, Saying, Tone
from lazymmu_refactor.engine.sharing.scan import Scanner
from lazymmu_refactor.tree.files import Target
from lazymmu_refactor.tree.results import opened
from lazymmu_refactor.tree.sweep import sweep
from lazymmu_refactor.tree.telling import MOST_ROUNDS
from tests.engine.running import program

# Who sleeps, by itself or by others, and where that is done with a lock held.
RULES = """
@sleeps exists everywhere@ identifier f; @@
f(...) {
... when any
nap();
... when any
}

@call@ identifier sleeps.f; position p; @@
f@p(...)

@call_again@ identifier sleeps_by_call.f; position p; @@
f@p(...)

@sleeps_by_call exists everywhere@ identifier f, g; position p = any {call.p, call_again.p}; @@
f(...) {
... when any
g@p(...)
... when any
}

@held exists@ identifier g; position p = any {call.p, call_again.p}; @@
lock();
... when != unlock();
g@p(...)
"""
SAYING = Manner(sayings={"held": Saying("p", Tone.FINDING, "sleeps with the lock held")})
USER = "void user(void)\n{\n\tlock();\n\tsleepy();\n\tunlock();\n}\n"


def found(tree: Path, files: Mapping[str, str], name: str = "") -> list[str]:
    """The findings in a tree of these files, or in one of them, as ``file:line``; twice, for what is kept."""
    for path, text in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    rules = program(RULES, SAYING)
    runs: list[list[str]] = []
    for _ in range(2):
        scanner = Scanner(str(tree), rules, RunOptions(), opened(rules, RunOptions()))
        batches = list(sweep(Target(str(tree), name), scanner, 1))
        assert sum(batch.files for batch in batches) == (1 if name else len(files))
        findings = (finding for batch in batches for each in batch.outcomes for finding in each.findings)
        runs.append([f"{each.path}:{each.place.line}" for each in findings])
    assert runs[0] == runs[1]
    return runs[0]


SLEEPY = "void sleepy(void)\n{\n\tnap();\n}\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a.c": SLEEPY}, True),
        ({"a.c": f"static {SLEEPY}"}, False),
        ({"a.h": f"static inline {SLEEPY}", "user.c": f'#include "a.h"\n{USER}'}, True),
        ({"a.h": f"static inline {SLEEPY}"}, False),
        ({"a.c": f"static {SLEEPY}", "user.c": f'#include "a.c"\n{USER}'}, True),
        ({"d/a.c": f"static {SLEEPY}", "d/b.c": '#include "a.c"\n', "user.c": f'#include "d/b.c"\n{USER}'}, True),
        ({"a.c": SLEEPY, "user.c": f"static void sleepy(void)\n{{\n}}\n{USER}"}, False),
        ({"a.c": "void deep(void)\n{\n\tnap();\n}\n", "b.c": "void sleepy(void)\n{\n\tdeep();\n}\n"}, True),
    ],
    ids=[
        "defined",
        "static",
        "header",
        "another header",
        "included",
        "included by another",
        "of its own",
        "by another",
    ],
)
def test_who_is_told(files: Mapping[str, str], told: bool, tmp_path: Path) -> None:
    everything = {"user.c": USER, **files}
    line = everything["user.c"].split("\n").index("\tsleepy();") + 1
    assert found(tmp_path, everything) == ([f"user.c:{line}"] if told else [])


def test_within_a_file(tmp_path: Path) -> None:
    """Rules speak of what they bind themselves, and of what is bound further below, until nothing new is bound."""
    chain = "".join(f"static void s{n}(void)\n{{\n\ts{n + 1}();\n}}\n" for n in range(12))
    text = f"static void s12(void)\n{{\n\tnap();\n}}\n{chain}{USER.replace('sleepy', 's0')}"
    assert found(tmp_path, {"user.c": text}) == [f"user.c:{4 * 13 + 4}"]


def test_a_file_by_itself_is_told_by_the_headers_that_it_includes(tmp_path: Path) -> None:
    files = {
        "include/deep.h": "static inline void deep(void)\n{\n\tnap();\n}\n",
        "include/a.h": "#include <deep.h>\nstatic inline void sleepy(void)\n{\n\tdeep();\n}\n",
        "user.c": f"#include <a.h>\n{USER}",
    }
    assert found(tmp_path, files, "user.c") == ["user.c:5"]


def test_how_far_calls_are_followed(tmp_path: Path) -> None:
    """From file to file, so many times; then that is said."""
    files = {f"s{n}.c": f"void s{n}(void)\n{{\n\ts{n - 1}();\n}}\n" for n in range(1, MOST_ROUNDS + 2)}
    files |= {"s0.c": "void s0(void)\n{\n\tnap();\n}\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    said: list[str] = []
    list(sweep(Target(str(tmp_path)), Scanner(str(tmp_path), program(RULES, SAYING), RunOptions()), 1, say=said.append))
    assert said == [f"from file to file, calls are followed {MOST_ROUNDS} times and no further: not beyond s8"]


def test_files_come_in_the_order_of_the_tree_whenever_they_are_told(tmp_path: Path) -> None:
    files = {"a/user.c": USER, "b.c": USER, "c/sleepy.c": SLEEPY, "c/user.c": USER, "c/a/user.c": USER}
    assert found(tmp_path, files) == ["b.c:4", "a/user.c:4", "c/user.c:4", "c/a/user.c:4"]
