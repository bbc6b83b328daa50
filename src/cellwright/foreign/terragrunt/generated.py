"""Files that `generate` makes: what a unit's code has of them, as far as it can be told."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.foreign.files import HclFile, backend_in
from cellwright.foreign.terragrunt.config import Config
from cellwright.foreign.tree import ForeignValue, Unreadable
from cellwright.model.position import Position
from cellwright.stacks.hcl.json_form import parse_json
from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import Source, SyntaxFault
from cellwright.stacks.hcl.syntax import Block, Expression, Literal, TemplateExpression

_STATE = re.compile(r'\bbackend\s*"|\bcloud\s*\{|"(?:backend|cloud)"\s*:')


@dataclass(frozen=True, slots=True)
class Generated:
    """One file."""

    label: str
    position: Position
    body: HclFile | None
    """None: what it holds can't be told, or is no HCL."""
    lost: Unreadable | None = None
    """Why it can't be told, if it says where the state lies or may do so."""

    def backend(self) -> Block | None:
        """Give the block that says where the state lies; None if it has none."""
        return None if self.body is None else backend_in((self.body,))


def generated_files(config: Config, source: Path | str | Unreadable | None = None) -> Iterator[Generated]:
    """Yield the files that are made for a unit; one of a label counts, as Terragrunt has it."""
    seen: set[str] = set()
    for item in config.merged():
        for label, arguments, position, written in _written(item):
            if label in seen:
                continue
            seen.add(label)
            if arguments.get("disable") is True or _is_there(arguments, source):
                continue
            yield _made(item, label, arguments, position, written)


def _written(
    config: Config,
) -> Iterator[tuple[str, Mapping[str, ForeignValue], Position, Expression | None]]:
    """Yield blocks of `generate`, and the entries of an argument of that name."""
    for block in config.blocks("generate"):
        contents = block.body.attributes.get("contents")
        position = config.file.position(block.offset)
        label = block.labels[0] if block.labels else ""
        yield label, config.arguments(block), position, None if contents is None else contents.value
    argument = config.file.body.attributes.get("generate")
    if argument is None:
        return
    found, position = config.evaluator.value(argument.value), config.file.position(argument.offset)
    if isinstance(found, Mapping):
        for label, arguments in found.items():
            yield label, arguments if isinstance(arguments, Mapping) else {}, position, None
    else:
        yield "backend", {"contents": found}, position, None


def _is_there(arguments: Mapping[str, ForeignValue], source: Path | str | Unreadable | None) -> bool:
    """Tell whether the module has the file itself, and keeps it."""
    path = arguments.get("path")
    keeps = arguments.get("if_exists") == "skip" and isinstance(source, Path) and isinstance(path, str)
    return keeps and (Path(str(source)) / str(path)).is_file()


def _made(
    config: Config,
    label: str,
    arguments: Mapping[str, ForeignValue],
    position: Position,
    written: Expression | None,
) -> Generated:
    text, path = arguments.get("contents"), str(arguments.get("path", ""))
    if isinstance(text, str):
        try:
            body = parse_json(text) if path.endswith(".json") else parse_native(text, keeps=True)
            return Generated(label, position, HclFile(config.path, Source(position.file, text), body))
        except SyntaxFault:
            if not _STATE.search(text):
                return Generated(label, position, None)
    elif not _may_have_state(written, f"{label} {path}"):
        return Generated(label, position, None)
    why = text.why if isinstance(text, Unreadable) else "what is generated says so, and can't be told"
    return Generated(label, position, None, Unreadable(f"generate {label}", position, why))


def _may_have_state(written: Expression | None, names: str) -> bool:
    if isinstance(written, TemplateExpression):
        parts = (part.value for part in written.parts if isinstance(part, Literal))
        return any(isinstance(part, str) and _STATE.search(part) for part in parts)
    return "backend" in names or "state" in names
