"""The grammar of C that tree-sitter brings, and the names of its node types and fields by their numbers."""

from __future__ import annotations

import tree_sitter_c
from tree_sitter import Language, Parser

LANGUAGE = Language(tree_sitter_c.language())

TYPES: tuple[str, ...] = tuple(LANGUAGE.node_kind_for_id(each) or "" for each in range(LANGUAGE.node_kind_count))
"""The node types by id. Reading an id and looking it up here is much cheaper than asking a node for its type."""

ANONYMOUS: frozenset[str] = frozenset(name for each, name in enumerate(TYPES) if not LANGUAGE.node_kind_is_named(each))
"""The node types that are written in the grammar as they stand: keywords and punctuation."""

FIELDS: tuple[str | None, ...] = (
    None,
    *(LANGUAGE.field_name_for_id(each) for each in range(1, LANGUAGE.field_count + 1)),
)
"""The field names by id; no field is 0."""


def grammar_parser() -> Parser:
    """A parser for C."""
    return Parser(LANGUAGE)
