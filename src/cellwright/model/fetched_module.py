"""Modules that `init` downloaded, by what was really fetched: their source may be a branch or a range."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_SHOWN_DIGITS = 12

COMMIT, CONTENT = "commit", "content"


@dataclass(frozen=True, slots=True)
class FetchedModule:
    """One downloaded module."""

    name: str
    """Of the call, with those of the modules that it stands in: `vpc.subnets`."""
    source: str
    """A digest of the source in the code, which may hold credentials."""
    version: str
    """Of a module from a registry; else empty."""
    kind: str
    """What `identity` is: the git commit, or a digest of the files."""
    identity: str

    def __str__(self) -> str:
        """Say what was fetched, for people."""
        return " ".join(filter(None, (self.version, self.kind, self.identity[:_SHOWN_DIGITS])))


def moved(before: Iterable[FetchedModule], now: Iterable[FetchedModule]) -> Iterator[str]:
    """Say of each module that was fetched from the same source both times, and is another one now."""
    known = {(item.name, item.source): item for item in before}
    for item in now:
        former = known.get((item.name, item.source))
        if former is not None and former != item:
            yield f"module {item.name} has moved: {former} -> {item}"


def modules_to_json(modules: Iterable[FetchedModule]) -> list[list[str]]:
    """Write modules down."""
    return [[item.name, item.source, item.version, item.kind, item.identity] for item in modules]


def modules_from_json(found: Any) -> tuple[FetchedModule, ...]:  # noqa: ANN401  what was written down
    """Read them again; nothing is recorded of what was applied before modules were."""
    return tuple(FetchedModule(*map(str, item)) for item in found or ())


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """The modules with which a unit was applied last."""

    unit: str
    source_digest: str
    """Of the stack's own tree."""
    applied_at: str
    modules: tuple[FetchedModule, ...]


def newest(records: Iterable[FetchRecord]) -> dict[str, tuple[FetchedModule, ...]]:
    """Give the modules that were fetched last for each tree, by its digest."""
    in_order = sorted(records, key=lambda item: (item.applied_at, item.unit))
    return {item.source_digest: item.modules for item in in_order}
