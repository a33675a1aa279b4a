"""How a command begins. Ctrl-C while its modules are read ends it without a word."""

import sys
from importlib import import_module

_INTERRUPTED = 130


def start(module: str) -> None:
    """Run the command line whose ``main`` is in a module, and exit."""
    try:
        main = import_module(module).main  # what takes time is to read it
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    main()
