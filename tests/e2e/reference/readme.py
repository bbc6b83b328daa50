"""The tables of a stack's README, made from its Terraform files.

`PYTHONPATH=tests .venv/bin/python -m e2e.reference.readme` rewrites them in every reference stack.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

BEGIN = "<!-- BEGIN: made from the stack's files, don't edit -->"
END = "<!-- END -->"
STACKS = Path(__file__).parents[3] / "src" / "cellwright" / "reference" / "stacks"

# The files are formatted by `terraform fmt`, so their layout can be relied on.
_BLOCK = re.compile(r'^(?P<kind>\w+) "(?P<label>[^"]+)"[^{\n]*\{\n(?P<body>.*?)^\}', re.DOTALL | re.MULTILINE)
_ATTRIBUTE = re.compile(r"^  (?P<name>\w+) += (?P<value>.*?)(?=^  \w|^$|\Z)", re.DOTALL | re.MULTILINE)
_TABLES = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def stack_folders() -> list[Path]:
    """List the folders of all reference stacks."""
    return sorted(path.parent for path in STACKS.glob("*/*/versions.tf"))


def stack_name(stack: Path) -> str:
    """Name a stack by its level and its folder: `client/app`."""
    return f"{stack.parent.name}/{stack.name}"


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


def blocks(stack: Path, kind: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the first label and the attributes, as written, of each block of a kind, in their order."""
    for path in sorted(stack.glob("*.tf")):
        for block in _BLOCK.finditer(path.read_text()):
            if block["kind"] == kind:
                yield (
                    block["label"],
                    {item["name"]: item["value"] for item in _ATTRIBUTE.finditer(block["body"])},
                )


def _inputs(stack: Path) -> Iterator[tuple[str, ...]]:
    for name, body in blocks(stack, "variable"):
        default = f"`{_line(body['default'])}`" if "default" in body else "(required)"
        yield f"`{name}`", f"`{_line(body['type'])}`", default, _line(body["description"]).strip('"')


def _outputs(stack: Path) -> Iterator[tuple[str, ...]]:
    for name, body in blocks(stack, "output"):
        yield f"`{name}`", _line(body["description"]).strip('"')


def _resource_types(stack: Path) -> list[str]:
    return sorted({kind for kind, _ in blocks(stack, "resource")})


def _line(text: str) -> str:
    """Write an expression in one line."""
    lines = [line.strip() for line in text.strip().splitlines()]
    joined = lines[0]
    for before, line in pairwise(lines):
        joined += (" " if before.endswith("{") or line.startswith("}") else ", ") + re.sub(r" +", " ", line)
    return joined


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, tuple("---" for _ in head), *rows):
        yield f"| {' | '.join(row)} |"


if __name__ == "__main__":
    for folder in stack_folders():
        file = folder / "README.md"
        file.write_text(with_tables(file.read_text(), folder))
