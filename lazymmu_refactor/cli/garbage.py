"""How often the process looks for garbage."""

from __future__ import annotations

import gc


def look_seldom() -> None:
    """Trees are many small objects that nearly all live until their file is done: to look for garbage among them at
    each 700th, as Python does, costs one part in sixteen of a run over few items, and one in four of a run that reads
    every function. Workers inherit this where they are forked.
    """
    gc.set_threshold(500_000, 20, 50)
