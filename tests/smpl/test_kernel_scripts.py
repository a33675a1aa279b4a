"""The kernel's own semantic patches."""

from __future__ import annotations

from pathlib import Path

import pytest

from lazymmu_refactor.smpl.isomorphism.applied import expand
from lazymmu_refactor.smpl.isomorphism.reader import standard_isomorphisms
from lazymmu_refactor.smpl.patch.rule import Rule
from lazymmu_refactor.smpl.reader import read_patch


@pytest.mark.kernel
def test_every_script_is_read_without_a_word(kernel: Path) -> None:
    scripts = sorted((kernel / "scripts" / "coccinelle").rglob("*.cocci"))
    assert len(scripts) > 60
    isos = standard_isomorphisms()
    for script in scripts:
        patch = read_patch(script)
        assert patch.warnings == ()
        for rule in patch.rules:
            if isinstance(rule, Rule):
                expand(rule, isos)
