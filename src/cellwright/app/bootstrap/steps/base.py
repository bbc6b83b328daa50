"""What every account has before anything runs in it, and the network of the tools' account."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.app.bootstrap.account_files import account_files
from cellwright.app.bootstrap.answers import CELL
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, done, to_do, waits
from cellwright.app.bootstrap.steps.pipeline import trust, untrusted

_AFTER_OTHERS = (f"base/{CELL}/peering", f"base/{CELL}/domain")
"""What takes outputs of other accounts' networks and zones."""


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
        says = [f"let {role} take the deployers" for role in _strangers(site)]
        return to_do(*says, f"apply {', '.join(left)}")

    def act(self, site: Site) -> Sequence[str]:
        """Apply them."""
        selectors = _selectors(site)
        if _strangers(site):
            trust(site)
        site.bring_up(*selectors)
        return [f"applied {', '.join(selectors)}"]


def _strangers(site: Site) -> Sequence[str]:
    """Give who does this if the deployers of other accounts don't know them: the next step takes these."""
    own = site.cloud.identity().account
    others = any(item.account_id != own for item in account_files(site))
    return untrusted(site) if others else ()


def _selectors(site: Site) -> list[str]:
    """Select base/account of every account that has it, and what the tools' account has of base.

    But for what needs something of the other accounts: the next step makes that.
    """
    names = {item.name for item in account_files(site)}
    if CELL not in names:
        return []
    known = {str(item.address) for item in site.statuses()}
    later = _AFTER_OTHERS if names - {CELL} else ()
    own = sorted(unit for unit in known if unit.startswith(f"base/{CELL}/") and unit not in later)
    accounts = [f"base/{name}/account" for name in sorted(names - {CELL})]
    return [*own, *(unit for unit in accounts if unit in known)]
