"""Which program ran each unit last, and which one its settings choose now, grouped by level."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from cellwright.app.overview.view import FleetView
from cellwright.app.session.session import FleetSession
from cellwright.ledger.database.rows import load_binary
from cellwright.model.address import UnitAddress
from cellwright.model.binary import PRODUCTS, BinarySettings, BinaryVersion
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.change import Status

NEVER = "never applied"
_KEPT = 60.0
"""Seconds for which the groups are kept: an apply with another program changes no cell's state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """The units of a level with the same programs."""

    level: str
    last: str
    """What ran them last, for people."""
    now: str
    """What runs them now, for people."""
    same: bool
    """Whether these are one program."""
    units: tuple[UnitAddress, ...]

    @property
    def key(self) -> str:
        """Names the row in an address."""
        return f"{self.level}: {self.last} > {self.now}"


def version_rows(session: FleetSession, view: FleetView) -> tuple[VersionRow, ...]:
    """Group the units of a view; of each level the largest group first.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    made, rows = view.once(version_rows, lambda: (time.monotonic(), _rows(session, view)))
    if time.monotonic() - made > _KEPT:
        made, rows = view.again(version_rows, lambda: (time.monotonic(), _rows(session, view)))
    return rows


def _rows(session: FleetSession, view: FleetView) -> tuple[VersionRow, ...]:
    recorded = session.ledger().reader.binary_texts()
    words = cache(lambda product, version: str(load_binary(product, version)))
    now = _asking(session, view)
    groups: dict[tuple[str, str, str], list[UnitAddress]] = {}
    for cell in view.cells.values():
        known = view.fleet.cells.get(cell.address)
        chosen = now(known.binary) if known is not None else "no longer in the fleet"
        prefix = f"{cell.address}/"
        for item in cell.units:
            last = recorded.get(prefix + item.address.stack)
            if last is None and item.status is Status.DESTROY:
                continue
            key = (cell.address.level, words(*last) if last is not None else NEVER, chosen)
            groups.setdefault(key, []).append(item.address)
    order = {level.name: number for number, level in enumerate(view.fleet.levels)}
    return tuple(
        VersionRow(level=level, last=last, now=chosen, same=last == chosen, units=tuple(units))
        for (level, last, chosen), units in sorted(
            groups.items(), key=lambda item: (order.get(item[0][0], len(order)), -len(item[1]), item[0])
        )
    )


def _asking(session: FleetSession, view: FleetView) -> Callable[[BinarySettings], str]:
    """Make what tells, for people, which program settings choose; each is asked once."""
    known: dict[BinarySettings, str] = {}

    def words(binary: BinarySettings) -> str:
        if binary not in known:
            try:
                known[binary] = _words(session.toolchains.version(view.fleet.terraform, binary))
            except DiagnosticError as fault:
                known[binary] = fault.diagnostics[0].summary
        return known[binary]

    return words


def _words(found: BinaryVersion) -> str:
    if found.version:
        return str(found)
    return f"{PRODUCTS[found.product] if found.product else 'a program'} that is not on this machine"
