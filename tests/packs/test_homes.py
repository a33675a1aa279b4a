"""What the changes use, and whether the files that they change come by a definition."""

from pathlib import Path

import pytest

from lazymmu_refactor.cli.main import run
from lazymmu_refactor.packs.load import load
from lazymmu_refactor.packs.manifest import PackError

TYPES = "#ifndef MM_TYPES_H\n#define MM_TYPES_H\n#include <linux/types.h>\n#endif\n"
FALLBACK = """#include <linux/mm_types.h>
#ifndef __HAVE_ARCH_ENTER_LAZY_MMU_MODE
#define arch_enter_lazy_mmu_mode() do {} while (0)
#define arch_leave_lazy_mmu_mode() do {} while (0)
#endif
"""
SECTION = "void f(void)\n{\n\tarch_enter_lazy_mmu_mode();\n\tg();\n\tarch_leave_lazy_mmu_mode();\n}\n"
FLUSH = "void f(void)\n{\n\tarch_leave_lazy_mmu_mode();\n\tarch_enter_lazy_mmu_mode();\n}\n"
PROTOTYPE = "void f(void)\n{\n\tvoid arch_enter_lazy_mmu_mode(void);\n\tg();\n}\n"

NO_TYPE = "x.c: {}, which the change uses, is in no header that it includes: include/linux/{} has it"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in (("types.h", "struct page;\n"), ("mm_types.h", TYPES), ("pgtable.h", FALLBACK)):
        path = tmp_path / "include/linux" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "include/linux/mm.h").write_text("#include <linux/pgtable.h>\n")
    (tmp_path / "Makefile").touch()
    return tmp_path


def said(tree: Path, capfd: pytest.CaptureFixture[str], *options: str) -> list[str]:
    assert run(["diff", str(tree), *options]) == 0
    return [line for line in capfd.readouterr().err.splitlines() if "which the change" in line]


def test_the_tree_may_be_named_by_a_link(
    tree: Path, capfd: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("elsewhere") / "link"
    link.symlink_to(tree)
    (tree / "x.c").write_text(f"#include <linux/mm.h>\n{SECTION}")
    assert said(link, capfd) == []


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        pytest.param(f"#include <linux/pgtable.h>\n{SECTION}", [], id="the header itself"),
        pytest.param(f"#include <linux/mm.h>\n{SECTION}", [], id="by way of another"),
        pytest.param(SECTION, [NO_TYPE.format("lazy_mmu_state_t", "pgtable.h")], id="nothing"),
        pytest.param(
            f"#include <linux/mm_types.h>\n{SECTION}", [NO_TYPE.format("lazy_mmu_state_t", "pgtable.h")], id="another"
        ),
        pytest.param(f"#include <linux/mm_types.h>\n{FLUSH}", [], id="the constant alone"),
        pytest.param(
            f"#include <linux/types.h>\n{FLUSH}", [NO_TYPE.format("LAZY_MMU_DEFAULT", "mm_types.h")], id="no constant"
        ),
        pytest.param(PROTOTYPE, [NO_TYPE.format("lazy_mmu_state_t", "pgtable.h")], id="a prototype in a function"),
        pytest.param(f"typedef int lazy_mmu_state_t;\n{SECTION}", [], id="a type of its own"),
    ],
)
def test_a_file_must_include_what_it_comes_to_use(
    tree: Path, capfd: pytest.CaptureFixture[str], code: str, missing: list[str]
) -> None:
    (tree / "x.c").write_text(code)
    assert said(tree, capfd) == missing


def test_the_type_is_what_the_parameter_says(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tree / "x.c").write_text(SECTION)
    assert said(tree, capfd, "-D", "state_type=state_t") == [NO_TYPE.format("state_t", "pgtable.h")]
    enumeration = "enum lazy_mmu_state"
    assert said(tree, capfd, "-D", f"state_type={enumeration}") == [NO_TYPE.format(enumeration, "mm_types.h")]


def test_an_architecture_of_its_own_serves_its_files(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    header = tree / "arch/own/include/asm/batch.h"
    header.parent.mkdir(parents=True)
    header.write_text("#define __HAVE_ARCH_ENTER_LAZY_MMU_MODE\nvoid arch_enter_lazy_mmu_mode(void);\n")
    (tree / "Makefile").write_text("LINUXINCLUDE := -I$(srctree)/arch/$(SRCARCH)/include -I$(srctree)/include\n")
    (tree / "arch/own/x.c").write_text(f"#include <asm/batch.h>\n{SECTION}")
    assert said(tree, capfd) == []
    header.write_text("void arch_enter_lazy_mmu_mode(void);\n")  # it does not say that it has it
    assert said(tree, capfd) == ["arch/own/" + NO_TYPE.format("lazy_mmu_state_t", "pgtable.h")]


def test_a_header_that_has_it_already_will_do(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tree / "include/linux/state.h").write_text("typedef struct { int n; } lazy_mmu_state_t;\n")
    (tree / "x.c").write_text(f"#include <linux/state.h>\n{SECTION}")
    assert said(tree, capfd) == []


VALUES = "#define LAZY_MMU_DEFAULT 0\n#define LAZY_MMU_NESTED 1\n"
ENUMERATION = "enum {\n\tLAZY_MMU_DEFAULT, /* no nesting { */\n\tLAZY_MMU_NESTED = 1,\n};\n"


@pytest.mark.parametrize(
    ("where", "text", "added"),
    [
        pytest.param("types.h", ENUMERATION, False, id="an enumeration in a header that the home includes"),
        pytest.param("types.h", f"#include <linux/values.h>\n{VALUES}", False, id="macros there"),
        pytest.param("mm_types.h", f"#pragma once\n{ENUMERATION}", False, id="an enumeration in the home"),
        pytest.param("types.h", "enum { LAZY_MMU_OTHER = sizeof(LAZY_MMU_DEFAULT), };\n", True, id="a use"),
        pytest.param("../../mm/values.c", VALUES, True, id="a C file"),
    ],
)
def test_what_is_defined_already_is_not_defined_again(
    tree: Path, capfd: pytest.CaptureFixture[str], where: str, text: str, *, added: bool
) -> None:
    (tree / "mm").mkdir()
    (tree / "include/linux" / where).write_text(text)
    (tree / "x.c").write_text(f"#include <linux/pgtable.h>\n{SECTION}{FLUSH}")
    assert run(["diff", str(tree)]) == 0
    found = capfd.readouterr()
    assert ("+#define LAZY_MMU_DEFAULT" in found.out) == added
    assert "which the change" not in found.err


def test_a_word_with_a_home_may_be_a_parameter(tmp_path: Path) -> None:
    pack = tmp_path / "p"
    pack.mkdir()
    (pack / "p.cocci").write_text("@@ type virtual.kind; @@\n- old x;\n+ kind x;\n")
    text = 'name = "p"\nsummary = "s"\nfiles = ["p.cocci"]\n[homes]\n"{kidn}" = "x.h"\n'
    (pack / "pack.toml").write_text(f'{text}[parameters.kind]\nhelp = "h"\ndefault = "int"\n')
    with pytest.raises(PackError, match=r"\[homes\] \{kidn\}: there is no such parameter; did you mean 'kind'\?"):
        _ = load([str(pack)]).homes
    (pack / "pack.toml").write_text((pack / "pack.toml").read_text().replace("kidn", "kind"))
    assert load([str(pack)]).homes == {"int": "x.h"}
    assert load([str(pack)], {"kind": "long"}).homes == {"long": "x.h"}
