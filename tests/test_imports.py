"""The shape of the package: imports run one way, the front door is a list, no module holds state."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import lazymmu_refactor

PACKAGE = Path(lazymmu_refactor.__file__).parent
# Ground floor first. A room imports itself and the rooms before it.
ROOMS = (
    "text", "graphs", "c", "flow", "smpl", "match", "rewrite", "scripts", "engine", "tree", "packs", "report", "cli",
)  # fmt: skip
# The same within a room, where its modules are divided by idea: the modules of the room itself are above all of these.
INNER_ROOMS = {
    "c": ("syntax", "tokens", "preprocessor", "macros", "headers", "items", "view", "tree"),
    "smpl": ("patch", "needs", "tokens", "grammar", "heading", "isomorphism", "change"),
    "engine": ("results", "program", "file", "account", "run", "sharing"),
    "match": ("code", "values", "unify", "formula", "evaluate"),
    "rewrite": ("added", "marks", "layout"),
}
# What the front door offers; everything else may change without notice.
PUBLIC = [
    "Changed",
    "Evidence",
    "FileOutcome",
    "Finding",
    "PackError",
    "Program",
    "RunOptions",
    "Site",
    "SmplError",
    "Unchanged",
    "Unexamined",
    "Verdict",
    "WriteError",
    "apply",
    "load",
    "run_file",
    "run_tree",
    "unified_diff",
]
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "rules" not in path.relative_to(PACKAGE).parts)
PACKAGES = sorted(path.parent for path in MODULES if path.name == "__init__.py" and path.parent != PACKAGE)
MUTATORS = {"append", "add", "update", "extend", "insert", "pop", "clear", "setdefault", "remove", "discard", "popitem"}


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, so that they can be read without their place"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_names(tree: ast.Module) -> Iterator[tuple[str, ast.expr | None]]:
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.value


def identify(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=identify)
def test_a_room_imports_only_rooms_below_it(path: Path) -> None:
    parts = path.relative_to(PACKAGE).parts
    if len(parts) == 1:  # the front door and `python -m` may reach everything
        return
    allowed = set(ROOMS[: ROOMS.index(parts[0]) + 1])
    for name in imports(ast.parse(path.read_text(encoding="utf-8"))):
        rooms = name.split(".")
        if rooms[0] != "lazymmu_refactor" or len(rooms) == 1:
            continue
        if rooms[1] == "__version__":
            continue
        assert rooms[1] in allowed, f"{identify(path)} imports {name}"


@pytest.mark.parametrize("room", INNER_ROOMS)
def test_an_inner_room_imports_only_those_below_it(room: str) -> None:
    order = INNER_ROOMS[room]
    assert sorted(order) == sorted(path.parent.name for path in (PACKAGE / room).glob("*/__init__.py"))
    inside = re.compile(rf"lazymmu_refactor\.{room}\.(\w+)")
    for path in (PACKAGE / room).glob("*/**/*.py"):
        allowed = order[: order.index(path.relative_to(PACKAGE / room).parts[0]) + 1]
        for name in imports(ast.parse(path.read_text(encoding="utf-8"))):
            found = inside.match(name)
            assert found is None or found[1] in allowed, f"{identify(path)} imports {name}"


@pytest.mark.parametrize("room", INNER_ROOMS)
def test_the_map_shows_inner_rooms_in_their_order(room: str) -> None:
    page = (PACKAGE.parent / "docs/explanation/architecture.md").read_text(encoding="utf-8")
    assert (room, *INNER_ROOMS[room]) in {tuple(re.findall(r"`(\w+)/`", line)) for line in page.splitlines()}


def test_no_modules_import_each_other_in_a_circle() -> None:
    files = {".".join(("lazymmu_refactor", *path.relative_to(PACKAGE).with_suffix("").parts)): path for path in MODULES}
    files = {name.removesuffix(".__init__"): path for name, path in files.items()}
    del files["lazymmu_refactor"]  # the front door, which every room may ask for the version

    def below(path: Path) -> set[str]:
        named = set(imports(ast.parse(path.read_text(encoding="utf-8"))))
        packages = {name.rpartition(".")[0] for name in named & files.keys()}  # a module's package is not meant
        return (named & files.keys()) - packages

    TopologicalSorter({name: below(path) for name, path in files.items()}).prepare()  # CycleError names a circle


@pytest.mark.parametrize("package", PACKAGES, ids=identify)
def test_a_package_with_many_modules_leads_to_each_of_them(package: Path) -> None:
    inside = [path for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    names = sorted(path.stem for path in inside if path.stem != "__init__")
    led_to = re.findall(r"`(\w+)`", ast.get_docstring(ast.parse((package / "__init__.py").read_text())) or "")
    assert sorted(led_to) == names or (not led_to and len(names) < 10)


@pytest.mark.parametrize("path", MODULES, ids=identify)
def test_no_module_holds_state(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = dict(module_names(tree))
    for name, value in names.items():
        mutable = isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)
        constant = name.lstrip("_").isupper() or name == "__all__"
        assert constant or not mutable, f"{name} is a table that looks like a variable"
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Global), f"line {node.lineno}: global"
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign):
            targets = [node.target]
        elif isinstance(node, ast.Delete):
            targets = node.targets
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            targets = [node.func]
        for target in targets:
            base = target
            while isinstance(base, ast.Subscript | ast.Attribute):
                base = base.value
            if base is not target and isinstance(base, ast.Name) and base.id.lstrip("_").isupper():
                pytest.fail(f"{identify(path)}:{target.lineno} changes {base.id}")


def test_tests_lie_where_what_they_test_does() -> None:
    tests = Path(__file__).parent
    across = {"differential", "docs", "fixtures", "kernel", "laws", "packs_cases"}  # of all rooms together
    folders = {path.parent.relative_to(tests) for path in tests.rglob("test_*.py")}
    missing = {str(each) for each in folders if each.parts[:1] and each.parts[0] not in across}
    assert not {each for each in missing if not (PACKAGE / each).is_dir()}


def test_the_front_door_offers_this_and_nothing_else() -> None:
    assert sorted(getattr(lazymmu_refactor, "__all__", [])) == sorted(PUBLIC)
    for name in PUBLIC:
        assert getattr(lazymmu_refactor, name).__doc__
