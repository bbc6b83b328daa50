"""How an offboarding goes on: its phases, which may follow which, and what a hold waits for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

LONGEST_HOLD = 366 * 24 * 3600
"""Seconds: a hold lasts a year at most."""
DEFAULT_HOLD = 30 * 24 * 3600


class Phase(Enum):
    """How far an offboarding is."""

    PLANNING = "planning"
    """What would be destroyed is planned, and judged by the policies."""
    HOLDING = "holding"
    """Nothing happens until the hold is over and everybody who has to has agreed."""
    EXPORTING = "exporting"
    DESTROYING = "destroying"
    VERIFYING = "verifying"
    """What was destroyed is looked for once more."""
    REMOVING = "removing"
    """The files are moved into the archive, and the blocks of addresses go into quarantine."""
    DONE = "done"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    """A plan failed or a policy denied it; the hold never began."""

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self not in _CLOSED

    @property
    def may_be_cancelled(self) -> bool:
        """Whether nothing was destroyed yet."""
        return self in _BEFORE_DESTROYING


_CLOSED = frozenset({Phase.DONE, Phase.CANCELLED, Phase.REFUSED})
_BEFORE_DESTROYING = frozenset({Phase.PLANNING, Phase.HOLDING, Phase.EXPORTING})

FOLLOWS: Mapping[Phase, frozenset[Phase]] = {
    Phase.PLANNING: frozenset({Phase.HOLDING, Phase.REFUSED, Phase.CANCELLED}),
    Phase.HOLDING: frozenset({Phase.EXPORTING, Phase.CANCELLED}),
    Phase.EXPORTING: frozenset({Phase.DESTROYING, Phase.CANCELLED}),
    Phase.DESTROYING: frozenset({Phase.VERIFYING}),
    # Back, where something was applied again meanwhile.
    Phase.VERIFYING: frozenset({Phase.REMOVING, Phase.DESTROYING}),
    Phase.REMOVING: frozenset({Phase.DONE, Phase.DESTROYING}),
    Phase.DONE: frozenset(),
    Phase.CANCELLED: frozenset(),
    Phase.REFUSED: frozenset(),
}
"""Which phases may follow each."""


class Waits(Enum):
    """What an offboarding waits for that only time or people can give."""

    NOTHING = "nothing"
    HOLD = "hold"
    APPROVAL = "approval"
    LEGAL_HOLD = "legal hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFacts:
    """What decides whether a hold is over."""

    now: int
    """Milliseconds since 1970; so is `until`."""
    until: int
    approvals: int
    needed: int
    legal_holds: int


def waits_for(facts: HoldFacts) -> Waits:
    """Tell what keeps a hold from ending; a legal hold comes first, as nobody but who laid it ends it."""
    if facts.legal_holds:
        return Waits.LEGAL_HOLD
    if facts.now < facts.until:
        return Waits.HOLD
    return Waits.APPROVAL if facts.approvals < facts.needed else Waits.NOTHING
