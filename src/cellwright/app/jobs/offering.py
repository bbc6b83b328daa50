"""What a job of a CI system may offer: the fleet's own accounts, tiers and strategies."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.app.clients.form.checked import check_new
from cellwright.app.session.session import FleetSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The values from which forms let people choose."""

    fleet: str
    level: str
    """That of the clients."""
    choices: Mapping[str, tuple[str, ...]]
    """By setting of a new client: what it may be."""
    strategies: tuple[str, ...]
    """Of rollouts."""


def offer(session: FleetSession) -> Offer:
    """Give what the fleet has now.

    Raises:
        DiagnosticError: fleet.yaml can't be read.
    """
    form = check_new(session, {}).form
    return Offer(
        fleet=session.snapshot().fleet.name,
        level=form.level.name,
        choices={item.key: item.choices for item in form.keys if item.choices},
        strategies=tuple(session.rollouts().strategies),
    )
