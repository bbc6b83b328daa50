"""Fmt: the fleet's YAML files, formatted."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.atomic import save_text
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.yaml.formatter import formatted
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error

_SUFFIXES = (".yaml", ".yml")
_STACKS = "stacks"
"""The folder at the top that holds no settings: a stack's files are its own."""
_MARK = "\ufeff"
"""The byte order mark that some editors begin a file with: it stays, as line ends do."""


@dataclass(frozen=True, slots=True)
class FormatRequest:
    """Which files, and whether they are written."""

    files: tuple[Path, ...] = ()
    """None: every file of settings below the fleet's folder."""
    write: bool = True


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file that was not as it is formatted."""

    path: str
    difference: str


@dataclass(frozen=True, slots=True)
class FormatReport:
    """What was formatted, and what could not be."""

    looked_at: int
    changed: tuple[Formatted, ...]
    faults: tuple[Diagnostic, ...]


def format_files(root: Path, request: FormatRequest) -> FormatReport:
    """Format files; one that can't be is left as it is, and the others are formatted nevertheless."""
    files = FleetFiles(root)
    changed: list[Formatted] = []
    faults: list[Diagnostic] = []
    names = list(_named(root, request.files, faults) if request.files else _all(root))
    for name in names:
        try:
            before = files.read_text(name)
            after = formatted(before, name)
            if after != before:
                changed.append(Formatted(name, _difference(name, before, after)))
                if request.write:
                    mark = _MARK if files.keep(name).startswith(_MARK.encode()) else ""
                    save_text(root / name, f"{mark}{after}")
        except DiagnosticError as failure:
            faults.extend(failure.diagnostics)
    return FormatReport(len(names), tuple(changed), tuple(faults))


def _named(root: Path, given: Sequence[Path], faults: list[Diagnostic]) -> Iterator[str]:
    for path in given:
        whole = path.absolute()
        if whole.is_relative_to(root):
            yield whole.relative_to(root).as_posix()
        else:
            faults.append(error(f"{path} is not in the fleet at {root}", "name files of the fleet"))


def _all(root: Path) -> Iterator[str]:
    for folder in sorted(root.iterdir()):
        if folder.name.startswith(".") or folder.name == _STACKS:
            continue
        found = [folder] if folder.is_file() else sorted(folder.rglob("*")) if folder.is_dir() else []
        for path in found:
            if path.suffix in _SUFFIXES and path.is_file():
                yield path.relative_to(root).as_posix()


def _difference(name: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(_lines(before), _lines(after), name, f"{name} (formatted)", lineterm="", n=2)
    return "\n".join(lines)


def _lines(text: str) -> list[str]:
    """Give the lines of a text; a last one that nothing ends says so, as diff and git do."""
    *lines, last = text.replace("\r\n", "\n").split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines
