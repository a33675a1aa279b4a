"""Functions of other files that begin or end sections: their callers are left alone, and told why."""

from pathlib import Path

import pytest

from tests.packs_cases.tree import account_of, rules

TREE = {
    "include/linux/batch.h": """\
static inline void batch_begin(void)
{
	arch_enter_lazy_mmu_mode();
}

static inline void batch_end(void)
{
	arch_leave_lazy_mmu_mode();
}

#define BATCH_END()	batch_end()
""",
    "mm/far.c": """\
void far_begin(void)
{
	arch_enter_lazy_mmu_mode();
}

void far_end(void)
{
	arch_leave_lazy_mmu_mode();
}
""",
    "mm/relay.c": """\
void relay_begin(void)
{
	far_begin();
}

void relay_end(void)
{
	far_end();
}
""",
    "mm/namesake.c": """\
static void far_begin(void)
{
}

void namesake(void)
{
	far_begin();
	arch_enter_lazy_mmu_mode();
	arch_leave_lazy_mmu_mode();
}
""",
}
LEFT = {
    "batch_begin(); arch_leave_lazy_mmu_mode();": "batch_begin begins a section for its caller",
    "arch_enter_lazy_mmu_mode(); BATCH_END();": "the macro BATCH_END calls what ends a section for its caller",
    "arch_enter_lazy_mmu_mode(); far_end();": "far_end ends a section for its caller",
    "relay_begin(); arch_leave_lazy_mmu_mode();": "relay_begin hands over to its caller what a function or macro",
    "far_begin(); begins(); arch_leave_lazy_mmu_mode();": "far_begin begins a section",
}
BALANCED = "void balanced(void)\n{\n\tbatch_begin();\n\tbatch_end();\n\trelay_begin();\n\trelay_end();\n}\n"


@pytest.mark.parametrize("pack", ["lazy_mmu_state", "lazy_mmu_mode"])
def test_left_alone(pack: str, tmp_path: Path) -> None:
    functions = [f"void user_{number}(void)\n{{\n\t{body}\n}}\n" for number, body in enumerate(LEFT)]
    own = "void own(void)\n{\n\tarch_enter_lazy_mmu_mode();\n\tbalanced();\n\tarch_leave_lazy_mmu_mode();\n}\n"
    user = "\n".join(["#include <linux/batch.h>\n", *functions, BALANCED, own])
    for name, text in {**TREE, "mm/user.c": user}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    account = account_of(tmp_path, rules(pack).rewrite)
    told = {site.item: site.reason for site in account.sites if site.path == "mm/user.c" and not site.verdict.settled}
    assert told.keys() == {f"user_{number}" for number in range(len(LEFT))}
    for number, reason in enumerate(LEFT.values()):
        assert reason in told[f"user_{number}"]
    changed = {each.path: each.after.decode() for each in account.changed}
    assert "".join(functions).replace("\n", "") in changed["mm/user.c"].replace("\n", "")  # as they were
    assert "\n\tarch_enter" not in changed["mm/namesake.c"]  # which calls a function of its own
