"""Selectors of units: `client/acme`, `client/*/app`, `base/**`, `tier=gold`."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase, translate

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.text.suggestion import nearest_three
from cellwright.model.unit import Unit
from cellwright.planning.neighbour_flags import Relatives
from cellwright.planning.outline import graph_of, labels_of

__all__ = ["Relatives", "is_wild", "select"]

LONGEST = 1000
"""Characters of a part of a selector; no unit has a longer address, and a pattern of it would take long."""

_PARTS = 3
_WILD = re.compile(r"[*?\[]")


def select(
    units: Mapping[UnitAddress, Unit],
    selectors: Sequence[str],
    relatives: Relatives | None = None,
    recorded: Iterable[UnitAddress] = (),
) -> frozenset[UnitAddress]:
    """The units that any selector matches; all without a selector.

    `recorded` are the addresses that the ledger knows: the fleet may no longer have them. A selector's parts,
    joined by commas, must all match (`client/*/app,tier=gold`).

    Raises:
        DiagnosticError: a selector matches nothing, with the nearest known names.
    """
    if not selectors:
        return frozenset((*units, *recorded))
    known = dict.fromkeys((*units, *recorded))
    chosen: set[UnitAddress] = set()
    faults: list[Diagnostic] = []
    for selector in selectors:
        parts = [_part(part.strip(), units) for part in selector.split(",")]
        matched = {address for address in known if all(matches(address) for matches in parts)}
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
    graph = graph_of(units)
    found = set(chosen)
    if relatives.upstreams:
        found |= graph.with_upstreams(chosen)
    if relatives.downstreams:
        found |= graph.with_downstreams(chosen)
    return frozenset(found)


def _part(part: str, units: Mapping[UnitAddress, Unit]) -> Callable[[UnitAddress], bool]:
    """The test for one part of a selector."""
    if len(part) > LONGEST:
        return lambda _: False
    key, equals, wanted = part.partition("=")
    if equals:
        return lambda address: fnmatchcase(_label(key, address, units) or "", wanted)
    patterns = part.rstrip("/").split("/")
    if patterns[-1] == "**":
        patterns = [*patterns[:-1], *["*"] * (_PARTS - len(patterns) + 1)]
    if not 1 <= len(patterns) <= _PARTS:
        return lambda _: False
    level, cell, stack = (_pattern(pattern) for pattern in [*patterns, "*", "*"][:_PARTS])
    # The cell's name first, for speed: it differs most often.
    return lambda address: cell(address.cell) and level(address.level) and stack(address.stack)


def is_wild(pattern: str) -> bool:
    """Tell whether a part of a selector has wildcards."""
    return _WILD.search(pattern) is not None


def _pattern(pattern: str) -> Callable[[str], bool]:
    if pattern == "*":
        return lambda _: True
    if is_wild(pattern):
        return re.compile(translate(pattern)).match  # type: ignore[return-value]  # a match is true
    return pattern.__eq__


def _label(key: str, address: UnitAddress, units: Mapping[UnitAddress, Unit]) -> str | None:
    own = {"level": address.level, "cell": address.cell, "stack": address.stack}
    return own.get(key) or labels_of(units, address).get(key)


def _nothing(selector: str, known: Iterable[UnitAddress]) -> Diagnostic:
    texts = {str(address) for address in known} | {str(address.of_cell) for address in known}
    near = nearest_three(selector, texts)
    advice = f"did you mean {', '.join(near)}?" if near else "`cellwright status` lists every unit"
    return error(f"no unit matches '{selector}'", advice)
