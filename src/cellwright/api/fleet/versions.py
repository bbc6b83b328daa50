"""Which programs ran and run the units, and which versions of their stacks they have, as JSON."""

from cellwright.api.document import Document
from cellwright.app.status.stack_versions import StackVersion
from cellwright.app.status.versions import VersionGroup, Versions
from cellwright.model.binary import BinaryVersion, UnitBinaries
from cellwright.model.value import Json


def versions(found: Versions) -> Document:
    """`versions`: groups of units with the same programs, and of units with the same version of a stack."""
    return {
        "fleet": found.fleet,
        "groups": map(_group, found.groups),
        "stacks": map(_stack, found.stacks),
    }


def binary(found: BinaryVersion | None) -> Json:
    """A program: null where there is none; its version is null where it is not known."""
    return None if found is None else {"product": found.product, "version": found.version or None}


def binaries(found: UnitBinaries) -> dict[str, Json]:
    """What ran a unit last, and what runs it now."""
    return {"applied_with": binary(found.last), "runs_with": binary(found.now)}


def _group(group: VersionGroup) -> Json:
    return {**binaries(group.binaries), "units": [str(unit) for unit in group.units]}


def _stack(group: StackVersion) -> Json:
    return {
        "stack": f"{group.level}/{group.stack}",
        "applied": group.applied,
        "wanted": group.wanted,
        "same": group.same,
        "units": [str(unit) for unit in group.units],
    }
