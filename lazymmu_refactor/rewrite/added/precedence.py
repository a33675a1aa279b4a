"""How tightly C's operators bind: where a value needs parentheses when it becomes an operand.

Levels grow with tightness. An operand must bind at least as tightly as its place demands; to the right of a binary
operator it must bind tighter, since binary operators group to the left (assignments and ``?:`` group to the right).
"""

from __future__ import annotations

from collections.abc import Sequence

from lazymmu_refactor.c.syntax.node import Kind, Node, Tree
from lazymmu_refactor.c.tokens.keywords import CLOSING, OPENING
from lazymmu_refactor.rewrite.added.words import Word, WordKind

COMMA, ASSIGNMENT, CONDITIONAL = 1, 2, 3
UNARY, POSTFIX, ATOM = 14, 15, 99
_BINARY = {
    operator: level
    for level, operators in enumerate(("||", "&&", "|", "^", "&", "== !=", "< > <= >=", "<< >>", "+ -", "* / %"), 4)
    for operator in operators.split()
}
_REGROUPED = frozenset(["&&", "||", "&", "|", "^"])  # (a op b) op c and a op (b op c) are the same
_ASSIGN = frozenset(["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="])
_PREFIX = frozenset(["*", "&", "+", "-", "!", "~", "++", "--"])
_HEADERS = frozenset({"if", "while", "for", "switch", "return", "case", "goto", "else", "do"})

_KINDS = {
    Kind.COMMA: COMMA,
    Kind.ASSIGNMENT: ASSIGNMENT,
    Kind.CONDITIONAL: CONDITIONAL,
    Kind.CAST: UNARY,
    Kind.UNARY: UNARY,
    Kind.PREFIX: UNARY,
    Kind.SIZEOF_EXPRESSION: UNARY,
    Kind.SIZEOF_TYPE: UNARY,
    Kind.CALL: POSTFIX,
    Kind.SUBSCRIPT: POSTFIX,
    Kind.FIELD_ACCESS: POSTFIX,
    Kind.POSTFIX: POSTFIX,
    Kind.COMPOUND_LITERAL: POSTFIX,
}


def level_of_operator(text: str) -> int | None:
    """The level of a binary, conditional, assignment or comma operator; None for anything else."""
    if text in _ASSIGN:
        return ASSIGNMENT
    return {"?": CONDITIONAL, ":": CONDITIONAL, ",": COMMA}.get(text, _BINARY.get(text))


def level_of(tree: Tree | None) -> int:
    """How tightly an expression binds as a whole; ATOM for what needs no parentheses anywhere."""
    if not isinstance(tree, Node):
        return ATOM
    if tree.kind is Kind.BINARY:
        operator = tree.part("operator")
        return _BINARY.get(getattr(operator, "text", ""), COMMA)
    return _KINDS.get(tree.kind, ATOM)


def demanded_by_parent(parent: Node | None, tree: Tree) -> int:  # noqa: PLR0911 - a table of cases
    """The least level of an expression that stands in the place of ``tree`` without parentheses."""
    if parent is None:
        return 0
    role = next((index for index, part in enumerate(parent.parts) if part is tree), -1)
    match parent.kind:
        case Kind.BINARY:
            operator = getattr(parent.part("operator"), "text", "")
            return level_of(parent) + (role == 2 and operator not in _REGROUPED | {"+"})
        case Kind.ASSIGNMENT:
            return ASSIGNMENT + (role == 0)
        case Kind.CONDITIONAL:
            return {0: CONDITIONAL + 1, 2: 0}.get(role, CONDITIONAL)
        case Kind.COMMA:
            return COMMA + (role == 2)
        case Kind.UNARY | Kind.PREFIX | Kind.CAST | Kind.SIZEOF_EXPRESSION:
            return UNARY if tree is parent.parts[-1] else 0  # the type of a cast is no operand
        case Kind.CALL | Kind.FIELD_ACCESS | Kind.SUBSCRIPT | Kind.POSTFIX if role == 0:
            return POSTFIX
        case Kind.ARGUMENTS | Kind.SUBSCRIPT | Kind.INITIALIZERS | Kind.INITIALIZED | Kind.DESIGNATED:
            return ASSIGNMENT
        case _:
            return 0


def is_operand_end(words: Sequence[Word], index: int) -> bool:
    """Whether an operand ends with that word, so that an operator behind it is binary."""
    if index < 0:
        return False
    word = words[index]
    if word.kind in (WordKind.NAME, WordKind.LITERAL):
        return True
    if word.text in (")", "]", "}"):
        return word.text != ")" or not (is_cast(words, index) or is_header(words, index))
    return word.text in ("++", "--") and is_operand_end(words, index - 1)


def opener_of(words: Sequence[Word], index: int) -> int:
    """The index of the bracket that the one at ``index`` closes, or -1."""
    depth = 0
    for at in range(index, -1, -1):
        text = words[at].text
        depth += (text in CLOSING) - (text in OPENING)
        if depth == 0:
            return at
    return -1


def is_header(words: Sequence[Word], index: int) -> bool:
    """Whether the ")" at ``index`` ends the header of an if, a loop or a switch."""
    opener = opener_of(words, index)
    return opener > 0 and words[opener - 1].text in _HEADERS - {"return", "case"}


def is_cast(words: Sequence[Word], index: int) -> bool:
    """Whether the ")" at ``index`` ends a cast: nothing called or tested before its "(", and an operand behind it."""
    opener = opener_of(words, index)
    if opener < 0 or index + 1 >= len(words) or index == opener + 1:
        return False
    before = words[opener - 1] if opener else None
    if before is not None and (
        before.kind in (WordKind.NAME, WordKind.TYPE)
        or before.text in (")", "]")
        or (before.kind is WordKind.KEYWORD and before.text not in ("return", "case", "else"))
    ):
        return False
    inner = words[opener + 1 : index]
    typelike = any(word.kind in (WordKind.TYPE, WordKind.KEYWORD) for word in inner) or inner[-1].text == "*"
    follower = words[index + 1]
    begins = follower.kind in (WordKind.NAME, WordKind.LITERAL) or follower.text in ("(", "!", "~")
    return begins or (typelike and follower.text in _PREFIX | {"sizeof", "{"})


def demanded(words: Sequence[Word], index: int) -> int:
    """The least level of an expression that stands at ``index`` without parentheses."""
    return max(_demanded_by_left(words, index), _demanded_by_right(words, index))


def _demanded_by_left(words: Sequence[Word], index: int) -> int:
    if not index:
        return 0
    left = words[index - 1]
    level = level_of_operator(left.text)
    prefix = left.text in _PREFIX and not is_operand_end(words, index - 2)
    if prefix or left.text == "sizeof" or (left.text == ")" and is_cast(words, index - 1)):
        return UNARY
    if left.text == "," or (left.text == "(" and index > 1 and words[index - 2].kind is WordKind.NAME):
        return ASSIGNMENT
    if level is None or left.text == "?":
        return 0
    return level + (level > CONDITIONAL and left.text not in _REGROUPED)


def _demanded_by_right(words: Sequence[Word], index: int) -> int:
    if index + 1 >= len(words):
        return 0
    right = words[index + 1]
    level = level_of_operator(right.text)
    if right.text in (".", "->", "[", "(", "++", "--"):
        return POSTFIX
    if right.text == ",":
        return ASSIGNMENT
    if level is None or right.text == ":":
        return 0
    return level + (level <= CONDITIONAL)


def loosest(words: Sequence[Word]) -> int:
    """How tightly an expression written in ``words`` binds as a whole."""
    depth = 0
    least = ATOM
    for index, word in enumerate(words):
        depth -= word.text in CLOSING
        if depth == 0:
            binary = is_operand_end(words, index - 1)
            level = level_of_operator(word.text) if binary and word.kind is WordKind.PUNCTUATION else None
            if level is None:
                level = word.level if len(words) == 1 or word.level >= UNARY else min(word.level, ATOM)
                if (word.text in _PREFIX | {"sizeof"} and not binary) or (word.text == ")" and is_cast(words, index)):
                    level = UNARY
            least = min(least, level)
        depth += word.text in OPENING
    return least
