"""Scripts that are plainly in order, as most are: a line or two that put a message together.

LibCST, which tells what is wrong with a script and where, takes longer to import than most rules take to run. What
Python's own compiler can vouch for need not be read by it. What is said here errs on one side: a script that is not
vouched for may still be right.
"""

from __future__ import annotations

import ast
import builtins
import warnings
from collections.abc import Iterator
from symtable import Symbol, SymbolTable, symtable

from lazymmu_refactor.scripts.allowed import ATTRIBUTES, FORBIDDEN_BUILTINS, MODULES
from lazymmu_refactor.scripts.snippet import Namespace, Snippet, names_in


def is_plain(snippet: Snippet, shared: Namespace) -> bool:
    """Whether a script is plainly in order; what it assigns at its top level is then ``shared``."""
    code, file = snippet.python, snippet.start.file
    try:
        tree = ast.parse(code, file)
        with warnings.catch_warnings(action="ignore"):  # they are told of when the script turns out to be in order
            compile(tree, file, "exec", dont_inherit=True)
        top = symtable(code, file, "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if not all(_is_harmless(node, snippet) for node in ast.walk(tree)):
        return False
    assigned = {symbol.get_name() for symbol in top.get_symbols() if _is_bound(symbol)}
    known = assigned | snippet.variables | shared.names | vars(builtins).keys()
    used = {
        symbol.get_name()
        for table in _scopes(top)
        for symbol in table.get_symbols()
        if symbol.is_global() or not (_is_bound(symbol) or symbol.is_free())
    }
    if used - known or FORBIDDEN_BUILTINS & (used | assigned):
        return False
    shared.names |= assigned
    return True


def _scopes(table: SymbolTable) -> Iterator[SymbolTable]:
    yield table
    for inner in table.get_children():
        yield from _scopes(inner)


def _is_bound(symbol: Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_parameter()


def _is_harmless(node: ast.AST, snippet: Snippet) -> bool:
    match node:
        case ast.Import(names=names):
            return all(alias.name in MODULES for alias in names)
        case ast.Attribute():
            return _is_allowed(node, snippet)
        case ast.ImportFrom() | ast.Global() | ast.Nonlocal() | ast.Delete():
            return False
        case _:
            return True


def _is_allowed(node: ast.Attribute, snippet: Snippet) -> bool:
    name = node.attr
    match node.value:
        case ast.Name(id="coccinelle"):
            return name in snippet.creates or (name in snippet.variables and isinstance(node.ctx, ast.Load))
        case ast.Name(id=base) if base in ATTRIBUTES:
            return name in ATTRIBUTES[base]
        case _:
            module = _dotted(node.value)
            known = names_in(module) if module.split(".")[0] not in snippet.variables else None
            return not name.startswith("__") if known is None else name in known


def _dotted(node: ast.expr) -> str:
    """A name, or names with dots between them; "" for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name() | ast.Attribute() as base, attr=name):
            return f"{_dotted(base)}.{name}"
        case _:
            return ""
