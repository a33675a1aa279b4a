"""What the headers of a tree say, and how they are found."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from lazymmu_refactor.c.headers import headers
from lazymmu_refactor.c.headers.headers import Headers
from lazymmu_refactor.c.headers.search_path import SearchPath, nearest, root_of
from lazymmu_refactor.c.macros.knowledge import NO_MEANING, MacroKnowledge, Meaning


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        "Makefile": (
            "USERINCLUDE := \\\n\t-I$(srctree)/arch/$(SRCARCH)/include/uapi \\\n\t-include $(srctree)/include/all.h\n"
            "LINUXINCLUDE := -I$(srctree)/arch/$(SRCARCH)/include -I$(srctree)/include\n"
        ),
        ".clang-format": "# a comment\nForEachMacros:\n  - 'listed_each'\n  - other_each\n\nIndentWidth: 8\n",
        "include/all.h": "#define __everywhere __attribute__((cold))\n",
        "include/linux/list.h": "#include <linux/types.h>\n#define each(p, h) for (p = h; p; p = p->next)\n",
        "include/linux/types.h": "#include <asm/word.h>\n#include <linux/list.h>\ntypedef unsigned long ulong_t;\n",
        "include/asm-generic/word.h": "#define WORD unsigned long\n",
        "arch/a/include/asm/word.h": "#define WORD long\n#define barrier(x) if (x) return\n",
        "arch/b/include/asm/word.h": "#define WORD int\n#define barrier(x) ((x) = 0)\n",
        "arch/b/include/asm/other.h": "#include <asm/word.h>\n",
        "drivers/d/own.h": "#define each(p, h) get(p, h)\n#define __mine __everywhere __other\n#define __other\n",
        "drivers/d/deep/include/up.h": "#define UP __everywhere\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def known_in(tree: Path, path: str, code: str) -> MacroKnowledge:
    return Headers(str(tree)).knowledge(path, code.encode())


def test_headers_are_followed(tree: Path) -> None:
    known = known_in(tree, "mm/x.c", "#include <linux/list.h>\n")
    assert known.of("each") == Meaning(iterator=True, changes=True)
    assert known.of("ulong_t").type
    assert known.of("WORD").type
    assert known.of("unlikely").truth
    assert known.of("nobody") is NO_MEANING


@pytest.mark.parametrize("path", ["drivers/d/x.c", "/drivers/d/x.c"], ids=["relative", "absolute"])
def test_a_tree_may_be_known_by_way_of_a_link(tree: Path, path: str) -> None:
    link = tree / "link"
    link.symlink_to(".")
    data = b'#include "own.h"\n#include <linux/list.h>\n'
    known = Headers(str(link))
    assert known.reaches(f"{link}{path}" if path.startswith("/") else path, data, ["drivers/d/own.h"])
    assert known.reaches(path.removeprefix("/"), data, [f"{tree}/include/linux/types.h"])


def test_what_was_not_kept_is_read_again(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("_KEPT_TEXTS", "_KEPT_READINGS", "_KEPT_CHOICES"):
        monkeypatch.setattr(headers, limit, 0)
    test_headers_are_followed(tree)
    test_the_nearest_definition_counts(tree)
    test_the_architectures(tree)


def test_headers_that_travel_are_read_where_they_arrive(tree: Path) -> None:
    here = Headers(str(tree))
    here.knowledge("mm/x.c", b"#include <linux/list.h>\n").of("each")
    there = pickle.loads(pickle.dumps(here))
    assert there.knowledge("mm/x.c", b"#include <linux/list.h>\n").of("each").iterator


def test_what_is_not_included_is_not_known(tree: Path) -> None:
    known = known_in(tree, "mm/x.c", "#include <asm/other.h>\n")
    assert not known.of("each").iterator
    assert known.of("WORD").type


def test_files_that_the_compiler_is_told_to_include(tree: Path) -> None:
    assert known_in(tree, "mm/x.c", "").of("__everywhere").attribute


def test_the_nearest_definition_counts(tree: Path) -> None:
    code = '#include "own.h"\n#include <linux/list.h>\n'
    assert not known_in(tree, "drivers/d/x.c", code).of("each").iterator
    assert known_in(tree, "drivers/d/x.c", code).of("__mine").attribute
    assert known_in(tree, "drivers/d/x.c", "#include <linux/list.h>\n").of("each").iterator


def test_the_architectures(tree: Path) -> None:
    code = "#include <asm/word.h>\n"
    assert known_in(tree, "arch/a/mm/x.c", code).of("barrier") == Meaning(leaves=True, keeps=True)
    assert known_in(tree, "arch/b/mm/x.c", code).of("barrier") == Meaning(changes=True)
    assert known_in(tree, "mm/x.c", code).of("barrier") == Meaning(leaves=True, changes=True)


def test_directories_that_a_folder_names_itself(tree: Path) -> None:
    assert known_in(tree, "drivers/d/deep/sub/x.c", '#include "up.h"\n').of("UP").attribute


def test_iterators_that_the_formatter_is_told(tree: Path) -> None:
    assert known_in(tree, "mm/x.c", "").of("listed_each").iterator
    assert known_in(tree, "mm/x.c", "").of("other_each").iterator
    assert not known_in(tree, "mm/x.c", "").of("IndentWidth").iterator


def test_a_folder_of_a_tree(tree: Path) -> None:
    assert known_in(tree / "drivers", "d/x.c", '#include "own.h"\n').of("__mine").attribute
    assert known_in(tree / "drivers", "d/x.c", "#include <linux/list.h>\n").of("each").iterator


def test_no_tree_at_all(tmp_path: Path) -> None:
    known = known_in(tmp_path, "x.c", '#include <linux/list.h>\n#include "../../etc/passwd"\n#include "\xff"\n')
    assert known.of("each") is NO_MEANING
    assert known.of("likely").truth


def test_names_that_a_header_leaves_to_its_user(tree: Path) -> None:
    (tree / "include/late.h").write_text("#define __late __given\n")
    (tree / "include/given.h").write_text("#define __given __attribute__((x))\n")
    headers = Headers(str(tree))
    assert not headers.knowledge("a.c", b"#include <late.h>\n").of("__late").attribute
    assert headers.knowledge("b.c", b"#include <given.h>\n#include <late.h>\n").of("__late").attribute


def test_a_file_of_a_tree_further_down(tree: Path) -> None:
    known = known_in(tree.parent, f"{tree.name}/arch/b/x.c", "#include <asm/word.h>\n#include <linux/list.h>\n")
    assert known.of("barrier").changes
    assert known.of("each").iterator


def test_definitions_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a.h").write_text("#define A B\n#define B A\n#define C(x) C(x)\n")
    known = known_in(tmp_path, "x.c", '#include "a.h"\n')
    assert [known.of(name) for name in "ABC"] == [Meaning(), Meaning(), Meaning()]


def test_the_root_of_a_tree(tree: Path) -> None:
    assert root_of(str(tree / "drivers" / "d")) == str(tree.resolve())
    (tree / "Makefile").unlink()
    assert root_of(str(tree / "drivers" / "d"), str(tree)) == str(tree.resolve())
    assert root_of(str(tree / "drivers" / "d"), str(tree / "mm")) == str((tree / "drivers" / "d").resolve())
    (tree / "drivers" / ".git").mkdir()
    assert root_of(str(tree / "drivers" / "d"), str(tree)) == str((tree / "drivers").resolve())


def test_the_nearest_share_most_directories() -> None:
    assert nearest("a/b/c.c", ["a/b/d.h", "a/d.h", "a/bc/d.h", "a/b/e/d.h"]) == ["a/b/d.h", "a/b/e/d.h"]
    assert nearest("a.c", ["a/b.h"]) == ["a/b.h"]
    assert nearest("a/x.c", ["b/x.h", "a/y.h", "c/x.h"]) == ["a/y.h"]
    assert nearest("x.c", ["b/x.h", "c/x.h"]) == ["b/x.h", "c/x.h"]


def test_the_search_path_is_the_makefile_s(tree: Path) -> None:
    search = SearchPath.of(str(tree))
    assert search.directories == ("include", "arch/a/include", "arch/b/include")
    assert search.always == ("include/all.h",)
    assert search.find("arch/a/x.c", "<asm/word.h") == ("arch/a/include/asm/word.h",)
    everywhere = ("arch/a/include/asm/word.h", "arch/b/include/asm/word.h", "include/asm-generic/word.h")
    assert search.find("include/linux/x.h", "<asm/word.h") == everywhere
    assert search.find("mm/x.c", "<linux/list.h") == ("include/linux/list.h",)


def test_a_tree_that_names_no_directories_is_searched_for_the_name(tree: Path) -> None:
    (tree / "Makefile").unlink()
    known = known_in(tree, "drivers/e/x.c", '#include "up.h"\n#include "../d/../d/own.h"\n#include <linux/list.h>\n')
    assert known.of("each").changes is False
    assert known.of("UP") == Meaning()  # nobody includes all.h any more
    assert known.of("__other").attribute
    search = SearchPath.of(str(tree))
    everywhere = ("include/asm-generic/word.h", "arch/a/include/asm/word.h", "arch/b/include/asm/word.h")
    assert search.find("mm/x.c", '"word.h') == everywhere
    assert search.find("arch/a/x.c", '"word.h') == ("arch/a/include/asm/word.h",)
    assert search.find("mm/x.c", '"b/word.h') == ()


def test_outlines_are_kept_until_a_header_changes(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tree / "cache"))
    monkeypatch.setattr("lazymmu_refactor.text.sealed._SETTLED", -1)  # nobody writes to these any more
    for number in range(100):
        (tree / f"include/h{number}.h").write_text(f"#define A{number} __attribute__((x))\n")
    code = "".join(f"#include <h{number}.h>\n" for number in range(100))
    assert known_in(tree, "x.c", code).of("A7").attribute
    (kept,) = (tree / "cache" / "lazymmu-refactor").iterdir()
    (tree / "include/h7.h").write_text("#define B 1\n#define A7(x) 1+x\n")
    (tree / "include/h8.h").unlink()
    known = known_in(tree, "x.c", code)
    assert [known.of(f"A{number}").attribute for number in (6, 7, 8)] == [True, False, False]
    for broken in (b"", b"[]", b"{", b'{"format": 1, "root": 1}', kept.read_bytes().replace(b'"A6"', b"4")):
        kept.write_bytes(broken)
        assert not known_in(tree, "x.c", code).of("A7").attribute
