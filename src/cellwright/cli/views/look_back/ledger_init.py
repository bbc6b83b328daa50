"""A ledger that was made, as text."""

from collections.abc import Iterator

from rich.console import Group
from rich.text import Text

from cellwright.app.history.ledger_init import LedgerReady
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing
from cellwright.ledger.database.roles import LedgerRoles


def ledger(found: LedgerReady) -> Group:
    """Where it is, and who may do what."""
    ready = Text.assemble(("✓", palette.GOOD), f" the ledger {found.location} is ready")
    return Group(Flowing(ready, indent=2), *(_roles(found.roles) if found.roles is not None else ()))


def _roles(roles: LedgerRoles) -> Iterator[Flowing]:
    for role, may in (
        (roles.owner, "owns it: upgrades its tables; for nothing else"),
        (roles.writer, "records: for people and jobs that plan and apply"),
        (roles.reader, "reads: for whoever looks, and for auditors"),
    ):
        made = " (new)" if role in roles.made else ""
        yield Flowing(Text(f"  {role}{made} {may}"), indent=4)
    yield Flowing(
        Text(f'  let somebody in with: GRANT "{roles.writer}" TO somebody', palette.FAINT), indent=4
    )
