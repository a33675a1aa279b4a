"""Parsing small pieces of C in tests."""

from __future__ import annotations

from lazymmu_refactor.c.items.item import ParsedItem
from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import NOTHING_KNOWN
from lazymmu_refactor.c.parse import parse_item


def parsed_items(code: str | bytes) -> list[ParsedItem]:
    """Every item of the code, parsed with nothing known of macros."""
    source = Source.read("case.c", code.encode() if isinstance(code, str) else code)
    return [parse_item(source, item, NOTHING_KNOWN) for item in source.items]


def only_item(code: str) -> ParsedItem:
    """The one item that spans the code; what it holds inside (directives) may be items as well."""
    return max(parsed_items(code), key=lambda parsed: len(parsed.item.span))
