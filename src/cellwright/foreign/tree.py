"""What a tree of another tool describes: units with sources, inputs, states and dependencies.

A value that can't be told is kept as such: it is never guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from cellwright.model.diagnostic import Diagnostic
from cellwright.model.position import Position


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that can't be told here."""

    text: str
    """As it is written."""
    position: Position
    why: str
    unknown: bool = False
    """The tree's own tool may tell it; else it has no value there either, and `try()` goes on."""


@dataclass(frozen=True, slots=True)
class OutputOf:
    """An output of another unit, or a part of it."""

    unit: str
    """The key of that unit."""
    path: tuple[str, ...]
    """Empty: all of its outputs."""
    position: Position


@dataclass(frozen=True, slots=True)
class Joined:
    """A text with outputs in it."""

    parts: tuple[Any, ...]
    assumed: str = ""
    """What was taken for granted of the outputs, if something was."""


@dataclass(frozen=True, slots=True)
class FromEnvironment:
    """A secret that whoever runs Cellwright has in the environment: a text that is never evaluated."""

    variable: str
    clear: str = field(default="", repr=False)
    """What stands in the tree in clear, if it does: never written, it tells secrets of one name apart."""


@dataclass(frozen=True, slots=True)
class Document:
    """The JSON of a file that has secrets: it is decoded, and never a text."""

    content: Mapping[str, Any] = field(repr=False)
    position: Position


Late: TypeAlias = OutputOf | Joined | FromEnvironment | Document
"""What has its value when a unit runs, and not before."""
ForeignValue: TypeAlias = Any
"""JSON, in which these may stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignBackend:
    """Where a unit's state lies."""

    kind: str = "local"
    config: Mapping[str, ForeignValue] = field(default_factory=dict)
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignUnit:
    """One state of the tree."""

    key: str
    """Names it in the tree: a folder, or `STACK/COMPONENT`."""
    cell: str
    stack: str
    source: Path | str | Unreadable
    """A folder of this machine, or an address."""
    inputs: Mapping[str, ForeignValue]
    enabled: bool = True
    backend: ForeignBackend
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables of the environment of its Terraform, for its cell."""
    needs: Sequence[str] = ()
    """Keys of units that it follows without taking an output."""
    refused: tuple[Diagnostic, ...] = ()
    """Why it can't be run as it is: it is switched off."""
    unfit: Mapping[str, Diagnostic] = field(default_factory=dict)
    """Inputs that its stack does not take as they are."""
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTree:
    """A whole tree, and what of it could not be taken over."""

    units: tuple[ForeignUnit, ...]
    folder: Path | None = None
    """Where it lies on this machine."""
    notes: tuple[Diagnostic, ...] = ()
    from_environment: frozenset[str] = frozenset()
    """Variables of the environment whose values are in the tree's: no name of them means a secret."""


def unreadable_in(value: ForeignValue) -> Iterator[Unreadable]:
    """Yield what can't be told in a value."""
    return (item for item in leaves(value) if isinstance(item, Unreadable))


def outputs_in(value: ForeignValue) -> Iterator[OutputOf]:
    """Yield the outputs that a value takes."""
    return (item for item in leaves(value) if isinstance(item, OutputOf))


def assumptions_in(value: ForeignValue) -> Iterator[str]:
    """Yield what was taken for granted in a value."""
    match value:
        case Joined(parts=parts, assumed=assumed):
            if assumed:
                yield assumed
            for part in parts:
                yield from assumptions_in(part)
        case Mapping():
            for item in value.values():
                yield from assumptions_in(item)
        case list() | tuple():
            for item in value:
                yield from assumptions_in(item)
        case _:
            return


def leaves(value: ForeignValue) -> Iterator[ForeignValue]:
    """Yield what a value is made of, down to what is no collection."""
    match value:
        case Joined(parts=parts):
            for part in parts:
                yield from leaves(part)
        case Mapping():
            for item in value.values():
                yield from leaves(item)
        case list() | tuple():
            for item in value:
                yield from leaves(item)
        case _:
            yield value
