"""``python -m lazymmu_refactor.cli.spatch``."""

from lazymmu_refactor.cli.spatch.main import main

main()
