"""Selectors: which units a command means (`client/acme`, `client/*/app`, `base/**`, `tier=gold`)."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.unit import Unit
from cellwright.planning.graph import Graph

_PARTS = 3


@dataclass(frozen=True, slots=True)
class Relatives:
    """What to take along with the chosen units."""

    upstreams: bool = False
    downstreams: bool = False


def select(
    units: Mapping[UnitAddress, Unit],
    selectors: Sequence[str],
    relatives: Relatives | None = None,
    forgotten: Iterable[UnitAddress] = (),
) -> frozenset[UnitAddress]:
    """Choose units: all without a selector, else those that any selector matches.

    `forgotten` are addresses that the ledger knows and the fleet does not. A selector's parts joined
    by commas must all match (`client/*/app,tier=gold`).

    Raises:
        DiagnosticError: a selector matches nothing, with the nearest known names.
    """
    known = dict.fromkeys((*units, *forgotten))
    if not selectors:
        return frozenset(known)
    chosen: set[UnitAddress] = set()
    faults: list[Diagnostic] = []
    for selector in selectors:
        matched = {address for address in known if _matches(selector, address, units.get(address))}
        if not matched:
            faults.append(_nothing(selector, known))
        chosen |= matched
    if faults:
        raise DiagnosticError(*faults)
    return _with_relatives(units, chosen, relatives or Relatives())


def _with_relatives(
    units: Mapping[UnitAddress, Unit], chosen: set[UnitAddress], relatives: Relatives
) -> frozenset[UnitAddress]:
    if not (relatives.upstreams or relatives.downstreams):
        return frozenset(chosen)
    graph = Graph.of(units.values())
    found = set(chosen)
    if relatives.upstreams:
        found |= graph.with_upstreams(chosen)
    if relatives.downstreams:
        found |= graph.with_downstreams(chosen)
    return frozenset(found)


def _matches(selector: str, address: UnitAddress, unit: Unit | None) -> bool:
    return all(_matches_one(part.strip(), address, unit) for part in selector.split(","))


def _matches_one(part: str, address: UnitAddress, unit: Unit | None) -> bool:
    key, equals, wanted = part.partition("=")
    if equals:
        return fnmatchcase(_label(key, address, unit) or "", wanted)
    patterns = part.rstrip("/").split("/")
    if patterns[-1] == "**":
        patterns = [*patterns[:-1], *["*"] * (_PARTS - len(patterns) + 1)]
    if not 1 <= len(patterns) <= _PARTS:
        return False
    names = (address.level, address.cell, address.stack)
    return all(fnmatchcase(name, pattern) for name, pattern in zip(names, patterns, strict=False))


def _label(key: str, address: UnitAddress, unit: Unit | None) -> str | None:
    own = {"level": address.level, "cell": address.cell, "stack": address.stack}
    return own.get(key) or (unit.labels.get(key) if unit else None)


def _nothing(selector: str, known: Iterable[UnitAddress]) -> Diagnostic:
    texts = {str(address) for address in known} | {str(address.of_cell) for address in known}
    near = difflib.get_close_matches(selector, sorted(texts), n=3)
    advice = f"did you mean {', '.join(near)}?" if near else "`cellwright status` lists every unit"
    return error(f"no unit matches '{selector}'", advice)
