"""One file after another in the same memory, and the words that are looked for there."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.engine.sharing.buffer import Buffer, Search

TEXT = st.text("az_Z b", max_size=12).map(str.encode)


def test_holds_what_was_read_last_however_long(tmp_path: Path) -> None:
    buffer, file = Buffer(), tmp_path / "a.c"
    for data in (b"int a;\n", b"x" * (3 << 20), b"", b"y" * (1 << 20), b"int b;\n"):
        file.write_bytes(data)
        buffer.read(str(file))
        assert buffer.content() == data


@given(texts=st.lists(TEXT, min_size=1, max_size=3), word=TEXT.filter(bool))
def test_a_word_is_found_where_it_stands_in_what_was_read_last(
    tmp_path_factory: pytest.TempPathFactory, texts: list[bytes], word: bytes
) -> None:
    buffer, file = Buffer(), tmp_path_factory.getbasetemp() / "a.c"
    for data in texts:
        file.write_bytes(data)
        buffer.read(str(file))
    assert buffer.has_any([Search.of(word)]) == (word in texts[-1])
