"""What spatch says of the same semantic patches."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lazymmu_refactor.smpl.patch.errors import SmplError
from lazymmu_refactor.smpl.reader import read_patch

VALID = [
    "@@ expression x; @@\n- f(x)\n+ g(x)\n",
    "@@ expression x; @@\n a(x);\n ... when != x\n     when any\n- b(x);\n",
    "@@ @@\n(\n- a();\n|\n b()\n)\n",
    "@@ statement S; expression e; @@\n if (e) S\n+ f();\n",
    "@@ identifier f; @@\n f(...) {\n <... \n- a();\n ...>\n }\n",
    "@@ field d; @@\n struct s {\n- d\n ...\n };\n",
    "@@ type T; expression x; @@\n- (T)x\n+ x\n",
    "@@ @@\n- #include <a.h>\n",
    "@@ identifier i; @@\n struct s i = { ...,\n- .a = 1,\n ... };\n",
    "@@ expression list es; @@\n- f(es)\n+ g(es)\n",
    "@@ expression x; position p; @@\n- f@p(x);\n",
    "@r@ expression x; @@\n f(x)\n@@ expression r.x; @@\n- g(x);\n",
    "@@ expression x; @@\n* x || ...\n",
    "@@ declaration d; @@\n- d\n",
    "@@ @@\n a();\n? b();\n- c();\n",
]
INVALID = [
    "@@ @@\n a()\n- b();\n",
    "@@ @@\n- foo(a);\nif (x)\n",
    "@@ @@\n f(...) { ... }\n+ int x;\n g(...);\n",
    "@@ field d; @@\n struct s {\n- d;\n ...\n };\n",
    "@@ expression e; @@\n(\n foo(e);\n|\n bar(e);\n)\n+ baz();\n",
    "@@ expression x; identifier x; @@\n- f(x)\n",
    "@@ expression x; @@\n- f()\n+ g(x)\n",
    "@@ expression r.x; @@\n- f(x)\n",
    "@@ @@\n ...\n",
    "@@ @@\n- f();\n+ ...\n",
    "@@ @@\n(\n a();\n|\n b();\n",
    "@@ @@\n f(<... x ...>);\n",
    "@depends on q@ @@\n- f()\n",
    "@@ @@\n- f(\n+ g()\n",
    "@@ expression x; @@\n- f(x)\n",
    "virtual a;\n@@ @@\n- f()\n",
]


def accepted_by_spatch(text: str, folder: Path) -> bool:
    script = folder / "test.cocci"
    script.write_text(text)
    done = subprocess.run(["spatch", "--parse-cocci", str(script)], capture_output=True, check=False, timeout=60)
    return done.returncode == 0


def accepted(text: str) -> bool:
    try:
        read_patch("test.cocci", text)
    except SmplError:
        return False
    return True


@pytest.mark.spatch
@pytest.mark.parametrize("text", VALID)
def test_what_spatch_accepts(text: str, tmp_path: Path) -> None:
    assert accepted(text)
    assert accepted_by_spatch(text, tmp_path)


@pytest.mark.spatch
@pytest.mark.parametrize("text", INVALID)
def test_what_spatch_refuses(text: str, tmp_path: Path) -> None:
    assert not accepted(text)
    assert not accepted_by_spatch(text, tmp_path)
