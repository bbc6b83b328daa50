"""The tables of a stack's README, made from its Terraform files.

`PYTHONPATH=tests .venv/bin/python -m e2e.reference.readme` rewrites them in every reference stack.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import hcl2

BEGIN = "<!-- BEGIN: made from the stack's files, don't edit -->"
END = "<!-- END -->"
STACKS = Path(__file__).parents[3] / "src" / "cellwright" / "reference" / "stacks"

_TABLES = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def stack_folders() -> list[Path]:
    """List the folders of all reference stacks."""
    return sorted(path.parent for path in STACKS.glob("*/*/versions.tf"))


def with_tables(readme: str, stack: Path) -> str:
    """Replace the tables between the marks in a README."""
    return _TABLES.sub(lambda _: f"{BEGIN}\n{tables(stack)}{END}", readme)


def tables(stack: Path) -> str:
    """Write the tables of what a stack needs, takes, makes and gives."""
    return "\n".join(
        [
            *_table(("Input", "Type", "Default", "Meaning"), _inputs(stack)),
            "",
            *_table(("Output", "Meaning"), _outputs(stack)),
            "",
            *_table(("Resource type",), ((f"`{kind}`",) for kind in _resource_types(stack))),
            "",
        ]
    )


def blocks(stack: Path, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the blocks of a kind with their first label, in the order of files and lines."""
    for path in sorted(stack.glob("*.tf")):
        for block in hcl2.loads(path.read_text()).get(kind, []):
            for label, body in block.items():
                yield label.strip('"'), body


def _inputs(stack: Path) -> Iterator[tuple[str, ...]]:
    for name, body in blocks(stack, "variable"):
        yield f"`{name}`", f"`{_code(body['type'])}`", _default(body), _code(body["description"])


def _outputs(stack: Path) -> Iterator[tuple[str, ...]]:
    for name, body in blocks(stack, "output"):
        yield f"`{name}`", _code(body["description"])


def _resource_types(stack: Path) -> list[str]:
    return sorted({kind for kind, _ in blocks(stack, "resource")})


def _default(body: dict[str, Any]) -> str:
    if "default" not in body:
        return "(required)"
    text = json.dumps(body["default"]).replace('\\"', "")
    return f"`{text}`"


def _code(text: str) -> str:
    return re.sub(r"^\$\{(.*)\}$", r"\1", text.strip('"'))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, tuple("---" for _ in head), *rows):
        yield f"| {' | '.join(row)} |"


if __name__ == "__main__":
    for folder in stack_folders():
        file = folder / "README.md"
        file.write_text(with_tables(file.read_text(), folder))
