"""Which places spatch finds for the rules of a pack.

spatch multiplies the bindings of independent rules: a dozen rules over a handful of calls overflow its stack. So each
rule is followed by scripts that take down its places in a set and drop the bindings, and a constraint against another
rule's places becomes a look into the sets. What a rule matches is not touched.
"""

import re
import subprocess
from pathlib import Path

_START = """@initialize:python@
@@
SETS = {}
def key(place):
    return place.line, place.column
def outside(places, names):
    return not any(key(place) in SETS.get(name, ()) for name in names.split() for place in places)
def take(name, places):
    for place in places:
        SETS.setdefault(name, set()).add(key(place))
        print("FOUND", name, place.line, place.column)

"""
_FORGET = "@script:python@\n@@\ncocci.include_match(False)\n\n"


def expanded(path: Path) -> str:
    """A semantic patch with what it includes in its place."""
    include = re.compile(r'^#include "([^"]+)"$', re.MULTILINE)
    return include.sub(lambda found: expanded(path.parent / found[1]), path.read_text())


def laundered(text: str) -> str:
    """``text`` without comments, with its sets of places kept in Python."""
    rules = re.split(r"(?m)^(?=@\w)", re.sub(r"(?m)^//.*\n", "", text))
    return _START + "".join(_laundered(rule) for rule in rules if rule.strip())


def _laundered(rule: str) -> str:
    found = re.match(r"@(\w+)", rule)
    assert found is not None
    name = found[1]
    declarations, _, body = rule.partition("\n@@")
    positions: list[str] = []
    for each in re.findall(r"position([^;]*);", declarations):
        names = each.split("!=")[0] if "!=" in each else each
        positions += [position.strip() for position in names.split(",")]
    text = re.sub(r"position\s+(\w+)\s*!=\s*([^;]*);", _constrained, declarations) + "\n@@" + body
    for position in positions:
        if any(f"@{position}" in line and "when" not in line for line in body.splitlines()):
            text += f'@script:python@\n{position} << {name}.{position};\n@@\ntake("{name}.{position}", {position})\n\n'
    return text + _FORGET


def _constrained(found: re.Match[str]) -> str:
    others = " ".join(re.findall(r"\w+\.\w+", found[2]))
    return f'position {found[1]} : script:python() {{ outside({found[1]}, "{others}") }};'


def places(text: str, code: Path, folder: Path) -> dict[str, set[int]]:
    """The lines at which spatch binds each position, by ``rule.position``."""
    patch = folder / "laundered.cocci"
    patch.write_text(laundered(text))
    command = ["spatch", "--sp-file", str(patch), str(code)]
    result = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    assert result.returncode == 0, result.stderr
    found: dict[str, set[int]] = {}
    for line in result.stdout.splitlines():
        if line.startswith("FOUND "):
            _, name, number, _ = line.split()
            found.setdefault(name, set()).add(int(number))
    return found
