"""Which program ran each unit last, and which one its settings choose now."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Fleet
from cellwright.ledger.ownership import refuse_other_fleet
from cellwright.ledger.quick_opening import open_for_units, shown
from cellwright.model.address import UnitAddress
from cellwright.model.binary import BinaryVersion, Product, UnitBinaries
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.terraform.install.version_constraint import Constraint, ConstraintError, parse_constraint

_QUERY = re.compile(r"\s*(?P<product>[A-Za-z]*)\s*(?P<constraint>.*)\Z", re.DOTALL)
_NAMES: Mapping[str, Product] = {"terraform": "terraform", "tofu": "tofu", "opentofu": "tofu"}


def recorded_binaries(
    session: FleetSession, fleet: Fleet, addresses: Collection[UnitAddress] | None
) -> dict[UnitAddress, BinaryVersion]:
    """Give what ran these units last, or every unit (None).

    Raises:
        DiagnosticError: the ledger can't be read, or is another fleet's.
    """
    with open_for_units(session.ledger_url, session.ledger) as ledger:
        session.refuse_changed(ledger)
        refuse_other_fleet(ledger.bindings(), fleet.name, lambda: shown(session.ledger_url))
        return ledger.binaries(addresses)


def binaries_of(
    session: FleetSession, fleet: Fleet, addresses: Iterable[UnitAddress]
) -> Iterator[tuple[UnitAddress, UnitBinaries]]:
    """Give the programs of each unit; one that is chosen is asked for its version, unless its answer is kept.

    Raises:
        DiagnosticError: the ledger can't be read, or what is chosen is neither Terraform nor OpenTofu.
    """
    wanted = tuple(addresses)
    recorded = recorded_binaries(session, fleet, wanted)
    for address in wanted:
        cell = fleet.cells.get(address.of_cell)
        now = session.toolchains.version(fleet.terraform, cell.binary) if cell is not None else None
        yield address, UnitBinaries(recorded.get(address), now)


@dataclass(frozen=True, slots=True)
class BinaryQuery:
    """Which programs are meant: `tofu`, `terraform < 1.12`, `1.11.4`."""

    product: str | None
    constraint: Constraint | None

    def matches(self, binary: BinaryVersion | None) -> bool:
        """Tell whether a program is meant."""
        if binary is None or (self.product is not None and binary.product != self.product):
            return False
        try:
            return self.constraint is None or self.constraint.allows(Version(binary.version))
        except InvalidVersion:
            return False


def parse_query(text: str) -> BinaryQuery:
    """Read a product, a constraint on a version, or both.

    Raises:
        DiagnosticError: it is neither.
    """
    found = _QUERY.match(text)
    name, constraint = (found["product"].lower(), found["constraint"]) if found else ("", "")
    if (name and name not in _NAMES) or not (name or constraint):
        raise DiagnosticError(
            error(
                f"'{text}' is no program",
                "write terraform or tofu, with a version or without: tofu ~> 1.12.0",
            )
        )
    try:
        return BinaryQuery(
            _NAMES[name] if name else None, parse_constraint(constraint) if constraint else None
        )
    except ConstraintError as fault:
        raise DiagnosticError(error(str(fault), "write it as in 'terraform < 1.12'")) from fault
