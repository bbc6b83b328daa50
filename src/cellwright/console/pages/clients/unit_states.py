"""How a unit of a client that comes or goes is, in words, with the tone of its badge."""

from cellwright.ledger.run_state import RunUnitRecord, UnitState
from cellwright.model.runs.run import Outcome

_OUTCOMES = {
    Outcome.PLANNED: ("planned", "change"),
    Outcome.FAILED: ("failed", "bad"),
    Outcome.BLOCKED: ("blocked", "bad"),
    Outcome.SKIPPED: ("skipped", "off"),
    Outcome.REFUSED: ("refused", "wait"),
    Outcome.CANCELLED: ("cancelled", "off"),
}
_STATES = {
    UnitState.PENDING: ("waits its turn", "off"),
    UnitState.PLANNING: ("planning", "run"),
    UnitState.PLANNED: ("waits for approval", "wait"),
}


def unit_state(unit: RunUnitRecord, applying: str, done: str) -> tuple[str, str]:
    """Give the word and the tone; `applying` and `done` are the words for what is done to it."""
    if unit.outcome is None:
        return _STATES.get(unit.state, (applying, "run"))
    return _OUTCOMES.get(unit.outcome, (done, "good"))
