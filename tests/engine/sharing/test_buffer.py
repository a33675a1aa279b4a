"""One file after another in the same memory, and the words that are looked for there."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.engine.sharing.buffer import EVERYWHERE, Buffer, Search

TEXT = st.text("az_Z b", max_size=12).map(str.encode)


def test_holds_what_was_read_last_however_long(tmp_path: Path) -> None:
    buffer, file = Buffer(), tmp_path / "a.c"
    for data in (b"int a;\n", b"x" * (3 << 20), b"", b"y" * (1 << 20), b"int b;\n"):
        file.write_bytes(data)
        buffer.read(str(file))
        assert buffer.content() == data


@given(texts=st.lists(TEXT, min_size=1, max_size=3), word=TEXT, many=st.booleans())
def test_a_word_is_found_in_the_files_where_it_stands(
    tmp_path_factory: pytest.TempPathFactory, texts: list[bytes], word: bytes, many: bool
) -> None:
    buffer, folder = Buffer(), tmp_path_factory.getbasetemp()
    paths = [str(folder / f"{number}.c") for number in range(len(texts))]
    for path, data in zip(paths, texts, strict=True):
        Path(path).write_bytes(data)
    if many:  # from then on the C library looks for words
        assert not list(buffer.holding(paths[:1] * 300, ()))
    found = [
        (number, buffer.content()) for number, _ in buffer.holding(paths, [Search.of(word) if word else EVERYWHERE])
    ]
    assert found == [(number, data) for number, data in enumerate(texts) if word in data]


def test_of_a_file_that_cannot_be_read_the_reason_is_told(tmp_path: Path) -> None:
    good = tmp_path / "a.c"
    good.write_bytes(b"int a;" + b" " * (1 << 20))  # more than is read at once
    found = list(Buffer().holding([str(tmp_path / "none.c"), str(good)], [Search.of(b"int")]))
    assert [number for number, _ in found] == [0, 1]
    assert isinstance(found[0][1], FileNotFoundError)
    assert found[1][1] is None
