"""The kinds of metavariables by the words that declare them."""

from __future__ import annotations

from lazymmu_refactor.smpl.patch.rule import MetaKind

LISTS = {
    MetaKind.IDENTIFIER: MetaKind.IDENTIFIER_LIST,
    MetaKind.EXPRESSION: MetaKind.EXPRESSION_LIST,
    MetaKind.STATEMENT: MetaKind.STATEMENT_LIST,
    MetaKind.FIELD: MetaKind.FIELD_LIST,
    MetaKind.PARAMETER: MetaKind.PARAMETER_LIST,
    MetaKind.INITIALISER: MetaKind.INITIALISER_LIST,
    MetaKind.FORMAT: MetaKind.FORMAT_LIST,
}
NAMES = {
    MetaKind.ATTRIBUTE: MetaKind.ATTRIBUTE_NAME,
    MetaKind.DECLARER: MetaKind.DECLARER_NAME,
    MetaKind.ITERATOR: MetaKind.ITERATOR_NAME,
}
KINDS = {
    "initializer": MetaKind.INITIALISER,
    **{
        str(kind): kind
        for kind in (
            MetaKind.METAVARIABLE, MetaKind.IDENTIFIER, MetaKind.EXPRESSION, MetaKind.IDEXPRESSION, MetaKind.CONSTANT,
            MetaKind.TYPE, MetaKind.STATEMENT, MetaKind.DECLARATION, MetaKind.FIELD, MetaKind.PARAMETER,
            MetaKind.INITIALISER, MetaKind.FORMAT, MetaKind.PRAGMAINFO, MetaKind.POSITION, MetaKind.COMMENTS,
            MetaKind.SYMBOL, MetaKind.TYPEDEF, MetaKind.ATTRIBUTE, MetaKind.DECLARER, MetaKind.ITERATOR,
            MetaKind.FUNCTION,
        )
    },
}  # fmt: skip
TYPED = (MetaKind.EXPRESSION, MetaKind.IDEXPRESSION, MetaKind.CONSTANT)
UNCONSTRAINED = (MetaKind.SYMBOL, MetaKind.TYPEDEF, *NAMES.values())
