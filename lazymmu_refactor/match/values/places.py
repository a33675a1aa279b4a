"""Metavariables that are bound to places: positions and comments."""

from __future__ import annotations

from lazymmu_refactor.match.values.binding import Bindings, Places, Position
from lazymmu_refactor.match.values.constraints import holds
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.smpl.patch.pattern import MetaName
from lazymmu_refactor.text.span import Span


def placed(env: Bindings, attached: tuple[MetaName, ...], span: Span, context: MatchContext) -> Bindings | None:
    """``env`` with the position metavariables of ``attached`` bound to ``span``; None where one may not stand there.

    An inherited position must be among its values already. A metavariable for comments is bound to places too: which
    comments stand around them is found when a script asks for it.
    """
    for meta in attached:
        declared = context.declaration(meta)
        place = Places(frozenset((Position(context.file, context.item, span),)))
        if declared.inherited is not None:
            known = env.get(declared.inherited)
            if not isinstance(known, Places) or not place.within(known):
                return None
            continue
        if declared.constraint is not None and not holds(declared.constraint, declared.name, place, env, context):
            return None
        further = env.bound(declared.name, place)
        assert further is not None, "places never disagree"
        env = further
    return env
