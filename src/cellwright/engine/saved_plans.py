"""What the ledger has on record of a plan file, and the check of a plan file against it.

Whoever hands over a plan file could have changed it, put one unit's plan under another unit's name, or made
it elsewhere. So each plan is recorded when it is saved, in the event `run.plans_saved` of its run:
the SHA-256 of Terraform's file, and a seal over all that the plan file says of it. The seal is keyed: who can
write to the ledger's database but has not the key makes none.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cellwright.engine.plan_file import PlanBundle
from cellwright.ledger.read.event_filter import EventFilter, Pattern
from cellwright.ledger.read.reader import LedgerReader
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.fetched_module import modules_to_json
from cellwright.model.runs.event import Event
from cellwright.model.runs.run import RunUnit
from cellwright.model.value import Json
from cellwright.planning.digest import Digester

PLANS_SAVED = "run.plans_saved"
PLANS_REFUSED = "plans.refused"
_APPLIED = "unit.applied"

_AGAIN = "make a new plan: cellwright plan -o FILE"


def record_of(bundle: PlanBundle, digester: Digester) -> Mapping[str, Json]:
    """Give the detail of the event that records the plans of a plan file."""
    return {
        "key": _key(digester),
        "plans": {
            str(part.address): {
                "sha256": bundle.plans[part.address].sha256,
                "seal": _seal(bundle, part, digester),
            }
            for part in bundle.parts
        },
    }


def confirm_recorded(bundle: PlanBundle, reader: LedgerReader, digester: Digester) -> None:
    """Make sure that each plan of a plan file is the one that was recorded for its unit.

    Raises:
        DiagnosticError: the plan file was made with another ledger, or differs from what was recorded.
    """
    if reader.summary(bundle.run) is None:
        raise DiagnosticError(
            error(
                f"{bundle.path} was made with another ledger: this one has no run '{bundle.run}'",
                f"apply it with the ledger that it was made with (--ledger), or {_AGAIN}",
            )
        )
    event = _recorded(reader, bundle.run)
    detail = event.detail if event is not None else {}
    if detail.get("key", _key(digester)) != _key(digester):
        raise DiagnosticError(
            error(f"the ledger's key has been renewed since the plans in {bundle.path} were saved", _AGAIN)
        )
    known = _plans(detail)
    faults = [fault for part in bundle.parts for fault in _faults(bundle, part, known, digester)]
    if event is not None and bundle.asked.is_unusual:
        faults += _applied_since(bundle, reader, event.sequence)
    if faults:
        raise DiagnosticError(*faults)


def _applied_since(bundle: PlanBundle, reader: LedgerReader, saved: int) -> Iterator[Diagnostic]:
    """Tell of units that were applied since: of one that was up to date neither settings nor state tell."""
    only = EventFilter(actions=(Pattern(_APPLIED, "."),))
    for part in bundle.parts:
        unit = str(part.address)
        if any(event.subject == unit for event in reader.events(saved, 1, unit, only)):
            yield error(f"the saved plan of {unit} is stale: the unit was applied since it was made", _AGAIN)


def _recorded(reader: LedgerReader, run: str) -> Event | None:
    """Give what was recorded of the plans that a run has saved."""
    only = EventFilter(actions=(Pattern(PLANS_SAVED, "."),))
    for event in reader.latest_events(1, run, only):
        return event
    return None


def _plans(detail: Mapping[str, Json]) -> Mapping[str, Mapping[str, str]]:
    plans: Any = detail.get("plans")
    return plans if isinstance(plans, Mapping) else {}


def _key(digester: Digester) -> str:
    """Tell keys apart, without telling the key."""
    return digester.keyed("", "saved plans")


def _faults(
    bundle: PlanBundle, part: RunUnit, known: Mapping[str, Mapping[str, str]], digester: Digester
) -> Iterator[Diagnostic]:
    unit, sha256 = str(part.address), bundle.plans[part.address].sha256
    recorded = known.get(unit)
    if recorded is None:
        yield _refusal(bundle, f"run {bundle.run} has saved no plan of {unit}")
    elif recorded.get("sha256") != sha256:
        owner = next((other for other, item in known.items() if item.get("sha256") == sha256), None)
        what = f"is the plan of {owner}" if owner else "is not the one that was saved"
        yield _refusal(bundle, f"what it holds as the plan of {unit} {what}")
    elif recorded.get("seal") != _seal(bundle, part, digester):
        yield _refusal(bundle, f"what it says about the plan of {unit} is not what was saved")


def _refusal(bundle: PlanBundle, what: str) -> Diagnostic:
    return error(f"{bundle.path} was changed after it was made: {what}", f"find out who changed it; {_AGAIN}")


def _seal(bundle: PlanBundle, part: RunUnit, digester: Digester) -> str:
    plan = bundle.plans[part.address]
    whole: list[Json] = [
        bundle.fleet,
        bundle.run,
        str(part.address),
        part.operation.value,
        plan.sha256,
        plan.fingerprint,
        [list(item) for item in modules_to_json(plan.modules)],
        # Seals of plans that were made as usual are as they have always been.
        *([said] if (said := bundle.asked.to_json()) else []),
    ]
    return digester.keyed(whole, "saved plan", str(part.address))
