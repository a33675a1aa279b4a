"""The kernel tree that is measured, as the command line names it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def arguments(doc: str) -> argparse.ArgumentParser:
    """What a command with this docstring takes: the tree first, which must be there."""
    parser = argparse.ArgumentParser(description=doc.partition("\n")[0])
    parser.add_argument("tree", nargs="?", type=_tree, default=".kernel/linux-source-6.12")
    return parser


def _tree(path: str) -> str:
    if not Path(path).is_dir():
        sys.exit(f"{path}: no such tree; `make kernel` fetches one")
    return path
