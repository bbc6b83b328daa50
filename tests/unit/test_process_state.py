"""Below the command line, nothing reads or changes what belongs to the whole process."""

import ast
from collections.abc import Iterator
from pathlib import Path

import cellwright

_SOURCE = Path(cellwright.__file__).parent
_FORBIDDEN = frozenset(
    {
        "Path.cwd",
        "gc.disable",
        "gc.enable",
        "gc.freeze",
        "gc.set_threshold",
        "os.chdir",
        "os.environ",
        "os.environb",
        "os.fork",
        "os.getcwd",
        "os.getenv",
        "os.putenv",
        "os.umask",
        "signal.signal",
        "sys.argv",
    }
)
_OWN_PROCESSES = (
    "cli/",
    "reference/",
    "relay/daemon/",
    "rego/worker.py",
    "sandbox/__main__.py",
    "terraform/process/launcher.py",
)
"""The command line, and programs that are started as processes of their own."""


def uses(text: str) -> Iterator[str]:
    """Yield the forbidden names that a module uses, however it imported them."""
    tree = ast.parse(text)
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update((item.asname or item.name, item.name) for item in node.names)
        elif isinstance(node, ast.ImportFrom):
            for item in node.names:
                names[item.asname or item.name] = (
                    item.name if item.name == "Path" else f"{node.module}.{item.name}"
                )
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = f"{names.get(node.value.id, node.value.id)}.{node.attr}"
        elif isinstance(node, ast.Name):
            found = names.get(node.id, "")
        else:
            continue
        if found in _FORBIDDEN:
            yield found


def found_in_source() -> dict[str, frozenset[str]]:
    found = {}
    for path in sorted(_SOURCE.rglob("*.py")):
        name = path.relative_to(_SOURCE).as_posix()
        if not name.startswith(_OWN_PROCESSES) and (names := frozenset(uses(path.read_text()))):
            found[name] = names
    return found


def test_nothing_is_found() -> None:
    assert found_in_source() == {}


def test_it_is_found_however_it_is_imported() -> None:
    texts = (
        "import os\nos.environ['X']",
        "import os as system\nsystem.getcwd()",
        "from os import environ\nenviron.get('X')",
        "from os import fork as split\nsplit()",
        "from pathlib import Path\nPath.cwd()",
        "import gc\nif True:\n    gc.freeze()",
    )
    assert [next(uses(text), None) for text in texts] == [
        "os.environ",
        "os.getcwd",
        "os.environ",
        "os.fork",
        "Path.cwd",
        "gc.freeze",
    ]


def test_a_name_that_only_looks_alike_is_not_found() -> None:
    assert not list(uses("environ = {}\nself.environ\nimport os\nos.path\nfleet.cwd()"))
