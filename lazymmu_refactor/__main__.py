"""``python -m lazymmu_refactor``."""

from lazymmu_refactor.cli.main import main

main()
