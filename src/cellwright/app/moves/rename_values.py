"""A rename: what is asked for, what it would do, what it has done."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cellwright.app.moves.names import Names
from cellwright.app.moves.preview import Lost, Preview
from cellwright.app.moves.texts import FileChanges
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, Severity, error
from cellwright.model.runs.plan import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameRequest:
    """Which cell gets which name."""

    cell: str
    """As it is written: `client/acme`."""
    new: str
    """A name, or an address of the same level."""
    reason: str = ""
    hooks: bool = False
    """Run the repository's hooks when its files are committed."""
    allow_replace: bool = False
    """Also if resources would be replaced or destroyed by the next apply."""
    seen: str = ""
    """Which of these whoever asks has seen: `RenamePlan.seen`. Others are refused; empty: none are."""
    basis: str = ""
    """What the plan that was seen was made from: `RenamePlan.basis`. Empty: it may have changed since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamePlan:
    """What a rename would do."""

    names: Names
    changes: FileChanges
    states: Mapping[UnitAddress, tuple[str, str]]
    """By unit, under its former name: where its state lies, and where it will lie."""
    preview: Preview | None
    """None: nothing was ever applied of it."""
    others: tuple[CellAddress, ...] = ()
    """Cells placed in it whose own units' states will have another place by the new name; these stay where
    they are until an apply moves them."""
    goes_on: bool = False
    """It was begun before, and stopped."""
    basis: str = ""
    """Digest of what it was made from: files, and what is recorded of the units."""
    warnings: tuple[Diagnostic, ...] = ()
    """Who gets roles at the cell by its new name, and who loses some."""

    @property
    def seen(self) -> str:
        """Digest of what would be replaced or destroyed."""
        return _digest(
            sorted((str(item.unit), item.change.address, item.change.action.value) for item in self._lost)
        )

    @property
    def _not_planned(self) -> Iterator[Diagnostic]:
        """What the plans that failed, or that policies deny, say."""
        if self.preview is None:
            return
        for item in self.preview.failed:
            denied = item.address in self.preview.plans
            said = "policies deny the plan of" if denied else "there is no plan of"
            yield error(f"{said} {item.address} under its new name", "see below; nothing was changed")
            yield from (fault for fault in item.diagnostics if fault.severity is Severity.ERROR)

    @property
    def _lost(self) -> tuple[Lost, ...]:
        return self.preview.lost if self.preview is not None else ()

    def refused(self, request: RenameRequest, agree: str = "--allow-replace") -> tuple[Diagnostic, ...]:
        """Say what keeps it from being done: plans that failed, or that replace or destroy something.

        `agree` is how one agrees to what is lost.
        """
        faults = list(self._not_planned)
        if not request.allow_replace:
            faults += _all_lost(self.names, self._lost, agree)
        elif request.seen and request.seen != self.seen and not self.goes_on:
            faults.append(_others_lost(request, self._lost))
        return tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameReport:
    """What a rename has done."""

    names: Names
    units: tuple[UnitAddress, ...]
    """Under their new names."""
    changes: FileChanges
    kept: tuple[str, ...] = ()
    """Former places of states that nobody could remove."""
    warnings: tuple[Diagnostic, ...] = ()
    """Who gets roles at the cell by its new name, and who loses some."""


def refuse_unseen(request: RenameRequest) -> None:
    """Make sure that whoever agrees to losses says which ones.

    Raises:
        DiagnosticError: they do not.
    """
    if request.allow_replace and not request.seen:
        raise DiagnosticError(
            error(
                "`allow_replace` says nothing of what may be replaced or destroyed",
                "plan the rename (POST .../rename/plan), look at `lost`, and send that plan's `seen` with it",
            )
        )


def _digest(parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _others_lost(request: RenameRequest, lost: tuple[Lost, ...]) -> Diagnostic:
    named = ", ".join(f"{item.change.address} of {item.unit} ({item.change.action.value})" for item in lost)
    return error(
        "the new name would replace or destroy other resources than those that were shown; "
        f"by now: {named or 'none'}",
        f"look at it again: cellwright rename {request.cell} {request.new} --dry-run; then repeat this",
    )


def _all_lost(names: Names, lost: Sequence[Lost], agree: str) -> Iterator[Diagnostic]:
    """Say of each unit what would be replaced, what destroyed, and what keeps it."""
    found: dict[tuple[UnitAddress, bool], list[Lost]] = {}
    for item in lost:
        found.setdefault((item.unit, item.change.action is Action.REPLACE), []).append(item)
    for (unit, replaced), items in found.items():
        which = ", ".join(item.change.address for item in items)
        what = which if len(items) == 1 else f"{len(items)} resources"
        more = "" if len(items) == 1 else f": {which}"
        said = f"the new name would {'replace' if replaced else 'destroy'} {what} of {unit}{more}"
        yield error(said, _how_to_keep(names, items, agree))


def _how_to_keep(names: Names, lost: Sequence[Lost], agree: str) -> str:
    unit, keeping = lost[0].unit, lost[0].keeping
    otherwise = f"to have it done by the next apply: {agree}"
    if not keeping:
        said = "no input of the stack changes with the name, so the stack itself makes it of something else"
        return f"{said}; {otherwise}"
    former = next(old for old, new in names.cells.items() if new == unit.of_cell)
    pinned = ", ".join(f"{name}: {text}" for name, text in sorted(keeping.items()))
    them = "it" if len(lost) == 1 else "them"
    return (
        f"to keep {them}: write `stacks: {{{unit.stack}: {{{pinned}}}}}` into the files of {former}, "
        f"commit that, and repeat this; {otherwise}"
    )
