"""Where ``lazymmu-refactor`` begins, also as a module. Ctrl-C while modules are read ends it without a word."""

import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit."""
    try:
        from lazymmu_refactor.cli.main import main as run  # noqa: PLC0415 - what takes time is to read it
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    run()


if __name__ == "__main__":
    main()
