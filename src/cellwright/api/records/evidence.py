"""Evidence as JSON."""

from collections.abc import Sequence

from cellwright.app.evidence.keeping import KeptEvidence
from cellwright.app.evidence.making import EvidenceReport
from cellwright.app.evidence.manifest import gap_json
from cellwright.app.evidence.verifying import EvidenceChecked
from cellwright.model.value import Json


def made(found: EvidenceReport) -> Json:
    """`evidence`: what was made, and its gaps."""
    stretch = found.found.stretch
    return {
        "folder": str(found.folder),
        "period": {**found.period.to_json()},
        "manifest": found.manifest,
        "signed": found.signed,
        "recorded": found.recorded,
        "chain": {"holds": found.sound, "faults": list(found.found.faults)},
        "events": stretch.count if stretch else 0,
        "clauses": {item.clause.cite: item.standing.value for item in found.judged},
        "gaps": [gap_json(gap) for gap in found.gaps],
    }


def checked(found: EvidenceChecked) -> Json:
    """`evidence verify`: whether everything is as it was made."""
    return {
        "valid": not found.faults,
        "folder": str(found.folder),
        "fleet": found.fleet,
        "period": {"from": found.period[0], "to": found.period[1]},
        "manifest": found.manifest,
        "files": found.files,
        "events": found.events,
        "anchors": found.anchors,
        "signed_by": found.signed_by,
        "faults": list(found.faults),
        "doubts": list(found.doubts),
    }


def kept(found: KeptEvidence) -> Json:
    """Evidence that a server keeps."""
    return {
        "id": found.id,
        "period": {"from": found.period[0], "to": found.period[1]},
        "holds": found.holds,
        "signed": found.signed,
        "events": found.events,
        "clauses": dict(found.standings),
        "gaps": list(found.gaps),
    }


def kept_list(found: Sequence[KeptEvidence]) -> Json:
    """What a server keeps, the newest first."""
    return {"evidence": [kept(item) for item in found]}
