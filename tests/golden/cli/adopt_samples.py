"""States that the ledger does not know, found and then adopted; made up."""

from dataclasses import replace

from cellwright.app.adopting.found import Adoption, FoundUnit, Standing
from cellwright.app.adopting.looking import belongs_to
from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import warning

_APP, _DATABASE, _NETWORK, _QUEUE, _SITE = (
    UnitAddress("client", "acme", stack) for stack in ("app", "database", "network", "queue", "site")
)


def _unit(unit: UnitAddress, standing: Standing, resources: int = 0) -> FoundUnit:
    found = FoundUnit(unit=unit, place=f"s3 (bucket states, key {unit}.tfstate)", standing=standing)
    if not resources:
        return found
    mark = StateMark(f"lineage-{unit.stack}", 7)
    return replace(found, resources=resources, outputs=2, written_by="1.11.4", mark=mark)


_REFUSED = replace(_unit(_SITE, Standing.REFUSED, 3), why=(belongs_to(_SITE, _APP),))
FOUND = Adoption(
    (
        _unit(_APP, Standing.FOUND, 14),
        _unit(_DATABASE, Standing.FOUND, 1),
        _unit(_NETWORK, Standing.NONE),
        replace(_unit(_QUEUE, Standing.WAITS), after=(_APP, _DATABASE)),
        _REFUSED,
    ),
    recorded=2,
)
_CHANGES = warning(
    f"{_DATABASE} has changes: 1 to change",
    f"look at them before anything is applied: cellwright plan {_DATABASE}",
)
ADOPTED = Adoption(
    (
        _unit(_APP, Standing.UP_TO_DATE, 14),
        replace(_unit(_DATABASE, Standing.ADOPTED, 1), why=(_CHANGES,)),
        _unit(_NETWORK, Standing.NONE),
        _REFUSED,
    ),
    recorded=2,
    done=True,
)
