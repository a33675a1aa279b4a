"""Options and fixtures that all rooms' tests share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says something of the machine, which may be busy, and nothing of the law.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

LINKED = Path(__file__).parent.parent / ".kernel" / "linux-source-6.12"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-cases", action="store_true", help="rewrite golden text to what comes out now")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("spatch") is not None and shutil.which("spatch") is None:
        pytest.skip("spatch is not installed")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache directory that a test has for itself; it does not exist yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def update_cases(request: pytest.FixtureRequest) -> bool:
    """Whether golden text is to be rewritten."""
    return bool(request.config.getoption("--update-cases"))


@pytest.fixture(scope="session")
def kernel() -> Path:
    """The root of a kernel tree; the test is skipped where there is none."""
    root = Path(os.environ.get("LAZYMMU_KERNEL", LINKED))
    if not root.is_dir():
        pytest.skip(f"no kernel tree at {root}")
    return root
