"""Semantic patches for C as it stands on disk.

>>> import lazymmu_refactor
>>> rules = lazymmu_refactor.load(["lazy_mmu_state"])
>>> for outcome in lazymmu_refactor.run_tree("linux/arch/pv/guest/mmu.c", rules.rewrite):
...     for site in outcome.sites:
...         print(f"{site.path}:{site.place.line}: {site.item}: {site.verdict}")
linux/arch/pv/guest/mmu.c:27: guest_flush_lazy: changed
linux/arch/pv/guest/mmu.c:28: guest_flush_lazy: left as it is
linux/arch/pv/guest/mmu.c:36: guest_switch_out: changed
linux/arch/pv/guest/mmu.c:47: guest_switch_in: left as it is

`load` reads rule packs and ``.cocci`` files; `run_tree` and `run_file` say what they make of code, a `FileOutcome` for
each file that they concern; `unified_diff` and `apply` turn outcomes into a diff and into files. Nothing here prints.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lazymmu_refactor.engine.file.options import RunOptions
    from lazymmu_refactor.engine.program.whole import Program
    from lazymmu_refactor.engine.results.outcome import Changed, FileOutcome, Unchanged, Unexamined
    from lazymmu_refactor.engine.results.site import Evidence, Finding, Site, Verdict
    from lazymmu_refactor.engine.run.files import run_file
    from lazymmu_refactor.packs.load import load
    from lazymmu_refactor.packs.manifest import PackError
    from lazymmu_refactor.report.diff import render as unified_diff
    from lazymmu_refactor.smpl.patch.errors import SmplError
    from lazymmu_refactor.tree.sweep import run_tree
    from lazymmu_refactor.tree.write import WriteError
    from lazymmu_refactor.tree.write import write_all as apply

__all__ = [
    "Changed",
    "Evidence",
    "FileOutcome",
    "Finding",
    "PackError",
    "Program",
    "RunOptions",
    "Site",
    "SmplError",
    "Unchanged",
    "Unexamined",
    "Verdict",
    "WriteError",
    "apply",
    "load",
    "run_file",
    "run_tree",
    "unified_diff",
]

# Where each name lives; imported when it is first asked for, so that the command line's help need not wait for parsers.
_HOMES = {
    "Changed": ("engine.results.outcome", "Changed"),
    "Evidence": ("engine.results.site", "Evidence"),
    "FileOutcome": ("engine.results.outcome", "FileOutcome"),
    "Finding": ("engine.results.site", "Finding"),
    "PackError": ("packs.manifest", "PackError"),
    "Program": ("engine.program.whole", "Program"),
    "RunOptions": ("engine.file.options", "RunOptions"),
    "Site": ("engine.results.site", "Site"),
    "SmplError": ("smpl.patch.errors", "SmplError"),
    "Unchanged": ("engine.results.outcome", "Unchanged"),
    "Unexamined": ("engine.results.outcome", "Unexamined"),
    "Verdict": ("engine.results.site", "Verdict"),
    "WriteError": ("tree.write", "WriteError"),
    "apply": ("tree.write", "write_all"),
    "load": ("packs.load", "load"),
    "run_file": ("engine.run.files", "run_file"),
    "run_tree": ("tree.sweep", "run_tree"),
    "unified_diff": ("report.diff", "render"),
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(f"{__name__}.{module}"), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
