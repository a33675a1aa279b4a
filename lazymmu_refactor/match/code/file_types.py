"""What a file says of types at file scope: its variables and functions, type definitions, and members of structures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lazymmu_refactor.c.syntax.node import Kind, Node, Token, TokenKind, Tree, walk
from lazymmu_refactor.match.code.declarators import declared
from lazymmu_refactor.match.code.numbers import integer_value
from lazymmu_refactor.match.code.roles import is_expression
from lazymmu_refactor.match.code.specifiers import taken_apart, text_of
from lazymmu_refactor.match.code.typed import CType, unwritten
from lazymmu_refactor.text.record import NamedTuple, field, record

_STANDARD_TYPES = frozenset({"size_t", "ssize_t", "ptrdiff_t", "va_list"})
_LONGEST_CHAIN = 32  # of type definitions, each in the words of the next


class Declared(NamedTuple):
    """A name that a declaration declares: the token, its type, and the storage classes."""

    name: Token
    type: CType
    storage: frozenset[str]


def declared_by(tree: Node) -> Iterator[Declared]:
    """What a DECLARATION, a PARAMETER or the header of a FUNCTION declares; type definitions count."""
    specifiers, declarators = tree.parts[:2]
    if not isinstance(specifiers, Node) or declarators is None:
        return
    said = taken_apart(specifiers.children)
    storage = frozenset(map(text_of, said.storage))
    words = tuple(part for part in said.words if text_of(part) != "typedef")
    if len(words) < len(said.words):
        storage |= {"typedef"}
    several = isinstance(declarators, Node) and declarators.kind is Kind.DECLARATORS
    for declarator in declarators.children if several and isinstance(declarators, Node) else (declarators,):
        code = declared(declarator)
        if isinstance(code.name, Token) and code.name.text != ",":
            yield Declared(code.name, _type_of((*said.qualifiers, *words), code.wrappers), storage)


def enumerators(tree: Node) -> Iterator[Declared]:
    """The constants that a declaration's enumeration declares, of type int."""
    for specifier in tree.parts[0].children if isinstance(tree.parts[0], Node) else ():
        listed = specifier.part("enumerators") if isinstance(specifier, Node) and specifier.kind is Kind.ENUM else None
        for each in listed.children if isinstance(listed, Node) else ():
            name = each.part("name") if isinstance(each, Node) and each.kind is Kind.ENUMERATOR else each
            if isinstance(name, Token) and name.kind is TokenKind.IDENTIFIER:
                yield Declared(name, unwritten("int"), frozenset({"static"}))


def _type_of(specifiers: tuple[Tree, ...], wrappers: tuple[Node, ...]) -> CType:
    if wrappers and wrappers[0].kind is Kind.BIT_FIELD:
        width = wrappers[0].parts[2]
        return CType(specifiers, wrappers[1:], integer_value(width.text) if isinstance(width, Token) else None)
    return CType(specifiers, wrappers)


def members(fields: Node) -> Iterator[Declared]:
    """The members of a structure, those of its unnamed members among them."""
    pending = list(_declarations(fields))
    while pending:
        each = pending.pop()
        yield from declared_by(each)
        specifiers, declarators = each.parts[:2]
        if declarators is None and isinstance(specifiers, Node):
            for part in specifiers.children:
                inner = part.part("fields") if isinstance(part, Node) and part.kind is Kind.STRUCT else None
                pending += _declarations(inner) if isinstance(inner, Node) else ()


def _declarations(fields: Node) -> Iterator[Node]:
    return (part for part in fields.children if isinstance(part, Node) and part.kind is Kind.DECLARATION)


@record(frozen=True, slots=True, eq=False)
class FileTypes:
    """Looks up names at file scope. ``declaring`` gives the trees of the top-level items that may declare a name,
    ``holding`` those of the file's own items in which it stands at all.

    What is found is kept: each name is looked for once.
    """

    declaring: Callable[[str], Iterable[Node]] = lambda _: ()
    holding: Callable[[str], Iterable[Tree]] = lambda _: ()
    _types: dict[str, bool] = field(default_factory=dict, repr=False)
    _names: dict[str, dict[str, CType]] = field(default_factory=dict, repr=False)
    _fields: dict[tuple[str, str], Node | None] = field(default_factory=dict, repr=False)
    _macros: dict[str, Tree | None] = field(default_factory=dict, repr=False)

    def variable(self, name: str) -> CType | None:
        """The type of a variable, or of a function."""
        return self._look_up(name).get("")

    def definition(self, name: str) -> CType | None:
        """The type that a ``typedef`` gives the name to."""
        return self._look_up(name).get("typedef")

    def names_type(self, name: str) -> bool:
        """Whether a name stands for a type somewhere: once a type, it always is one."""
        if name not in self._types:
            known = name in _STANDARD_TYPES or self.definition(name) is not None
            self._types[name] = known or any(_uses_type(root, name) for root in self.holding(name))
        return self._types[name]

    def macro(self, name: str) -> Tree | None:
        """The expression that a macro stands for."""
        if name not in self._macros:
            found = (root.part("body") for root in self.declaring(name) if root.kind is Kind.DEFINE)
            self._macros[name] = next((body for body in found if body is not None and is_expression(body)), None)
        return self._macros[name]

    def unfolded(self, known: CType) -> CType | None:
        """The type with the name that a ``typedef`` has given to it replaced all the way; None where it has none."""
        found = None
        for found in self._unfoldings(known):  # noqa: B007 - the last is asked for
            pass
        return found

    def derived(self, known: CType) -> CType | None:
        """The type as a pointer, an array or a function, without the names that hide it; None where it is none."""
        return next((each for each in (known, *self._unfoldings(known)) if each.wrappers), None)

    def _unfoldings(self, known: CType) -> Iterator[CType]:
        """What a type stands for, one name after the other replaced by what it has been given to."""
        found: CType | None = None
        for _ in range(_LONGEST_CHAIN):
            said = taken_apart((found or known).specifiers)
            name = said.words[0] if len(said.words) == 1 else None
            if not isinstance(name, Token) or name.kind is not TokenKind.IDENTIFIER:
                return
            meant = self.definition(name.text)
            if meant is None:
                return
            found = CType((*said.qualifiers, *meant.specifiers), (*(found or known).wrappers, *meant.wrappers))
            yield found

    def member(self, of: CType, name: str) -> CType | None:
        """The type of a member of a structure or a union."""
        structure = next((part for part in of.specifiers if isinstance(part, Node) and part.kind is Kind.STRUCT), None)
        if structure is None:
            return None
        fields, tag = _fields(structure), structure.part("tag")
        if fields is None and isinstance(tag, Token):
            fields = self._fields_of(text_of(structure.parts[0]) if structure.parts[0] else "", tag.text)
        if fields is None:
            return None
        return next((each.type for each in members(fields) if each.name.text == name), None)

    def _fields_of(self, keyword: str, tag: str) -> Node | None:
        key = (keyword, tag)
        if key not in self._fields:
            found = (each for root in self.declaring(tag) for each in structures(root))
            self._fields[key] = next((_fields(each) for each in found if _defines(each, *key)), None)
        return self._fields[key]

    def _look_up(self, name: str) -> dict[str, CType]:
        if name not in self._names:
            found: dict[str, CType] = {}
            for root in self.declaring(name):
                for tree in (root, *root.children) if root.kind not in _DECLARING else (root,):
                    if isinstance(tree, Node) and tree.kind in _DECLARING:
                        for each in (*declared_by(tree), *enumerators(tree)):
                            if each.name.text == name:
                                found.setdefault("typedef" if "typedef" in each.storage else "", each.type)
            self._names[name] = found
        return self._names[name]


_DECLARING = frozenset({Kind.DECLARATION, Kind.FUNCTION})


def structures(root: Tree) -> Iterator[Node]:
    """The structures and unions whose members are listed in a tree, in source order."""
    for tree in walk(root):
        if isinstance(tree, Node) and tree.kind is Kind.STRUCT and tree.parts[3] is not None:
            yield tree


def _uses_type(root: Tree, name: str) -> bool:
    """Whether a name is among the specifiers of something in a tree."""
    runs = (tree for tree in walk(root) if isinstance(tree, Node) and tree.kind is Kind.SPECIFIERS)
    return any(text_of(part) == name for run in runs for part in run.children)


def _fields(structure: Node) -> Node | None:
    fields = structure.part("fields")
    return fields if isinstance(fields, Node) else None


def _defines(structure: Node, keyword: str, tag: str) -> bool:
    word, name = structure.parts[0], structure.parts[2]
    return word is not None and name is not None and (text_of(word), text_of(name)) == (keyword, tag)
