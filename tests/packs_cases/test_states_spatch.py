"""The rules that tell the states of calls, put to spatch as well: the same places, rule by rule.

spatch knows no `feasible`, so the rules are compared as rules over all paths of the graph, and no `included`, so those
that may look into headers look into the file alone.
"""

from pathlib import Path

import pytest

from lazymmu_refactor.packs.load import load
from lazymmu_refactor.smpl.patch.rule import Rule
from lazymmu_refactor.smpl.reader import read_patch
from tests.packs_cases import spatch
from tests.packs_cases.tree import FIXTURES, account_of

STATES = Path(__file__).parents[2] / "rules" / "lazy_mmu_state" / "states.cocci"
# Where spatch reads less than we do: all of a file behind the function that it cannot read.
UNREAD = ("mm/broken.c",)
CODE = sorted(
    name
    for path in (FIXTURES / "kernel").rglob("*.c")
    if "lazy_mmu_mode()" in path.read_text("latin-1")
    and (name := str(path.relative_to(FIXTURES / "kernel"))) not in UNREAD
)

pytestmark = pytest.mark.spatch


def ours(text: str, code: Path, folder: Path) -> dict[str, set[int]]:
    """The lines at which the engine binds each position: a pack whose every rule reports its places."""
    pack = folder / "pack"
    pack.mkdir()
    (pack / "states.cocci").write_text(text)
    lines = ['name = "pack"', 'summary = "Report every place"', 'files = ["states.cocci"]']
    for rule in read_patch(pack / "states.cocci").rules:
        if isinstance(rule, Rule) and "p" in rule.metavariables:
            lines += [f"[say.{rule.name}]", 'at = "p"', 'verdict = "finding"', f'text = "{rule.name}"']
    (pack / "pack.toml").write_text("\n".join(lines))
    found: dict[str, set[int]] = {}
    for each in account_of(code, load([str(pack)], {}).rewrite).findings:
        found.setdefault(f"{each.rule}.p", set()).add(each.place.line)
    return found


@pytest.mark.parametrize("name", CODE)
def test_same_places(name: str, tmp_path: Path) -> None:
    text = spatch.expanded(STATES).replace("exists feasible", "exists").replace(" included@", "@")
    code = FIXTURES / "kernel" / name
    body_of_macro = {
        number for number, line in enumerate(code.read_text("latin-1").split("\n"), 1) if line.endswith("\\")
    }
    theirs = spatch.places(text, code, tmp_path)
    mine = ours(text, code, tmp_path)
    rules = {rule for rule in theirs | mine if rule.endswith(".p")}
    for rule in sorted(rules):
        assert mine.get(rule, set()) - body_of_macro == theirs.get(rule, set()) - body_of_macro, rule
