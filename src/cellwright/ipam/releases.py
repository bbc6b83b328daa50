"""Released blocks: one line each in a file of the fleet repository, written by `offboard`.

The file only grows, so that any clone of the repository knows what was released when.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cellwright.files.atomic import save_text
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.pools import Network, parse_network
from cellwright.fleet.yaml.node import Node, kind_name
from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.writer import flow_style
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, has_errors
from cellwright.model.position import Position

RELEASES_FILE = "released-addresses.yaml"

_HEADING = """\
# Blocks that offboarded cells gave back, oldest first. None is given out again before its quarantine
# (`addresses.quarantine_days` in fleet.yaml) is over. Written by `cellwright offboard`.
"""
_KEYS = ("block", "pool", "cell", "released")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A block that a cell held until `released`."""

    block: Network
    pool: str
    cell: str
    """The cell's address as text; the cell is gone."""
    released: datetime
    """UTC."""

    def free_from(self, quarantine_days: int) -> datetime:
        """When its quarantine is over."""
        return self.released + timedelta(days=quarantine_days)


@dataclass(frozen=True, slots=True)
class Releases:
    """Every release, oldest first, and findings about entries that are none."""

    given: tuple[Release, ...] = ()
    findings: tuple[Diagnostic, ...] = ()


def read_releases(root: Path) -> Releases:
    """Read the file of releases; a fleet without it has none."""
    files = FleetFiles(root)
    if not files.exists(RELEASES_FILE):
        return Releases()
    try:
        document = read_document(files.read_text(RELEASES_FILE), RELEASES_FILE)
    except DiagnosticError as failure:
        return Releases((), failure.diagnostics)
    findings = list(document.faults)
    if document.root is None:
        return Releases((), tuple(findings))
    if not isinstance(document.root.content, list):
        summary = f"the document must be a list, not {kind_name(document.root.value)}"
        detail = "restore it from git; `cellwright offboard` writes it"
        return Releases((), (*findings, error(summary, detail, document.root.position)))
    given = [item for node in document.root.content for item in _release(node, findings)]
    return Releases(tuple(given), tuple(findings))


def add_releases(root: Path, releases: Sequence[Release]) -> Path:
    """Append releases to the file, making it if need be; give its path.

    Raises:
        DiagnosticError: the file can't be read or written. It is then unchanged.
    """
    known = read_releases(root)
    if has_errors(known.findings):
        raise DiagnosticError(*known.findings)
    path = root / RELEASES_FILE
    before = FleetFiles(root).read_text(RELEASES_FILE) if path.exists() else _HEADING
    ending = "" if before.endswith("\n") else "\n"
    save_text(path, before + ending + "".join(_line(release) for release in releases))
    return path


def _line(release: Release) -> str:
    values = {
        "block": str(release.block),
        "pool": release.pool,
        "cell": release.cell,
        "released": f"{release.released:%Y-%m-%dT%H:%M:%SZ}",
    }
    return f"- {flow_style(values)}\n"


def _release(node: Node, findings: list[Diagnostic]) -> Iterator[Release]:
    fault = _format_fault(node)
    if fault is not None:
        findings.append(error("this is no release of a block", fault, node.position))
        return
    entries = node.entries or {}
    try:
        block = parse_network(str(entries["block"].value))
    except ValueError as failure:
        findings.append(_unreadable(entries["block"], str(failure)))
        return
    try:
        released = datetime.fromisoformat(str(entries["released"].value))
    except ValueError:
        released = None
    if released is None or released.tzinfo is None:
        findings.append(_unreadable(entries["released"], "write a time as in 2026-11-22T23:13:20Z"))
        return
    pool, cell = str(entries["pool"].value), str(entries["cell"].value)
    yield Release(block=block, pool=pool, cell=cell, released=released)


def _format_fault(node: Node) -> str | None:
    entries = node.entries or {}
    if sorted(entries) == sorted(_KEYS) and all(isinstance(item.value, str) for item in entries.values()):
        return None
    return f"write a mapping of texts with the keys {', '.join(_KEYS)}"


def _unreadable(node: Node, detail: str) -> Diagnostic:
    return error(f"'{node.value}' can't be read", detail, Position(node.layer, node.line, node.column))
