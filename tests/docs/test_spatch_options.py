"""The table of options in the documentation is the program's own."""

from pathlib import Path

from lazymmu_refactor.cli.spatch.help import described
from lazymmu_refactor.cli.spatch.table import OPTIONS, Fate, Option

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "spatch.md"
BEGIN, END = "this table from the program's own -->\n", "<!-- end of options -->"


def row(option: Option) -> str:
    name = f"{option.name} {option.takes}".rstrip().replace("|", "\\|")
    return f"| `{name}` | {described(option)} |\n"


def table() -> str:
    parts = []
    for fate in Fate:
        parts.append(f"\n| {fate} | |\n|---|---|\n")
        parts += [row(option) for option in OPTIONS.values() if option.fate is fate]
    return "".join(parts) + "\n"


def test_the_page_has_the_options(*, update_cases: bool) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    found, _, after = rest.partition(END)
    if update_cases:
        PAGE.write_text(f"{before}{BEGIN}{table()}{END}{after}", encoding="utf-8")
    else:
        assert found == table()
