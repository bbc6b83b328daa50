"""Reads a fleet's policies: its own, and the packs that are switched on, its own or shipped.

Every file in the policies' folder whose name ends in `.rego`, in whatever case, is read or is a finding.
"""

from collections.abc import Iterator, Mapping
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
_DEEPEST = 20
"""Folders below folders: a link may lead back to where it lies."""


@dataclass(frozen=True, slots=True)
class ReadPolicies:
    """The modules that are switched on, tests included, and what is wrong with them."""

    modules: "tuple[Module, ...]" = ()
    findings: tuple[Diagnostic, ...] = ()


def read_policies(fleet: Fleet) -> ReadPolicies:
    """Read the fleet's own policies and every pack that is switched on, in the fleet or shipped."""
    modules: list[Module] = []
    findings: list[Diagnostic] = [*_unfit_folder(fleet), *_switched_off(fleet)]
    for source, where, position in _sources(fleet):
        found = list(_files(fleet, source, where, position))
        if position is not None and not found:
            findings.append(_empty(source, where, position))
        for item, path in found:
            try:
                modules.append(_module(item, path))
            except DiagnosticError as fault:
                findings.extend(fault.diagnostics)
    return ReadPolicies(tuple(modules), tuple(findings))


def changed_policies(fleet: Fleet, known: "tuple[Module, ...]") -> Diagnostic | None:
    """Tell whether a policy that is switched on is no longer what it was, came or went."""
    now: dict[str, str] = {}
    for source, where, position in _sources(fleet):
        for item, path in _files(fleet, source, where, position):
            try:
                now[path] = _text(item, path)
            except DiagnosticError:
                now[path] = ""
    before = {module.path: module.source for module in known}
    changed = sorted(path for path in now.keys() | before.keys() if now.get(path) != before.get(path))
    if not changed:
        return None
    detail = "nothing is applied by rules that were not checked; run: cellwright check, then begin again"
    return error("a policy has changed since the run began", detail, Position(changed[0]))


def read_folder(folder: Path) -> "tuple[Module, ...]":
    """Read every policy in a folder and below it, tests included.

    Raises:
        DiagnosticError: there is none, or one can't be read.
    """
    found = list(_below(folder, str(folder)))
    if not found:
        raise DiagnosticError(error(f"there are no policies in {folder}", f"they are called NAME{SUFFIX}"))
    return tuple(_module(item, path) for item, path in found)


def shipped_texts(pack: str) -> Mapping[str, str]:
    """Give the files of a pack that Cellwright ships, by name; none if it ships no such pack."""
    folder = _shipped() / pack
    return {path.partition("/")[2]: _text(item, path) for item, path in _below(folder, pack)}


def _sources(fleet: Fleet) -> "Iterator[tuple[Traversable, str, Position | None]]":
    """Yield each folder of policies, its name for people, and where it was switched on."""
    name = fleet.policies.folder
    folder = fleet.root / name
    yield folder, name, None
    for pack, position in fleet.policies.packs.items():
        own = folder / pack
        yield (own if own.is_dir() else _shipped() / pack), f"{name}/{pack}", position


def _files(
    fleet: Fleet, source: "Traversable", where: str, position: Position | None
) -> "Iterator[tuple[Traversable, str]]":
    """Yield the policies of one source: of a pack all, of the fleet's own those beside the packs."""
    if position is not None:
        yield from _below(source, where)
    elif (fleet.root / where).is_dir():
        yield from ((item, f"{where}/{item.name}") for item in _sorted(source) if _is_policy(item))


def _below(folder: "Traversable", where: str, depth: int = 0) -> "Iterator[tuple[Traversable, str]]":
    """Yield the policies in a folder and in all folders below it."""
    if not folder.is_dir() or depth > _DEEPEST:
        return
    for item in _sorted(folder):
        path = f"{where}/{item.name}"
        if item.is_dir():
            yield from _below(item, path, depth + 1)
        elif _is_policy(item):
            yield item, path


def _sorted(folder: "Traversable") -> "list[Traversable]":
    return sorted(folder.iterdir(), key=lambda item: item.name)


def _is_policy(item: "Traversable") -> bool:
    """Tell whether its name is a policy's. One that is no file, as a link to nowhere, can't be read then."""
    return item.name.lower().endswith(SUFFIX) and not item.is_dir()


def _unfit_folder(fleet: Fleet) -> Iterator[Diagnostic]:
    """Find fault with a folder that fleet.yaml names and that has no policies."""
    position = fleet.policies.folder_position
    if position is None:
        return
    folder = fleet.root / fleet.policies.folder
    if not folder.is_dir():
        detail = "correct the name, make the folder, or remove the line"
        yield error(f"there is no folder '{fleet.policies.folder}' with policies", detail, position)
    elif next(_below(folder, fleet.policies.folder), None) is None:
        detail = f"put *{SUFFIX} into it, or remove the line"
        yield error(f"the folder '{fleet.policies.folder}' has no policies", detail, position)


def _switched_off(fleet: Fleet) -> Iterator[Diagnostic]:
    """Find policies in the fleet's folder that judge nothing, because their folder is no pack that is on."""
    name = fleet.policies.folder
    folder = fleet.root / name
    if not folder.is_dir():
        return
    for item in _sorted(folder):
        if not item.is_dir() or item.name in {*fleet.policies.packs, *fleet.policies.ignored}:
            continue
        unread = next(_below(item, f"{name}/{item.name}"), None)
        if unread is not None:
            detail = (
                f"list `{item.name}` in fleet.yaml: under policies.packs to switch its policies on, under "
                "policies.ignored to leave them off"
            )
            yield error(
                "the policy judges nothing: its folder is not switched on", detail, Position(unread[1])
            )


def _shipped() -> "Traversable":
    # Imported when there is a pack: it brings readers of archives.
    from importlib.resources import files  # noqa: PLC0415

    return files("cellwright") / "reference" / "policies"


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


def _empty(source: "Traversable", where: str, position: Position) -> Diagnostic:
    folder, _, name = where.rpartition("/")
    if source.is_dir():
        detail = f"put *{SUFFIX} into {where}, or remove the folder if the pack that is shipped is meant"
        return error(f"the policy pack '{name}' is empty", detail, position)
    shipped = sorted(item.name for item in _shipped().iterdir() if item.is_dir())
    detail = f"a pack is a folder in {folder}/ with *{SUFFIX}; Cellwright ships: {', '.join(shipped)}"
    return error(f"there is no policy pack '{name}'", detail, position)
