"""Outcomes kept from run to run: the second time nothing is matched, and whatever goes into an outcome counts."""

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lazymmu_refactor.c.headers.headers import Headers
from lazymmu_refactor.c.macros.knowledge import Meaning
from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.manner import Manner, Saying, Tone
from lazymmu_refactor.engine.program.prepare import prepare
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.outcome import Changed, FileOutcome
from lazymmu_refactor.engine.run.files import run_file
from lazymmu_refactor.engine.sharing.scan import Scanner
from lazymmu_refactor.match.values.semantics import Semantics
from lazymmu_refactor.packs.load import load
from lazymmu_refactor.smpl.isomorphism.reader import read_isomorphisms, standard_isomorphisms
from lazymmu_refactor.smpl.reader import read_patch
from lazymmu_refactor.text.record import replace
from lazymmu_refactor.tree import results
from lazymmu_refactor.tree.database import connect
from lazymmu_refactor.tree.earlier import memory_of
from lazymmu_refactor.tree.files import Target
from lazymmu_refactor.tree.results import _FORMAT, _SCHEMA, Results, opened, path
from lazymmu_refactor.tree.sweep import sweep

FIXTURES = Path(__file__).parent.parent.parent / "fixtures" / "kernel"
RULES = """
@r exists@ expression e; position p; identifier x =~ "^f"; @@
x(...) {
... when any
- old@p(e);
+ new(e);
... when any
}
"""
CODE = '#include "own.h"\nint f(void)\n{\n\teach_thing(x)\n\t\told(x);\n}\n'


def program(rules: str = RULES, manner: Manner | None = None, isos: str = "", name: str = "test.cocci") -> Program:
    more = read_isomorphisms("own.iso", isos) if isos else ()
    return prepare([read_patch(name, rules)], manner or Manner(), lambda _: (*standard_isomorphisms(), *more))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree" / "include").mkdir(parents=True)
    (tmp_path / "tree" / "Makefile").touch()
    (tmp_path / "tree" / "own.h").write_text("#define each_thing(x) for (;x;)\n")
    (tmp_path / "tree" / "x.c").write_text(CODE)
    return tmp_path / "tree"


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files over which rules run."""
    names: list[str] = []

    def noted(name: str, *others: object) -> FileOutcome:
        names.append(name)
        return run_file(name, *others)  # type: ignore[arg-type]

    monkeypatch.setattr("lazymmu_refactor.engine.run.files.run_file", noted)
    return names


def outcomes(tree: Path, program: Program, options: RunOptions | None = None) -> list[FileOutcome]:
    options = options or RunOptions()
    batches = sweep(Target(str(tree)), Scanner(str(tree), program, options, opened(program, options)), 1)
    return [each for batch in batches for each in batch.outcomes]


def test_the_second_run_matches_nothing_and_says_the_same(tree: Path, examined: list[str]) -> None:
    first = outcomes(tree, program())
    assert isinstance(first[0], Changed)
    assert outcomes(tree, program()) == first
    assert examined == ["x.c"]


def test_all_that_a_pack_says_comes_back(examined: list[str]) -> None:
    for rules in (load(["lazy_mmu_state"]).rewrite, load(["lazy_mmu_state"]).check):
        first = outcomes(FIXTURES, rules)
        assert any(outcome.sites or outcome.findings for outcome in first)
        examined.clear()
        assert outcomes(FIXTURES, rules) == first
        assert not examined


def test_lines_with_stars_come_back(tree: Path, examined: list[str]) -> None:
    first = outcomes(tree, program("@@\nexpression e;\n@@\n* old(e)\n"))
    assert first[0].starred is not None
    assert first[0].findings
    assert outcomes(tree, program("@@\nexpression e;\n@@\n* old(e)\n")) == first
    assert examined == ["x.c"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.c", CODE.replace("old(x)", "old(y)")),
        ("own.h", "#define each_thing(x) if (x) return; else\n"),
        ("own.h", ""),
    ],
)
def test_files_that_go_into_an_outcome_count(tree: Path, examined: list[str], name: str, text: str) -> None:
    outcomes(tree, program())
    (tree / name).write_text(text)
    again = outcomes(tree, program())
    assert examined == ["x.c", "x.c"]
    path().unlink()
    assert outcomes(tree, program()) == again


def test_a_header_that_says_the_same_in_other_words_does_not_count(tree: Path, examined: list[str]) -> None:
    outcomes(tree, program())
    (tree / "own.h").write_text("/* Each thing. */\n#define each_thing(x) for (; (x); )\n#define unrelated 1\n")
    outcomes(tree, program())
    assert examined == ["x.c"]


def test_while_no_header_changes_nothing_is_asked_of_them(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lazymmu_refactor.text.sealed._SETTLED", -1)  # nobody writes to these any more
    asked: list[str] = []
    look_up = Headers.look_up

    def noted(headers: Headers, name: str, *others: Any) -> Meaning:
        asked.append(name)
        return look_up(headers, name, *others)

    monkeypatch.setattr(Headers, "look_up", noted)
    first = outcomes(tree, program())
    assert "each_thing" in asked
    asked.clear()
    assert outcomes(tree, program()) == first
    assert not asked
    (tree / "own.h").write_text("#define each_thing(x) for (;(x);)\n")
    assert outcomes(tree, program()) == first
    assert "each_thing" in asked
    asked.clear()
    assert outcomes(tree, program()) == first
    assert not asked


@pytest.mark.parametrize("place", ["own.h", "include/own.h"])
def test_a_header_that_another_one_hides_or_takes_the_place_of_counts(
    tree: Path, examined: list[str], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr("lazymmu_refactor.text.sealed._SETTLED", -1)
    (tree / "include" / "own.h").write_text("#define each_thing(x) if (x) return; else\n")
    outcomes(tree, program())
    if place == "own.h":
        (tree / "own.h").unlink()
    else:
        (tree / "x.c").write_text(CODE.replace('"own.h"', "<own.h>"))
    again = outcomes(tree, program())
    assert examined == ["x.c", "x.c"]
    path().unlink()
    assert outcomes(tree, program()) == again


def test_what_is_known_counts_where_nothing_can_be_written(
    tree: Path, examined: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = outcomes(tree, program())
    today = results._today()
    monkeypatch.setattr(results, "_today", lambda: today + 1)  # which is to be written down

    def connected(_: Results) -> sqlite3.Connection:
        connection = connect(path(), _SCHEMA, _FORMAT)
        connection.execute("PRAGMA query_only = ON")
        return connection

    monkeypatch.setattr(Results, "_connected", connected)
    assert outcomes(tree, program()) == first
    assert examined == ["x.c"]


def test_the_path_counts(tree: Path, examined: list[str]) -> None:
    outcomes(tree, program())
    (tree / "x.c").rename(tree / "y.c")
    assert [each.path for each in outcomes(tree, program())] == ["y.c"]
    assert examined == ["x.c", "y.c"]


SAYING = Saying(at="p", tone=Tone.LEFT, text="said")


@pytest.mark.parametrize(
    "other",
    [
        lambda: program(RULES.replace("new(e)", "newer(e)")),
        lambda: program(RULES.replace('"^f"', '"^g"')),
        lambda: program(RULES.replace("@r ", "@s ")),
        lambda: program(RULES.replace("exists", "")),
        lambda: program(RULES, name="other.cocci"),
        lambda: program("virtual v\n" + RULES),
        lambda: program("virtual v\n" + RULES, Manner({"v": ""})),
        lambda: program(RULES, Manner({"w": "1"})),
        lambda: program(RULES, Manner(idempotent=True)),
        lambda: program(RULES, Manner(anchors=("x",))),
        lambda: program(RULES, Manner(sayings={"r": SAYING})),
        lambda: program(isos="Expression\n@ own @ expression X; @@\nold(X) <=> ancient(X)\n"),
        lambda: program().then(program()),
    ],
)
def test_all_that_a_program_is_counts(tree: Path, examined: list[str], other: Callable[[], Program]) -> None:
    outcomes(tree, program())
    outcomes(tree, other())
    assert examined.count("x.c") == 2


@pytest.mark.parametrize(
    ("options", "counts"),
    [
        (RunOptions(semantics=Semantics(loops=False)), True),
        (RunOptions(prefix="dir/"), True),
        (RunOptions(seconds=30.0, memory=None), False),
    ],
)
def test_options_count_that_make_a_difference(
    tree: Path, examined: list[str], options: RunOptions, counts: bool
) -> None:
    outcomes(tree, program())
    outcomes(tree, program(), options)
    assert examined.count("x.c") == (2 if counts else 1)


def test_the_tool_counts(tree: Path, examined: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes(tree, program())
    monkeypatch.setattr(results, "stamp", lambda: "another one")
    outcomes(tree, program())
    assert examined == ["x.c", "x.c"]


def test_the_origin_of_a_program_counts(tree: Path, examined: list[str]) -> None:
    for origin in (b"one", b"one", b"another"):
        outcomes(tree, replace(program(), origin=origin))
    assert examined == ["x.c", "x.c"]


def test_nothing_is_opened_before_an_outcome_is_asked_for(tree: Path) -> None:
    said: list[str] = []
    memory = memory_of(program(), RunOptions(), said.append)
    assert memory is not None
    scanner = Scanner(str(tree), program(), RunOptions(), memory)
    scanner.prepare(())
    assert not path().exists()
    scanner.prepare(("x.c",))
    assert path().exists()


def test_outcomes_that_cannot_be_kept_are_told_once(tree: Path, examined: list[str]) -> None:
    said: list[str] = []
    path().mkdir(parents=True)
    (path() / "in the way").touch()
    memory = memory_of(program(), RunOptions(), said.append)
    scanner = Scanner(str(tree), program(), RunOptions(), memory)
    for _ in range(2):
        scanner.examine("x.c")
    assert examined == ["x.c", "x.c"]
    assert [each.rpartition(": ")[2] for each in said] == ["results are not kept"]


def test_scripts_are_not_kept() -> None:
    rules = "@r@ position p; @@\nold(...)@p\n\n@script:python@ p << r.p; @@\nprint(p)\n"
    assert opened(program(rules), RunOptions()) is None


def test_what_is_damaged_is_worked_out_again(tree: Path, examined: list[str]) -> None:
    first = outcomes(tree, program())
    whole = path().read_bytes()
    held = [at for at in range(len(whole)) if whole[at]]
    chance = random.Random(1)
    for at in [*range(0, 100, 3), *(chance.choice(held) for _ in range(60))]:
        damaged = bytearray(whole)
        damaged[at] ^= 1 << chance.randrange(8)
        path().write_bytes(damaged)
        assert outcomes(tree, program()) == first
    path().write_bytes(b"no database")
    examined.clear()
    assert outcomes(tree, program()) == first == outcomes(tree, program())
    assert examined == ["x.c"]


def test_what_nobody_asks_for_is_forgotten(tree: Path, examined: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes(tree, program())
    today = results._today()
    monkeypatch.setattr(results, "_today", lambda: today + 20)
    outcomes(tree, program())  # asked for
    monkeypatch.setattr(results, "_today", lambda: today + 45)
    outcomes(tree, program())
    assert examined == ["x.c"]
    monkeypatch.setattr(results, "_today", lambda: today + 90)
    outcomes(tree, program())
    assert examined == ["x.c", "x.c"]


def test_a_definition_that_a_rule_looks_for_in_a_header_counts(tree: Path, examined: list[str]) -> None:
    rules = """
@calling included@ identifier m; @@
#define m(...) <+... old(...) ...+>

@r@ identifier calling.m; expression e; @@
- m(e);
+ hidden(m, e);
"""
    (tree / "x.c").write_text('#include "own.h"\nvoid f(void)\n{\n\tkeep(1);\n\told(2);\n}\n')
    for body, changes in (("old(x)", 1), ("old(x)", 1), ("new(x)", 0), ("do { g(); old((x) + 1); } while (0)", 1)):
        (tree / "own.h").write_text(f"#define keep(x) {body}\n")
        assert sum(isinstance(each, Changed) for each in outcomes(tree, program(rules))) == changes
    assert examined.count("x.c") == 3  # the second time nothing had changed


def test_a_definition_leads_to_those_of_the_macros_in_it(tree: Path) -> None:
    rules = """
@calling included@ identifier m; @@
#define m(...) <+... old(...) ...+>

@outer included@ identifier calling.m, o; @@
#define o(...) <+... m ...+>

@r@ identifier outer.o; expression e; @@
- o(e);
+ hidden(o, e);
"""
    (tree / "x.c").write_text('#include "own.h"\nvoid f(void)\n{\n\tkeep(1);\n\told(2);\n}\n')
    for inner, changes in (("old(x)", 1), ("new(x)", 0)):
        (tree / "own.h").write_text(f"#define inner(x) {inner}\n#define keep(x) inner(x)\n")
        assert sum(isinstance(each, Changed) for each in outcomes(tree, program(rules))) == changes


def test_a_macro_that_a_rule_names_counts_though_the_file_does_not_use_it(tree: Path) -> None:
    rules = """
@taken included@ @@
#define fresh ...

@r depends on never taken@ expression e; @@
- old(e);
+ fresh(e);
"""
    (tree / "x.c").write_text('#include "own.h"\nvoid f(void)\n{\n\told(2);\n}\n')
    for header, changes in (("#define fresh other->fresh\n", 0), ("#define other fresh\n", 1)):
        (tree / "own.h").write_text(header)
        assert sum(isinstance(each, Changed) for each in outcomes(tree, program(rules))) == changes


@pytest.mark.parametrize(
    ("header", "changes"),
    [
        ("#define LIMIT 3\n", 0),
        ("enum bounds { LEAST = 1, LIMIT = LEAST + 2 };\n", 0),
        ("enum bounds { LEAST = LIMIT };\n#define LIMITED 3\n", 1),
    ],
)
def test_a_constant_that_a_rule_names_counts_where_constants_are_asked_for(
    tree: Path, header: str, changes: int
) -> None:
    rules = """
@known depends on file in "x.c" included constants@ @@
#define LIMIT ...

@r depends on never known@ @@
- old(2);
+ old(LIMIT);
"""
    code = '#include "own.h"\nvoid f(void)\n{\n\told(2);\n}\n'
    (tree / "x.c").write_text(code)
    (tree / "y.c").write_text(code)  # which is not asked about
    for text, there in (("#define LIMIT 3\n", 0), (header, changes), (header, changes)):
        (tree / "own.h").write_text(text)
        assert [isinstance(each, Changed) for each in outcomes(tree, program(rules))] == [bool(there), True]
