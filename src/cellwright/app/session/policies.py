"""Reads a fleet's policies: its own, and the packs that are switched on, its own or shipped."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cellwright.fleet.fleet import Fleet
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.limits import POLICY_BYTES
from cellwright.model.position import Position

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from cellwright.planning.policy.module import Module

SUFFIX = ".rego"


@dataclass(frozen=True, slots=True)
class ReadPolicies:
    """The modules that are switched on, tests included, and what is wrong with them."""

    modules: "tuple[Module, ...]" = ()
    findings: tuple[Diagnostic, ...] = ()


def read_policies(fleet: Fleet) -> ReadPolicies:
    """Read the fleet's own policies and every pack that is switched on, in the fleet or shipped."""
    folder = fleet.root / fleet.policies.folder
    modules: list[Module] = []
    findings: list[Diagnostic] = []
    for source, where, position in _sources(fleet, folder):
        found = sorted(_rego_files(source), key=lambda item: item.name)
        if position is not None and not found:
            findings.append(_unknown(where, folder.name, position))
        for item in found:
            try:
                modules.append(_module(item, f"{where}/{item.name}"))
            except DiagnosticError as fault:
                findings.extend(fault.diagnostics)
    return ReadPolicies(tuple(modules), tuple(findings))


def read_folder(folder: Path) -> "tuple[Module, ...]":
    """Read every policy in a folder and below it, tests included.

    Raises:
        DiagnosticError: there is none, or one can't be read.
    """
    found = sorted(folder.rglob(f"*{SUFFIX}"))
    if not found:
        raise DiagnosticError(error(f"there are no policies in {folder}", f"they are called NAME{SUFFIX}"))
    return tuple(_module(item, str(item)) for item in found)


def _sources(fleet: Fleet, folder: Path) -> "Iterator[tuple[Traversable, str, Position | None]]":
    """Yield each folder of policies, its name for people, and where it was switched on."""
    name = fleet.policies.folder
    yield folder, name, None
    for pack, position in fleet.policies.packs.items():
        own = folder / pack
        yield (own if own.is_dir() else _shipped() / pack), f"{name}/{pack}", position


def _shipped() -> "Traversable":
    # Imported when there is a pack: it brings readers of archives.
    from importlib.resources import files  # noqa: PLC0415

    return files("cellwright") / "reference" / "policies"


def _rego_files(folder: "Traversable") -> "Iterator[Traversable]":
    if folder.is_dir():
        yield from (item for item in folder.iterdir() if item.name.endswith(SUFFIX) and item.is_file())


def _module(item: "Traversable", path: str) -> "Module":
    # Imported when there is a policy: it brings a YAML library.
    from cellwright.planning.policy.module import parse_module  # noqa: PLC0415

    return parse_module(path, _text(item, path))


def _text(item: "Traversable", path: str) -> str:
    try:
        with item.open("rb") as file:
            content = file.read(POLICY_BYTES + 1)
        if len(content) > POLICY_BYTES:
            detail = f"a policy's file has {POLICY_BYTES:,} bytes at most: split it"
            raise DiagnosticError(error("the policy is too large", detail, Position(path)))
        return content.decode()
    except (OSError, UnicodeDecodeError) as fault:
        detail = "make it a readable file in UTF-8"
        raise DiagnosticError(error("the policy can't be read", detail, Position(path))) from fault


def _unknown(where: str, folder: str, position: Position) -> Diagnostic:
    shipped = sorted(item.name for item in _shipped().iterdir() if item.is_dir())
    name = where.rpartition("/")[2]
    detail = f"a pack is a folder in {folder}/ with *{SUFFIX}; Cellwright ships: {', '.join(shipped)}"
    return error(f"there is no policy pack '{name}'", detail, position)
