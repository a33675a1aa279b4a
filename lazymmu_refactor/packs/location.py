"""Where rule packs lie: beside the code in a checkout, inside the package where it was installed."""

from __future__ import annotations

from pathlib import Path

from lazymmu_refactor.packs.manifest import PackError

MANIFEST = "pack.toml"


def shipped() -> Path:
    """The folder of the packs that come with the tool."""
    installed = Path(__file__).parent / "rules"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "rules"


def names() -> tuple[str, ...]:
    """The names of the shipped packs."""
    return tuple(sorted(path.parent.name for path in shipped().glob(f"*/{MANIFEST}")))


def find(reference: str) -> Path:
    """The folder of the pack that ``reference`` names: a shipped one by its name, any other by its path.

    Raises `PackError` with the nearest name.
    """
    folder = Path(reference)
    if reference in names():
        return shipped() / reference
    if (folder / MANIFEST).is_file():
        return folder
    if reference and folder.is_dir():
        raise PackError(f"{reference}: a folder of rules is a pack and holds a {MANIFEST}; this one does not")
    if folder.is_file():
        named = "one semantic patch, which has no manifest" if folder.suffix == ".cocci" else "not called .cocci"
        raise PackError(f"{reference}: a pack is a folder with a {MANIFEST}; this is a file, {named}")
    from difflib import get_close_matches  # noqa: PLC0415 - hardly ever needed

    close = get_close_matches(reference, names(), n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names())}, and any .cocci file"
    raise PackError(f"there is no rule pack {reference!r}; {hint}")
