"""Outlines kept from run to run are those of the headers as they are."""

import os
from pathlib import Path

import pytest

from lazymmu_refactor.c.headers import cache
from lazymmu_refactor.c.headers.cache import HeaderCache, Outline
from lazymmu_refactor.text import sealed


@pytest.fixture
def header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A header that counts as old, in a cache that writes down every one."""
    monkeypatch.setattr(sealed, "_SETTLED", -(10**15))
    monkeypatch.setattr(cache, "_FEW", 0)
    (tmp_path / "x.h").write_text("#define one for (;;)\n")
    return tmp_path / "x.h"


def names(header: Path) -> tuple[str, ...]:
    """The macros of the header as the next run sees them."""
    cache = HeaderCache(str(header.parent))
    found = cache.outline(header.name)
    cache.save()
    return found.macros


def test_a_header_that_stays_is_not_read_again(header: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert names(header) == ("one",)
    monkeypatch.setattr(cache, "outline", lambda _: Outline((), ("read again",), ()))
    assert names(header) == ("one",)
    header.write_text("#define three for (;;)\n")
    assert names(header) == ("read again",)


def test_a_header_put_in_place_with_the_size_and_time_of_the_old_one_is_noticed(header: Path) -> None:
    assert names(header) == ("one",)
    before = header.stat()
    (header.parent / "new").write_text("#define two for (;;)\n")
    os.utime(header.parent / "new", ns=(before.st_atime_ns, before.st_mtime_ns))
    (header.parent / "new").replace(header)
    assert names(header) == ("two",)


def test_a_header_that_changed_a_moment_ago_is_not_trusted(header: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "_SETTLED", 2_000_000_000)
    os.utime(header, (0, 0))  # an old date says nothing
    assert names(header) == ("one",)
    monkeypatch.setattr(cache, "outline", lambda _: Outline((), ("read again",), ()))
    assert names(header) == ("read again",)


def test_what_is_damaged_is_not_believed(header: Path, own_cache: Path) -> None:
    assert names(header) == ("one",)
    (kept,) = (own_cache / "lazymmu-refactor").glob("headers-*.bin")
    whole = kept.read_bytes()
    for damaged in (whole.replace(b"one", b"two"), whole[:-9], whole.partition(b"\n")[2], b""):
        kept.write_bytes(damaged)
        assert names(header) == ("one",)


def test_what_another_process_writes_or_has_left_is_not_in_the_way(header: Path, own_cache: Path) -> None:
    names(header)
    (kept,) = (own_cache / "lazymmu-refactor").glob("headers-*.bin")
    kept.unlink()
    kept.with_suffix(".new").touch()
    assert names(header) == ("one",)
    assert not kept.exists()
    os.utime(kept.with_suffix(".new"), (0, 0))
    names(header)
    names(header)
    assert kept.exists()
    assert not kept.with_suffix(".new").exists()
