"""The types of expressions: from what their item declares, what its file does, and the rules of C."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, tokens
from lazymmu_refactor.c.syntax.parameters import in_pairs, parameters_of
from lazymmu_refactor.match.code.declarators import declared
from lazymmu_refactor.match.code.file_types import FileTypes, declared_by, enumerators
from lazymmu_refactor.match.code.specifiers import meant_words, taken_apart
from lazymmu_refactor.match.code.typed import CType, unwritten
from lazymmu_refactor.text.record import NamedTuple
from lazymmu_refactor.text.span import Span

_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||"})
_TYPED_AS = {
    Kind.PARENTHESIZED: "expression",
    Kind.COMMA: "right",
    Kind.ASSIGNMENT: "left",
    Kind.POSTFIX: "operand",
    Kind.PREFIX: "operand",
}
"""Expressions that have the type of one of their parts."""
_SUFFIXES = {
    "u": ("unsigned", "int"),
    "l": ("long",),
    "ul": ("unsigned", "long"),
    "ll": ("long", "long"),
    "ull": ("unsigned", "long", "long"),
}


class _Variable(NamedTuple):
    """A declared name: visible in ``scope``, which begins behind its own declarator."""

    scope: Span
    type: CType
    static: bool


class LocalTypes:
    """The variables and parameters that an item declares, in a file. It answers as a `Scope` and as a `TypeOf`; most
    rules ask neither.
    """

    def __init__(self, root: Tree, file: FileTypes | None = None) -> None:
        self._root = root
        self.file = file or FileTypes()
        self._expanding: set[str] = set()  # the macros whose bodies are being looked at
        self._found: dict[Tree, CType | None] = {}  # each is asked for in many forms of a pattern

    @cached_property
    def variables(self) -> dict[str, tuple[_Variable, ...]]:
        """What is declared, by name."""
        found: dict[str, tuple[_Variable, ...]] = {}
        for name, variable in _variables(self._root):
            found[name] = (*found.get(name, ()), variable)
        return found

    def is_local(self, name: Token) -> bool:
        """Whether the name means a parameter or a variable that lives on the stack."""
        variable = self._variable(name)
        return variable is not None and not variable.static

    def type_of(self, expression: Tree) -> CType | None:
        """The type, where declarations of this item or of its file and the rules of C for arithmetic tell it.

        The depth of recursion is that of the expression, which parsing bounds.
        """
        if self._expanding:  # a macro that is being looked at has no type for itself
            return self._type_of(expression)
        if expression not in self._found:
            self._found[expression] = self._type_of(expression)
        return self._found[expression]

    def _type_of(self, expression: Tree) -> CType | None:  # noqa: C901, PLR0911 - one case a kind
        if isinstance(expression, Token):
            return self._type_of_token(expression)
        if expression.kind is Kind.STRINGS:
            return _around(Kind.ARRAY, unwritten("char"))
        if expression.kind in _TYPED_AS:
            return self._type_of_part(expression, _TYPED_AS[expression.kind])
        match expression.kind, expression.parts:
            case ((Kind.CAST | Kind.COMPOUND_LITERAL), (_, Node() as name, _, _)):
                return _written(name)
            case ((Kind.SIZEOF_EXPRESSION | Kind.SIZEOF_TYPE), _):
                return unwritten("size_t")
            case Kind.UNARY, (Token() as operator, Node() | Token() as operand):
                return self._type_of_unary(operator.text, operand)
            case Kind.SUBSCRIPT, _:
                return self._pointed_to(self._type_of_part(expression, "array"))
            case Kind.FIELD_ACCESS, _:
                return self._type_of_member(expression)
            case Kind.CALL, _:
                function = expression.parts[0]
                expanded = self._type_of_macro(function.text) if isinstance(function, Token) else None
                return expanded or self._result(self._type_of_part(expression, "function"))
            case Kind.BINARY, (Node() | Token() as left, Token() as operator, Node() | Token() as right):
                return self._type_of_binary(left, operator.text, right)
            case Kind.CONDITIONAL, _:
                return self._type_of_part(expression, "otherwise")
        return None

    def unfolded(self, known: CType) -> CType | None:
        """The type with the name that a ``typedef`` has given to it replaced all the way; None where it has none."""
        return self.file.unfolded(known)

    def names_type(self, name: Token) -> bool:
        """Whether the file declares something of a type of that name, or the name itself as one; no variable that can
        be seen here may have it.
        """
        return self._variable(name) is None and self.file.names_type(name.text)

    def _type_of_member(self, access: Node) -> CType | None:
        inner = self._type_of_part(access, "object")
        operator, name = access.parts[1], access.parts[2]
        if not isinstance(operator, Token) or not isinstance(name, Token):
            return None
        if operator.text == "->":
            inner = self._pointed_to(inner)
        if inner is None or inner.wrappers:
            return None
        return self.file.member(self.unfolded(inner) or inner, name.text)

    def _pointed_to(self, known: CType | None) -> CType | None:
        """What a pointer points to, or an array holds."""
        known = None if known is None else self.file.derived(known)
        if known is None or known.wrappers[0].kind not in (Kind.POINTER, Kind.ARRAY):
            return None
        return CType(known.specifiers, known.wrappers[1:])

    def _result(self, known: CType | None) -> CType | None:
        """What a call gives."""
        if known is not None and not _calls(known):
            known = self._pointed_to(known)
        return CType(known.specifiers, known.wrappers[1:]) if known is not None and _calls(known) else None

    def _type_of_part(self, expression: Node, name: str) -> CType | None:
        part = expression.part(name)
        return None if part is None else self.type_of(part)

    def _variable(self, name: Token) -> _Variable | None:
        inner: _Variable | None = None
        for each in self.variables.get(name.text, ()):
            if each.scope.contains(name.span) and (inner is None or each.scope.start >= inner.scope.start):
                inner = each
        return inner

    def _type_of_token(self, token: Token) -> CType | None:
        match token.kind:
            case TokenKind.IDENTIFIER:
                variable = self._variable(token)
                return self._type_of_global(token.text) if variable is None else variable.type
            case TokenKind.NUMBER:
                return _type_of_number(token.text.lower())
            case TokenKind.CHARACTER:
                return unwritten("char")
            case TokenKind.STRING:
                return _around(Kind.ARRAY, unwritten("char"))
            case _:
                return None

    def _type_of_global(self, name: str) -> CType | None:
        if name == "NULL":
            return _around(Kind.POINTER, unwritten("void"))
        return self.file.variable(name) or self._type_of_macro(name)

    def _type_of_macro(self, name: str) -> CType | None:
        body = None if name in self._expanding else self.file.macro(name)
        if body is None:
            return None
        self._expanding.add(name)
        try:
            return self.type_of(body)
        finally:
            self._expanding.remove(name)

    def _type_of_unary(self, operator: str, operand: Tree) -> CType | None:
        if operator == "!":
            return unwritten("int")
        inner = self.type_of(operand)
        if inner is None or operator in "+-~":
            return inner
        if operator == "*":
            return self._pointed_to(inner)
        return _around(Kind.POINTER, inner) if operator == "&" else None

    def _type_of_binary(self, left: Tree, operator: str, right: Tree) -> CType | None:
        if operator in _COMPARISONS:
            return unwritten("int")
        one, other = self.type_of(left), self.type_of(right)
        if operator in ("<<", ">>") and other is not None:  # by how much says nothing about the type
            other = unwritten("int")
        if operator == "-" and _is_pointer(one) and _is_pointer(other):
            return unwritten("ptrdiff_t")
        if operator in "+-":
            for pointer, number in ((one, other), (other, one)):
                if _is_pointer(pointer) and not _is_pointer(number):
                    return pointer
        return _common(one, other)


def _variables(root: Tree) -> Iterator[tuple[str, _Variable]]:
    """What is declared, with the scopes; the fields and the parameters of types are no variables."""
    stack: list[tuple[Tree, Span]] = [(root, root.span)]
    while stack:
        tree, scope = stack.pop()
        if not isinstance(tree, Node) or tree.kind in (Kind.FIELDS, Kind.PARAMETERS):
            continue
        if tree.kind in (Kind.BLOCK, Kind.FOR, Kind.FUNCTION):
            scope = tree.span
        if tree.kind is Kind.DECLARATION:
            yield from _declared_by(tree, scope)
        elif tree.kind is Kind.FUNCTION:
            parameters = parameters_of(tree)
            for parameter in parameters:
                yield from _declared_by(parameter, scope)
            for written, name in in_pairs(parameters):
                known = _written(written)
                if known is not None:
                    yield name.text, _Variable(Span(name.start, scope.end), known, False)
        stack.extend((part, scope) for part in reversed(tree.children))


def _declared_by(tree: Node, scope: Span) -> Iterator[tuple[str, _Variable]]:
    for name, known, storage in (*declared_by(tree), *enumerators(tree)):
        if "typedef" not in storage:
            inner = Span(min(name.start, scope.end), scope.end)
            yield name.text, _Variable(inner, known, _calls(known) or "static" in storage)


def _written(name: Node) -> CType | None:
    """The type that a TYPE_NAME or a PARAMETER without a name writes down."""
    specifiers, declarator = name.parts[:2]
    if not isinstance(specifiers, Node):
        return None
    said = taken_apart(specifiers.children)
    return CType((*said.qualifiers, *said.words), declared(declarator).wrappers)


def _type_of_number(text: str) -> CType | None:
    is_hex = text.startswith("0x")
    if "." in text or (not is_hex and "e" in text) or (is_hex and "p" in text):
        return unwritten("float" if text.endswith("f") and not is_hex else "double")
    suffix = text[len(text.rstrip("ul")) :]
    return unwritten(*_SUFFIXES.get("".join(sorted(suffix, reverse=True)), ("int",)))


def _around(kind: Kind, inner: CType) -> CType:
    """Pointer to, or array of, a type."""
    texts = ("*",) if kind is Kind.POINTER else ("[", "]")
    marks = [Token(TokenKind.PUNCTUATION, text, 0, 0) for text in texts]
    parts = (marks[0], None, None) if kind is Kind.POINTER else (None, marks[0], None, marks[1])
    return CType(inner.specifiers, (Node(kind, parts, 0, 0), *inner.wrappers))


def _calls(known: CType) -> bool:
    return bool(known.wrappers) and known.wrappers[0].kind is Kind.FUNCTION_TYPE


def _is_pointer(known: CType | None) -> bool:
    return known is not None and bool(known.wrappers) and known.wrappers[0].kind in (Kind.POINTER, Kind.ARRAY)


def _common(one: CType | None, other: CType | None) -> CType | None:
    """The type of what two operands make. An operand of which nothing is known says nothing, one with a name of its
    own (or any but a plain number) on the left decides.
    """
    if one is None or other is None:
        return one or other
    if _is_pointer(one) or _is_pointer(other):
        return None
    left, right = (_RANKS.get(_base_words(each)) for each in (one, other))
    if left is None or right is None:
        return one
    return unwritten(*_NUMBERS[max(left, right, _INT)])


_INT = 5
_NUMBERS = (
    ("char",), ("signed", "char"), ("unsigned", "char"), ("short",), ("unsigned", "short"), ("int",),
    ("unsigned", "int"), ("long",), ("unsigned", "long"), ("long", "long"), ("unsigned", "long", "long"), ("float",),
    ("double",),
)  # fmt: skip
"""The types of numbers; of two operands of different types the later one is that of the result."""


def _base_words(known: CType) -> tuple[str, ...]:
    return meant_words([token.text for part in taken_apart(known.specifiers).words for token in tokens(part)])


_RANKS = {meant_words(words): rank for rank, words in enumerate(_NUMBERS)}
