"""What a unit is doing just now, put together from its run's stored progress."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cellwright.ledger.progress import StoredProgress
from cellwright.model.runs.progress import Phase

_LONGEST = 300
"""Characters of a message."""


@dataclass(frozen=True, slots=True)
class LiveResource:
    """A resource that is being worked on."""

    action: str
    seconds: float


@dataclass(frozen=True, slots=True)
class LiveUnit:
    """How far the latest attempt at a unit has come."""

    phase: Phase | None = None
    note: str = ""
    """Who holds the lease, which try it is."""
    since: str = ""
    """When the phase was entered: UTC, ISO 8601."""
    working: Mapping[str, LiveResource] = field(default_factory=dict)
    """By address: the resources that are being worked on."""
    done: int = 0
    """Resources that are done."""
    errored: int = 0
    said: str = ""
    """What the program printed last about no resource."""


NOTHING_YET = LiveUnit()


def after(unit: LiveUnit, event: StoredProgress) -> LiveUnit:
    """Take one more event; one of an unknown kind, or damaged, changes nothing."""
    detail = event.detail
    match event.kind:
        case "phase_entered":
            phase = next((item for item in Phase if item.value == detail.get("phase")), None)
            return _entered(unit, phase, str(detail.get("note", "")), event.time)
        case "resource_progress":
            return _with_resource(unit, detail)
        case "program_said":
            return replace(unit, said=str(detail.get("text", ""))[:_LONGEST])
        case "unit_finished":
            return replace(NOTHING_YET, done=unit.done, errored=unit.errored)
        case _:
            return unit


def _entered(unit: LiveUnit, phase: Phase | None, note: str, time: str) -> LiveUnit:
    if phase is Phase.PREPARING:
        return LiveUnit(phase, note, time)  # another attempt
    return replace(unit, phase=phase, note=note, since=time, working={}, said="")


def _with_resource(unit: LiveUnit, detail: Mapping[str, object]) -> LiveUnit:
    name, state = str(detail.get("resource", "")), detail.get("state")
    seconds = detail.get("seconds", 0.0)
    others = {key: item for key, item in unit.working.items() if key != name}
    if state in ("done", "errored"):
        done, errored = unit.done + (state == "done"), unit.errored + (state == "errored")
        return replace(unit, working=others, done=done, errored=errored)
    took = float(seconds) if isinstance(seconds, int | float) else 0.0
    return replace(unit, working={**others, name: LiveResource(str(detail.get("action", "")), took)})
