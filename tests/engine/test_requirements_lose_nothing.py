"""Requirements are a filter and nothing else: without them the same comes out, only later."""

from pathlib import Path

import pytest

from lazymmu_refactor.engine.file.options import RunOptions
from lazymmu_refactor.engine.program.steps import Parts, Step
from lazymmu_refactor.engine.program.whole import Program
from lazymmu_refactor.engine.results.outcome import FileOutcome, Unchanged
from lazymmu_refactor.engine.run.files import run_file
from lazymmu_refactor.match.values.known import NOTHING_KNOWN
from lazymmu_refactor.packs.load import load
from lazymmu_refactor.smpl.needs.outline import NO_OUTLINE
from lazymmu_refactor.smpl.needs.requirement import ANYTHING
from lazymmu_refactor.text.record import replace
from lazymmu_refactor.tree.files import Target, files
from tests.rewrite.cases import Case, cases

ROOT = Path(__file__).parents[2]
CASES = list(cases(ROOT / "tests" / "differential" / "cases"))
LARGEST = 15_000  # bytes of a file of the kernel; without requirements every rule looks at every item
SCRIPTS = {
    "api/memdup.cocci": "lib",
    "api/resource_size.cocci": "block",
    "api/err_cast.cocci": "crypto",
    "api/kfree_mismatch.cocci": "ipc",
    "misc/boolconv.cocci": "security",
    "misc/semicolon.cocci": "block",
    "misc/swap.cocci": "lib",
    "misc/flexible_array.cocci": "crypto",
    "misc/returnvar.cocci": "security",
    "iterators/itnull.cocci": "block",
}
REPORTS = {"misc/test_addr.cocci": "ipc", "misc/ifcol.cocci": "ipc", "tests/doublebitand.cocci": "lib"}
TRUTHS = """
void f(struct s *p)
{
	if (&p->a) g();
	if (likely(((&p->b)))) g();
	while (!&p->c) g();
	for (g(); &p->d; g()) g(&p->d);
	do { g(); } while (&p->e);
	do { g(); } while_each(&p->f);
	if IS(&p->g) g();
	g(&p->h[g(1, 2)] && p, &p->i ? 1 : 2);
	g((&(struct s){ 1, 2 }) || p || &p->j);
	g(&p->k & 1);
}
"""


def unfiltered(program: Program) -> Program:
    """The program as if nobody knew what its rules need."""

    def free(step: Step) -> Step:
        matcher = replace(step.matcher, known=NOTHING_KNOWN, purpose=None)
        return replace(step, matcher=matcher, needs=ANYTHING, item_needs=(ANYTHING, ANYTHING), outline=NO_OUTLINE)

    passes = tuple(
        replace(each, users={}, steps=tuple(free(step) if isinstance(step, Step) else step for step in each.steps))
        for each in program.passes
    )
    parts = Parts(passes, tuple(free(step) for step in program.effective), program.forms)
    return Program.of(parts, program.anchors, idempotent=program.idempotent)


def compare(program: Program, path: str, data: bytes) -> FileOutcome:
    """What comes of the file, which must be the same without requirements."""
    options = RunOptions(seconds=None)
    whole = run_file(path, data, unfiltered(program), options)
    assert run_file(path, data, program, options) == whole
    if not program.needs(path).holds(data):
        assert whole == Unchanged(path)
    return whole


@pytest.mark.parametrize("case", CASES, ids=str)
def test_in_a_case(case: Case, tmp_path: Path) -> None:
    (tmp_path / "p.cocci").write_text(case.patch)
    compare(load([str(tmp_path / "p.cocci")]).rewrite, "x.c", case.before.encode())


def test_where_truth_values_stand(tmp_path: Path) -> None:
    (tmp_path / "p.cocci").write_text("@@ expression x; @@\n- &x == NULL\n+ h(x)\n")
    rules = load([str(tmp_path / "p.cocci")]).rewrite
    for line in TRUTHS.splitlines()[3:-1]:  # by itself, so that no other line lets the function through
        compare(rules, "x.c", f"void f(struct s *p)\n{{\n{line}\n}}\n".encode())


@pytest.mark.parametrize("pack", ["lazy_mmu_state", "lazy_mmu_seed"])
def test_in_the_small_tree(pack: str) -> None:
    tree = ROOT / "fixtures" / "kernel"
    for rules in (load([pack]).rewrite, load([pack]).check):
        names = [name for listing in files(Target(str(tree))) for name in listing.names]
        outcomes = [compare(rules, name, (tree / name).read_bytes()) for name in names]
        assert any(outcome != Unchanged(outcome.path) for outcome in outcomes)


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("script", "mode", "folder"),
    [(name, mode, each) for mode, rows in (("patch", SCRIPTS), ("report", REPORTS)) for name, each in rows.items()],
)
def test_in_a_folder_of_the_kernel(kernel: Path, script: str, mode: str, folder: str) -> None:
    program = load([str(kernel / "scripts" / "coccinelle" / script)], {mode: ""}).rewrite
    some = sorted(each for each in (kernel / folder).iterdir() if each.suffix == ".c" and each.stat().st_size < LARGEST)
    for file in some[:12]:
        compare(program, f"{folder}/{file.name}", file.read_bytes())
