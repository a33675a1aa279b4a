"""Trees as indented text, for people and for golden tests."""

from __future__ import annotations

from lazymmu_refactor.c.syntax.node import LAYOUT, Node, Token, Tree


def render_tree(tree: Tree) -> str:
    """One line for each node and token, indented by depth; parts of fixed kinds are named, missing ones left out."""
    lines: list[str] = []
    stack: list[tuple[Tree, str, int]] = [(tree, "", 0)]
    while stack:
        current, name, depth = stack.pop()
        label = f"{name}: " if name else ""
        lines.append(f"{'  ' * depth}{label}{_title(current)}")
        if isinstance(current, Node):
            names = LAYOUT.get(current.kind, ("",) * len(current.parts))
            named = [
                (part, name, depth + 1) for part, name in zip(current.parts, names, strict=True) if part is not None
            ]
            stack.extend(reversed(named))
    return "\n".join(lines)


def _title(tree: Tree) -> str:
    if isinstance(tree, Token):
        return f"'{tree.text}'"
    return str(tree.kind)
