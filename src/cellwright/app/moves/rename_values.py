"""A rename: what is asked for, what it would do, what it has done."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.app.moves.names import Names
from cellwright.app.moves.preview import Lost, Preview
from cellwright.app.moves.texts import FileChanges
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, Severity, error
from cellwright.model.runs.plan import Action
from cellwright.model.runs.run import UnitResult


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
    def _lost(self) -> tuple[Lost, ...]:
        return self.preview.lost if self.preview is not None else ()

    def refused(self, request: RenameRequest) -> tuple[Diagnostic, ...]:
        """Say what keeps it from being done: plans that failed, or that replace or destroy something."""
        failed = self.preview.failed if self.preview is not None else ()
        faults = [fault for item in failed for fault in _not_planned(item)]
        if not request.allow_replace:
            faults += [_replaced(self.names, item) for item in self._lost]
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


def _not_planned(result: UnitResult) -> tuple[Diagnostic, ...]:
    said = error(f"{result.address} can't be planned under its new name", "see below; nothing was changed")
    return (said, *(item for item in result.diagnostics if item.severity is Severity.ERROR))


def _digest(parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _others_lost(request: RenameRequest, lost: tuple[Lost, ...]) -> Diagnostic:
    named = ", ".join(f"{item.change.address} of {item.unit} ({item.change.action.value})" for item in lost)
    return error(
        "the new name would replace or destroy other resources than those that were shown; "
        f"by now: {named or 'none'}",
        f"look at it again: cellwright rename {request.cell} {request.new} --dry-run; then repeat this",
    )


def _replaced(names: Names, lost: Lost) -> Diagnostic:
    what = "replace" if lost.change.action is Action.REPLACE else "destroy"
    former = next(old for old, new in names.cells.items() if new == lost.unit.of_cell)
    if lost.keeping:
        pinned = ", ".join(f"{name}: {text}" for name, text in sorted(lost.keeping.items()))
        advice = (
            f"to keep it: write `stacks: {{{lost.unit.stack}: {{{pinned}}}}}` into the files of {former}, "
            "commit that, and repeat this; to have it done by the next apply: --allow-replace"
        )
    else:
        advice = (
            "no input of the stack changes with the name, so the stack itself makes it of something else; to "
            "have it done by the next apply: --allow-replace"
        )
    return error(f"the new name would {what} {lost.change.address} of {lost.unit}", advice)
