"""Rego modules as data: package, metadata, rules, tests; read from their text without an evaluator."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position

_PACKAGE = re.compile(r"^package\s+([A-Za-z_][\w]*(?:\.[A-Za-z_][\w]*)*)\s*(?:#.*)?$")
_METADATA = "# METADATA"
_FORM = "write `# METADATA` and below it YAML, each line after `# `, right above `package`"


@dataclass(frozen=True, slots=True)
class RuleMetadata:
    """A package's metadata (OPA's annotations: `title`; `clause` and `advice` in `custom`)."""

    title: str = ""
    clause: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Module:
    """One Rego file."""

    path: str
    """For messages and for the evaluator; unique among the modules that are used together."""
    source: str
    package: str
    metadata: RuleMetadata

    @property
    def is_test(self) -> bool:
        """Tell whether it holds tests only; such a module is left out when plans are judged."""
        return self.path.lower().endswith("_test.rego")


@dataclass(frozen=True, slots=True)
class ModuleReading:
    """What the evaluator's own parser says about a module."""

    package: str
    rules: tuple[str, ...]
    """The rules that are asked about plans."""
    tests: tuple[str, ...]


def parse_module(path: str, source: str) -> Module:
    """Read a module's package and metadata.

    Raises:
        DiagnosticError: it names no package, or its metadata can't be read.
    """
    lines = source.splitlines()
    for number, line in enumerate(lines):
        if match := _PACKAGE.match(line):
            metadata = _metadata(path, number, list(_block_above(lines, number)))
            return Module(path, source, match.group(1), metadata)
    raise DiagnosticError(
        error("the policy names no package", "start it with `package NAME`", Position(path))
    )


def _block_above(lines: list[str], number: int) -> Iterator[str]:
    """Yield the lines between `# METADATA` and line `number`, without their `#`; none if there is no such."""
    start = number
    while start > 0 and lines[start - 1].startswith("#"):
        start -= 1
        if lines[start].rstrip() == _METADATA:
            yield from (line.removeprefix("#").removeprefix(" ") for line in lines[start + 1 : number])
            return


def _metadata(path: str, number: int, block: list[str]) -> RuleMetadata:
    place = Position(path, number + 1)
    try:
        found = yaml.safe_load("\n".join(block)) or {}
        custom = found.get("custom") or {}
        texts = (found.get("title", ""), custom.get("clause", ""), custom.get("advice", ""))
    except (yaml.YAMLError, AttributeError, ValueError, RecursionError) as fault:
        raise DiagnosticError(error("the policy's metadata can't be read", _FORM, place)) from fault
    if not all(isinstance(text, str) for text in texts):
        detail = "`title`, `custom.clause` and `custom.advice` must be text"
        raise DiagnosticError(error("the policy's metadata is not text", detail, place))
    return RuleMetadata(*(" ".join(text.split()) for text in texts))
