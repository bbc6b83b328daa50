"""Spreads units over a window: when each of them is looked at, the same each time."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cellwright.model.address import UnitAddress

HOUR = 3_600_000
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The moments of a window; milliseconds since 1970."""

    moments: Mapping[UnitAddress, int] = field(default_factory=dict)
    left_out: tuple[UnitAddress, ...] = ()
    """Units for which the budget leaves no room: the next window begins with them."""


def spread(
    accounts: Mapping[UnitAddress, str],
    begin: int,
    end: int,
    per_hour: int | None,
    looked: Mapping[str, str],
    schedule: str,
) -> Spread:
    """Give each unit its moment, account by account, evenly.

    The order is that of a digest of schedule and unit, so that neither a client's units nor those of one
    stack come together. Where the budget of an account is too small for all of its units, those are taken
    that were looked at longest ago (`looked`, by unit).
    """
    moments: dict[UnitAddress, int] = {}
    left_out: list[UnitAddress] = []
    for account in sorted(set(accounts.values())):
        units = [unit for unit, where in accounts.items() if where == account]
        found, without = _of_account(units, begin, end, per_hour, looked, schedule)
        moments |= found
        left_out += without
    return Spread(moments, tuple(sorted(left_out)))


def _of_account(
    units: Iterable[UnitAddress],
    begin: int,
    end: int,
    per_hour: int | None,
    looked: Mapping[str, str],
    schedule: str,
) -> tuple[dict[UnitAddress, int], list[UnitAddress]]:
    ordered = sorted(units, key=lambda unit: _mark(schedule, unit))
    span, least = max(end - begin, 0), 1 if per_hour is None else -(-HOUR // per_hour)
    room = span // least
    if room < len(ordered):
        by_age = sorted(ordered, key=lambda unit: (looked.get(str(unit), ""), _mark(schedule, unit)))
        taken = frozenset(by_age[:room])
        left_out = [unit for unit in ordered if unit not in taken]
        ordered = [unit for unit in ordered if unit in taken]
    else:
        left_out = []
    step = max(span // len(ordered), least) if ordered else least
    # Accounts begin at different moments, so that a window does not begin with one unit of each.
    offset = int(_mark(schedule, ordered[0])[:8], 16) % step if ordered else 0
    return {unit: begin + offset + place * step for place, unit in enumerate(ordered)}, left_out


def _mark(schedule: str, unit: UnitAddress) -> str:
    return hashlib.sha256(f"{schedule} {unit}".encode()).hexdigest()
