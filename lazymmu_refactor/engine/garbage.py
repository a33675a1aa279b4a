"""When the process looks for garbage.

Trees are many small objects that point at each other; nearly all live until their file is done, and then none does. To
look for garbage among them at each 700th, as Python does, costs one part in sixteen of a run over few items, and one in
four of a run that reads every function; to look only as seldom as that pays lets the memory grow with each file.
"""

from __future__ import annotations

import gc

_WORTH_IT = 100_000  # objects that have been made since; fewer are left to later files
_OLDEST_OF_INTEREST = 1  # what has outlived two looks is not a file's


def look_seldom() -> None:
    """Look for garbage only after many objects. Workers inherit this where they are forked."""
    gc.set_threshold(500_000, 20, 50)


def look_between_files() -> None:
    """Look for garbage now that a file is done, and what was made for it is of no more use, if that was much."""
    young, middle, _ = gc.get_count()
    if young > _WORTH_IT or middle:
        gc.collect(_OLDEST_OF_INTEREST)
