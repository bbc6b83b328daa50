"""Looks whether secrets are other ones than those that units were applied with."""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from cellwright.fleet.fleet import Units
from cellwright.fleet.load.unit_table import UnitTable
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.model.unit import StackPin, Unit
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import StackFacts
from cellwright.planning.secret_digests import changed_secrets, secret_digests, with_reasons
from cellwright.secrets.reader import SecretReader

_AT_ONCE = 8
"""Secrets that are read at the same time: a source far away takes some hundredths of a second for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretLook:
    """Reads the secrets of units that are up to date otherwise."""

    units: Units
    stacks: Callable[[StackPin], StackFacts]
    digester: Digester
    secrets: SecretReader
    applied: Callable[[Collection[UnitAddress]], Mapping[UnitAddress, AppliedUnit]]

    def completed(self, statuses: Sequence[UnitStatus]) -> tuple[UnitStatus, ...]:
        """Make the units changed that take another secret now, or one that can't be read."""
        units = self.units
        if not isinstance(units, UnitTable):
            raise TypeError("the units of a loaded fleet come with their cells' summaries")
        takers = [
            item.address
            for item in statuses
            if item.status is Status.UP_TO_DATE and units.takes_secrets(item.address)
        ]
        if not takers:
            return tuple(statuses)
        applied = self.applied(takers)
        known = [address for address in takers if address in applied]
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            found = threads.map(lambda address: self._reasons(units[address], applied[address]), known)
            reasons = dict(zip(known, found, strict=True))
        return tuple(with_reasons(item, reasons.get(item.address, ())) for item in statuses)

    def _reasons(self, unit: Unit, applied: AppliedUnit) -> tuple[Reason, ...]:
        stack = self.stacks(unit.stack)
        try:
            digests = secret_digests(unit, stack, self.secrets.value, self.digester)
        except DiagnosticError as fault:
            # Whether it has changed is not known, so the unit does not count as up to date.
            return tuple(Reason(ReasonKind.INPUT, item.summary, item.position) for item in fault.diagnostics)
        return tuple(changed_secrets(unit, applied, digests))
