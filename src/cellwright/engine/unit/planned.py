"""A unit whose plan is made and waits to be applied: a value that outlives the process that made it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cellwright.ledger.database.damage import reads
from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.runs.plan import PlanSummary, summary_from_json, summary_to_json
from cellwright.model.runs.run import RunUnit
from cellwright.model.value import Json
from cellwright.planning.digest import Digester


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan on disk, and everything that another process needs to apply exactly that plan."""

    part: RunUnit
    summary: PlanSummary
    plan_digest: str
    """Of the plan file and of what was shown of it: what an approval is for."""
    fingerprint: str
    """Of the settings and secrets that the plan was made for."""
    state: StateMark | None
    """The version of the state that the plan was made against; None if there was none, or nobody looked."""
    attempt_id: str
    """Of the attempt that made it."""
    path: Path
    """Terraform's plan file, in the unit's working folder. It holds secrets in clear."""
    sha256: str
    """Of the plan file."""

    @property
    def address(self) -> UnitAddress:
        """The unit."""
        return self.part.address


def plan_digest(sha256: str, summary: PlanSummary, digester: Digester) -> str:
    """Digest a plan by its file and by what people see of it: the same however the file is read."""
    return digester.keyed([sha256, summary_to_json(summary)], "plan")


def to_json(planned: Planned) -> Json:
    """Write it down; what was masked in the summary stays so."""
    return {
        "summary": summary_to_json(planned.summary),
        "plan_digest": planned.plan_digest,
        "fingerprint": planned.fingerprint,
        "state": [planned.state.lineage, planned.state.serial] if planned.state else None,
        "attempt_id": planned.attempt_id,
        "path": str(planned.path),
        "sha256": planned.sha256,
    }


@reads("a plan that waits")
def from_json(part: RunUnit, text: Any) -> Planned:  # noqa: ANN401  what `to_json` wrote, read back
    """Read what `to_json` wrote."""
    fields: Mapping[str, Any] = text
    return Planned(
        part=part,
        summary=summary_from_json(fields["summary"]),
        plan_digest=fields["plan_digest"],
        fingerprint=fields["fingerprint"],
        state=StateMark(*fields["state"]) if fields["state"] else None,
        attempt_id=fields["attempt_id"],
        path=Path(fields["path"]),
        sha256=fields["sha256"],
    )
