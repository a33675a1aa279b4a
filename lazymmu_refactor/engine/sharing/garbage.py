"""When the process looks for garbage.

Trees are many small objects, nearly all of which live until their file is done. To look for garbage among them at each
700th, as Python does, costs one part in sixteen of a run over few items, and one in four of a run that reads every
function. What is made for a file knows no way back to itself once the file has been let go of, see `Text.forget`: it
goes as its last user does.
"""

from __future__ import annotations

import gc


def look_seldom() -> None:
    """Look for garbage only after many objects. Workers inherit this where they are forked."""
    gc.set_threshold(500_000, 20, 50)


def look_no_more() -> None:
    """The process ends: what it has made goes with it, and is not worth a last look."""
    gc.freeze()
