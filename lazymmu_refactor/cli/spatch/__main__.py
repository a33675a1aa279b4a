"""Where ``lazymmu-spatch`` begins, also as a module."""

from lazymmu_refactor.cli.start import start


def main() -> None:
    """Run the command line and exit."""
    start("lazymmu_refactor.cli.spatch.main")


if __name__ == "__main__":
    main()
