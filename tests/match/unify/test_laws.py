"""Laws of unification: code read as a pattern matches itself, whatever its layout, and in one way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazymmu_refactor.c.items.source import Source
from lazymmu_refactor.c.macros.knowledge import MacroKnowledge
from lazymmu_refactor.c.parse import parse_item
from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, tokens
from lazymmu_refactor.match.code.roles import Census
from lazymmu_refactor.match.unify.occurrences import occurrences
from lazymmu_refactor.match.unify.tree import unify
from lazymmu_refactor.match.values.binding import Bindings
from lazymmu_refactor.match.values.context import MatchContext
from lazymmu_refactor.smpl.patch.pattern import Atom, Branch, Dots, DotsKind, Hole, MetaName, Pattern
from lazymmu_refactor.smpl.patch.place import Place
from lazymmu_refactor.smpl.patch.rule import BodyForm, MetaKind, Metavariable, Rule

ROOT = Path(__file__).parents[3]
HERE = Place("law.cocci", 1, 0)
E = Metavariable(name=MetaName("law", "e"), kind=MetaKind.EXPRESSION, place=HERE)
RULE = Rule(name="law", place=HERE, form=BodyForm.STATEMENTS, body=Branch(Kind.STATEMENTS, ()), metavariables={"e": E})
CONTEXT = MatchContext(rule=RULE)


def literal(tree: Tree) -> Pattern:
    """The pattern that a tree is of itself."""
    if isinstance(tree, Token):
        return Atom(kind=tree.kind, text=tree.text, place=HERE)
    return Branch(tree.kind, tuple(None if part is None else literal(part) for part in tree.parts))


def items(data: bytes) -> list[Node]:
    source = Source.read("law.c", data)
    roots = (parse_item(source, item, MacroKnowledge()).root for item in source.items)
    return [root for root in roots if root is not None]


def check_matches_itself(root: Node) -> None:
    """Several declarators in one declaration are no pattern: SmPL declares one name at a time."""
    if any(
        tree.text == "," for node in nodes(root, Kind.DECLARATORS) for tree in node.children if isinstance(tree, Token)
    ):
        return
    found = list(unify(literal(root), root, Bindings(), CONTEXT))
    assert len(found) == 1
    assert found[0].anchors() == tuple(token.span for token in tokens(root))


def nodes(root: Tree, kind: Kind) -> list[Node]:
    found: list[Node] = []
    stack = [root]
    while stack:
        tree = stack.pop()
        if isinstance(tree, Node):
            stack.extend(tree.children)
            if tree.kind is kind:
                found.append(tree)
    return found


@pytest.mark.parametrize("path", sorted(ROOT.glob("fixtures/**/*.[ch]")), ids=lambda path: path.name)
def test_code_matches_itself(path: Path) -> None:
    for root in items(path.read_bytes()):
        check_matches_itself(root)


@pytest.mark.kernel
@pytest.mark.parametrize(
    "name", ["mm/memory.c", "mm/mprotect.c", "kernel/fork.c", "lib/vsprintf.c", "include/linux/mm.h"]
)
def test_kernel_code_matches_itself(name: str, kernel: Path) -> None:
    for root in items((kernel / name).read_bytes()):
        check_matches_itself(root)


NAMES = st.sampled_from("abc")
EXPRESSIONS = st.recursive(
    st.one_of(NAMES, st.sampled_from(["1", "0x10", '"s"', "'c'", "NULL"])),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "||", "==", "&"]), inner).map(" ".join).map("({})".format),
        st.tuples(NAMES, st.lists(inner, max_size=3)).map(lambda call: f"{call[0]}({', '.join(call[1])})"),
        st.tuples(NAMES, NAMES).map(lambda access: f"{access[0]}->{access[1]}"),
        inner.map("!{}".format),
        st.tuples(NAMES, inner).map(lambda subscript: f"{subscript[0]}[{subscript[1]}]"),
    ),
    max_leaves=8,
)


def expression(text: str) -> Tree:
    (root,) = items(f"void f(void) {{ x = {text}; }}".encode())
    (assignment,) = nodes(root, Kind.ASSIGNMENT)
    right = assignment.part("right")
    assert right is not None
    return right


@given(EXPRESSIONS, st.sampled_from([" ", "\n", "\t", " /* c */ ", " // c\n"]))
def test_layout_and_comments_do_not_count(text: str, gap: str) -> None:
    spread = gap.join(token.text for token in tokens(expression(text)))
    assert len(list(unify(literal(expression(text)), expression(spread), Bindings(), CONTEXT))) == 1


@given(EXPRESSIONS, EXPRESSIONS)
def test_a_variable_used_twice_asks_for_equal_tokens(one: str, other: str) -> None:
    hole = Hole(meta=E.name, place=HERE)
    comma = Atom(kind=TokenKind.PUNCTUATION, text=",", place=HERE)
    brackets = [Atom(kind=TokenKind.PUNCTUATION, text=text, place=HERE) for text in "()"]
    name = Atom(kind=TokenKind.IDENTIFIER, text="g", place=HERE)
    pattern = Branch(Kind.CALL, (name, Branch(Kind.ARGUMENTS, (brackets[0], hole, comma, hole, brackets[1]))))
    texts = [[token.text for token in tokens(expression(text))] for text in (one, other)]
    found = list(unify(pattern, expression(f"g({one}, {other})"), Bindings(), CONTEXT))
    assert bool(found) is (texts[0] == texts[1])


@given(EXPRESSIONS, EXPRESSIONS)
def test_an_occurrence_is_a_match_of_a_part(part: str, whole: str) -> None:
    pattern, tree = literal(expression(part)), expression(whole)
    wanted = [token.text for token in tokens(expression(part))]
    for found in occurrences(pattern, Census((tree,)), Bindings(), CONTEXT):
        texts = [token.text for token in tokens(found.tree)]
        assert [text.replace("0x10", "16") for text in texts] == [text.replace("0x10", "16") for text in wanted]


@given(st.lists(EXPRESSIONS, max_size=5))
def test_dots_split_a_list_in_every_way(arguments: list[str]) -> None:
    """``g(..., ...)`` leaves a list of n elements n + 1 places to divide it."""
    dots = [Dots(kind=DotsKind.ARGUMENTS, place=HERE) for _ in range(2)]
    comma = Atom(kind=TokenKind.PUNCTUATION, text=",", place=HERE)
    brackets = [Atom(kind=TokenKind.PUNCTUATION, text=text, place=HERE) for text in "()"]
    pattern = Branch(Kind.ARGUMENTS, (brackets[0], dots[0], comma, dots[1], brackets[1]))
    tree = expression(f"g({', '.join(arguments)})")
    assert isinstance(tree, Node)
    found = list(unify(pattern, tree.parts[1] or tree, Bindings(), CONTEXT))
    assert len(found) == len(arguments) + 1


def test_depth_costs_no_stack() -> None:
    """Trees far deeper than Python's stack unify: parsing sets the limit, not matching."""
    deep: Tree = Token(TokenKind.IDENTIFIER, "x", 0, 1)
    pattern: Pattern = Hole(meta=E.name, place=HERE)
    for _ in range(5_000):
        bang = Token(TokenKind.PUNCTUATION, "!", 0, 1)
        deep = Node(Kind.UNARY, (bang, deep), 0, 1)
        pattern = Branch(Kind.UNARY, (Atom(kind=bang.kind, text="!", place=HERE), pattern))
    (found,) = unify(pattern, deep, Bindings(), CONTEXT)
    assert found.bindings.get(E.name) is not None
    name = Atom(kind=TokenKind.IDENTIFIER, text="x", place=HERE)
    assert len(list(occurrences(name, Census((deep,)), Bindings(), CONTEXT))) == 1
