"""What every account has before anything runs in it, and the network of the tools' account."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.app.bootstrap.account_files import account_files
from cellwright.app.bootstrap.answers import CELL
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, done, to_do, waits


@dataclass(frozen=True, slots=True)
class Base:
    """Applies base/account everywhere, with its deployers, and all of base in the tools' account."""

    name: str = "base"
    title: str = "Deployers in every account, and the network of the tools"

    def questions(self, site: Site) -> Sequence[Question]:
        """Nothing more has to be known."""
        del site
        return ()

    def look(self, site: Site) -> Look:
        """Compare the units with the ledger."""
        selectors = _selectors(site)
        if not selectors:
            return waits("for step accounts")
        left = [str(item.address) for item in site.waiting(*selectors)]
        if not left:
            return done(f"applied: {', '.join(selectors)}")
        return to_do(f"apply {', '.join(left)}")

    def act(self, site: Site) -> Sequence[str]:
        """Apply them."""
        selectors = _selectors(site)
        site.bring_up(*selectors)
        return [f"applied {', '.join(selectors)}"]


def _selectors(site: Site) -> list[str]:
    """Select base/account of every account that has it, and all of base where the tools are."""
    names = {item.name for item in account_files(site)}
    if CELL not in names:
        return []
    known = {str(item.address) for item in site.statuses()}
    accounts = [f"base/{name}/account" for name in sorted(names - {CELL})]
    return [f"base/{CELL}", *(unit for unit in accounts if unit in known)]
