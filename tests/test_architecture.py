"""The plan of the house: imports run downward only, in no circle, and heavy or dangerous things stay in their rooms."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import spillmark

PACKAGE = Path(spillmark.__file__).parent
LAYERS: tuple[tuple[str, ...], ...] = (
    ("cli",),
    ("live", "rehearse"),
    ("output",),
    ("case",),
    ("duties", "review"),
    ("scope",),
    ("soql", "detect", "reading"),
    ("normal",),
    ("evidence",),
    ("engine", "content"),
    ("model",),
    ("clock", "errors", "progress"),
    ("",),  # the package itself: its version
)
HEIGHT = {room: len(LAYERS) - level for level, rooms in enumerate(LAYERS) for room in rooms}
ONLY_IN = {
    "duckdb": ("engine/duckdb.py",),
    "pyspark": ("engine/spark.py",),
    "sigma": ("detect/",),
    "jinja2": ("output/",),
    "typer": ("cli/",),
    "rich": ("cli/",),
    "sqlglot": ("soql/", "engine/spark.py"),
    "socket": ("live/",),
    "http": ("live/",),
    "urllib.request": ("live/",),
    "requests": ("live/",),
    "subprocess": (),
    "pickle": (),
}
CLI_ONLY_CALLS = {"print", "input", "breakpoint", "exit", "quit"}
CLI_ONLY_ATTRIBUTES = {("sys", "exit"), ("os", "environ"), ("os", "getenv"), ("datetime", "now"), ("time", "time")}
BROAD_EXCEPT_ROOMS = ("cli/", "evidence/", "normal/", "detect/", "reading/", "scope/", "duties/", "review/", "case/")

MODULES = sorted(PACKAGE.rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def room(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py") if first != "__init__.py" else ""


def imports(path: Path) -> Iterator[str]:
    """All imports, those behind TYPE_CHECKING and in functions included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{relative(path)}: relative import"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_run_downward(path: Path) -> None:
    here = room(path)
    if here == "__main__":
        return
    assert here in HEIGHT, f"{relative(path)} stands in no room of the plan"
    for name in imports(path):
        if name == "spillmark" or not name.startswith("spillmark."):
            continue
        there = name.split(".")[1]
        target = there if there in HEIGHT else ""
        assert target == here or HEIGHT[target] < HEIGHT[here], f"{relative(path)} imports {name}: upward or sideways"


def test_no_circles_between_modules() -> None:
    names = {module_name(path): path for path in MODULES}
    edges = {name: sorted(resolve(i, names) for i in imports(path)) for name, path in names.items()}
    done: set[str] = set()
    for start in sorted(edges):
        visit(start, edges, (), done)


def visit(name: str, edges: dict[str, list[str]], trail: tuple[str, ...], done: set[str]) -> None:
    assert name not in trail, f"import circle: {' -> '.join((*trail[trail.index(name) :], name))}"
    if name in done:
        return
    for target in edges[name]:
        if target and target != name:
            visit(target, edges, (*trail, name), done)
    done.add(name)


def module_name(path: Path) -> str:
    parts = ("spillmark", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def resolve(name: str, names: dict[str, Path]) -> str:
    """The module that an imported name comes from, or an empty text for a foreign one."""
    while name and name not in names:
        name = name.rpartition(".")[0]
    return name


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    for name in imports(path):
        for library, homes in ONLY_IN.items():
            if name == library or name.startswith(library + "."):
                assert relative(path).startswith(tuple(homes)), f"{relative(path)} imports {library}"


@pytest.mark.parametrize("path", [p for p in MODULES if not relative(p).startswith(("cli/", "__main__"))], ids=relative)
def test_only_the_command_line_touches_the_outside(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in CLI_ONLY_CALLS, f"{relative(path)}:{node.lineno} calls {node.func.id}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in CLI_ONLY_ATTRIBUTES, f"{relative(path)}:{node.lineno}"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_size_budgets(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400, f"{relative(path)} has {len(text.splitlines())} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{relative(path)}:{node.lineno} {node.name} has {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_public_things_are_explained(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{relative(path)} has no docstring"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{relative(path)}:{node.lineno} {node.name} has no docstring"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_broad_excepts_stand_only_where_one_item_must_not_stop_the_rest(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            broad = node.type is None or (
                isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
            )
            assert not broad or relative(path).startswith(BROAD_EXCEPT_ROOMS), f"{relative(path)}:{node.lineno}"
