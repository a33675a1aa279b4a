"""Texts and edits for the laws."""

from hypothesis import strategies as st

from lazymmu_refactor.text.edit import Edit
from lazymmu_refactor.text.span import Span

pieces = st.sampled_from([b"a", b"b", b"\n", b"\n\n", b"\r\n", b"\r", b"\tx;", b"int f(void)\n{\n", b"\xff"])
texts = st.lists(pieces, max_size=25).map(b"".join)


@st.composite
def edits_of(draw: st.DrawFn, data: bytes) -> list[Edit]:
    """Disjoint edits of ``data``; touching ones, insertions and deletions among them."""
    borders = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    spans = [Span(*pair) for pair in zip(borders[::2], borders[1::2], strict=False)]
    return [Edit(span, draw(texts)) for span in spans]


@st.composite
def edited(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    data = draw(texts)
    return data, draw(edits_of(data))
