"""pack.toml is read strictly, and complaints name the line and the likely fix."""

from pathlib import Path

import pytest

from lazymmu_refactor.packs.cases import read_cases, run_case
from lazymmu_refactor.packs.load import load
from lazymmu_refactor.packs.location import find, names
from lazymmu_refactor.packs.manifest import PackError, read_manifest
from lazymmu_refactor.packs.new import make_pack

GOOD = 'name = "p"\nsummary = "Something"\nfiles = ["p.cocci"]\n'
RULES = "@r@\nposition at;\n@@\nold@at(1);\n\n@@\nidentifier virtual.other;\n@@\n- old(1);\n+ other(1);\n"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "p"
    (folder / "cases").mkdir(parents=True)
    (folder / "p.cocci").write_text(RULES)
    (folder / "pack.toml").write_text(GOOD)
    return folder


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ('sumary = "x"\n', r"pack.toml:4: sumary: is not known here; did you mean 'summary'\?"),
        ("idempotent = 1\n", r"pack.toml:4: idempotent: must be true or false"),
        (
            'severity = "warn"\n',
            r"pack.toml:4: severity: 'warn' is none of note, warning, error; did you mean 'warning'",
        ),
        ('[parameters.x]\ndefault = "1"\n', r"\[parameters.x\] help: is missing"),
        ('[parameters.x]\nhelp = "h"\ndefault = "1"\npattern = "a+"\n', r"'1' does not fit the pattern"),
        ('[say.r]\nat = "at"\nverdict = "wrong"\ntext = "t"\n', r"pack.toml:6: \[say.r\] verdict: 'wrong' is none of"),
        ('[say.r]\nverdict = "finding"\ntext = "t"\natt = "at"\n', r"at: is missing; did you mean 'att'\?"),
        ("[check]\nfiles = []\n", r"\[check\] files: no file is named"),
        ("[homes]\nWORD = 1\n", r"pack.toml:5: \[homes\] WORD: must be a string"),
        ('name = "x"\n', r"Cannot overwrite a value"),
    ],
)
def test_complaints_of_the_manifest(pack: Path, more: str, complaint: str) -> None:
    (pack / "pack.toml").write_text(GOOD + more)
    with pytest.raises(PackError, match=complaint):
        read_manifest(pack / "pack.toml")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (GOOD.replace('"p"', '"q"'), r"pack.toml:1: name: the pack is called 'q', its folder 'p'"),
        (GOOD.replace("p.cocci", "q.cocci"), r"pack.toml:3: files: there is no q.cocci; did you mean 'p.cocci'\?"),
        (
            GOOD + '[say.rr]\nat = "at"\nverdict = "finding"\ntext = "t"\n',
            r"no rule is called 'rr'; did you mean 'r'\?",
        ),
        (GOOD + '[say.r]\nat = "p"\nverdict = "finding"\ntext = "t"\n', r"rule r has no metavariable 'p'"),
        (GOOD + '[parameters.ohter]\nhelp = "h"\n', r"\[parameters.ohter\]: no rule takes virtual.ohter"),
    ],
)
def test_complaints_of_the_pack(pack: Path, text: str, complaint: str) -> None:
    (pack / "pack.toml").write_text(text)
    with pytest.raises(PackError, match=complaint):
        load([str(pack)])


def test_values_of_parameters(pack: Path) -> None:
    (pack / "pack.toml").write_text(GOOD + '[parameters.other]\nhelp = "a name"\npattern = "[a-z]+"\n')
    with pytest.raises(PackError, match=r"p needs -D other=VALUE: a name"):
        _ = load([str(pack)]).rewrite
    with pytest.raises(PackError, match=r"-D other=A: p wants a name"):
        _ = load([str(pack)], {"other": "A"}).rewrite
    with pytest.raises(PackError, match=r"-D othr: .*did you mean 'other'"):
        load([str(pack)], {"othr": "a"})
    assert load([str(pack)], {"other": "a"}).rewrite.passes[0].steps


def test_rules_that_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="did you mean 'lazy_mmu_state'"):
        find("lazy_mmu_stat")
    with pytest.raises(PackError, match="this one does not"):
        find(str(tmp_path))


@pytest.mark.parametrize("name", names())
def test_every_shipped_pack_holds_its_own_cases(name: str) -> None:
    paths = sorted((find(name) / "cases").glob("*.md"))
    cases = [case for path in paths for case in read_cases(path)]
    assert cases
    for case in cases:
        loaded = load([name], case.defines)
        assert run_case(case, loaded.rewrite, loaded.check).problems == (), f"{case.path}:{case.line}"


def test_a_new_pack_passes_its_own_cases(tmp_path: Path) -> None:
    make_pack(tmp_path / "fresh")
    loaded = load([str(tmp_path / "fresh")])
    cases = read_cases(tmp_path / "fresh" / "cases" / "first.md")
    assert [run_case(case, loaded.rewrite, loaded.check).problems for case in cases] == [(), ()]
    with pytest.raises(PackError, match="is there already"):
        make_pack(tmp_path / "fresh")


def test_packs_run_one_after_the_other(tmp_path: Path, pack: Path) -> None:
    (tmp_path / "second.cocci").write_text("@@\n@@\n- fresh(1);\n+ final(1);\n")
    both = load([str(pack), str(tmp_path / "second.cocci")], {"other": "fresh"}).rewrite
    assert [len(each.steps) for each in both.passes] == [2, 1]
    assert both.anchors == ("old", "fresh")
