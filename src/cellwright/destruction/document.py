"""A certificate of destruction as JSON: the same case gives the same bytes."""

import hashlib
from dataclasses import dataclass

from cellwright.destruction.case import Case, Deed, LegalHold
from cellwright.destruction.standing import Standing
from cellwright.destruction.values import Fate, Residual
from cellwright.model.text.json_text import JsonStyle
from cellwright.model.value import Json

TITLE = "certificate of destruction"
FORMAT = 1
_STYLE = JsonStyle(sort_keys=True, indent=2, allow_nan=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Who issues a certificate, when, and which one of the client's it is."""

    by: Deed
    number: int
    replaces: str = ""
    """Digest of the certificate before."""


def text_of(document: Json) -> str:
    """Write a certificate as it is signed: ASCII, sorted keys."""
    return _STYLE.write(document) + "\n"


def digest_of(text: str) -> str:
    """Give the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def subject(case: Case) -> dict[str, Json]:
    """Write what there is to judge: all but the validation, and how far the trail has come."""
    return {
        "fleet": case.fleet,
        "client": {"address": str(case.cell), "level": case.cell.level, "name": case.cell.cell},
        "requested": _deed(case.requested),
        "approvals": [_deed(item) for item in case.approvals],
        "hold": None if case.hold is None else {"seconds": case.hold.seconds, "until": case.hold.until},
        "legal_holds": [_legal_hold(item) for item in case.legal_holds],
        "export": _export(case),
        "runs": [
            {
                "id": run.id,
                "status": run.status,
                "by": run.by,
                "started": run.started,
                "finished": run.finished,
                "commit": run.commit,
            }
            for run in case.runs
        ],
        "resources": [_resource(case, fate) for fate in case.fates],
        "residuals": [_residual(fate, item) for fate in case.fates for item in fate.residuals],
        "verification": [
            {
                "unit": str(item.unit),
                "state": item.state,
                "at": item.at,
                "state_before_sha256": item.state_before or None,
            }
            for item in case.units
        ],
        **_copies(case),
        "not_on_record": list(case.gaps),
    }


def facts(case: Case, standing: Standing) -> str:
    """Digest all that a certificate says but for who issued it when, and how far the trail had come."""
    return digest_of(text_of(subject(case) | _judged(case, standing)))


def document(case: Case, standing: Standing, issue: Issue) -> Json:
    """Write a certificate."""
    sequence, digest = case.head
    return {
        "document": TITLE,
        "format": FORMAT,
        "number": issue.number,
        "replaces": issue.replaces or None,
        "issued": _deed(issue.by),
        "trail": {"event": sequence, "hash": digest},
        "subject": digest_of(text_of(subject(case))),
        **subject(case),
        **_judged(case, standing),
    }


def _judged(case: Case, standing: Standing) -> dict[str, Json]:
    validation = case.validation
    return {
        "kind": standing.kind.value,
        "open": list(standing.open),
        "last_date": standing.last_date,
        "validation": None
        if validation is None
        else {
            **_deed(validation.deed),
            "counts": standing.validated,
            "settled": list(validation.settled),
        },
    }


def _copies(case: Case) -> dict[str, Json]:
    """Left out where it is not on record, so that certificates of before stay as they were validated."""
    if case.copies is None:
        return {}
    found = case.copies
    said: Json = {
        "machine": found.machine,
        "at": found.at,
        "removed": list(found.removed),
        "kept": list(found.kept),
    }
    return {"state_copies": said}


def _deed(deed: Deed) -> dict[str, Json]:
    return {
        "by": deed.by,
        "at": deed.at,
        "vouched_by": deed.vouched or None,
        "what": deed.what or None,
        "reason": deed.reason or None,
    }


def _legal_hold(hold: LegalHold) -> Json:
    return {"laid": _deed(hold.laid), "lifted": None if hold.lifted is None else _deed(hold.lifted)}


def _export(case: Case) -> Json:
    if case.export is None:
        return None
    export = case.export
    return {
        "command": list(export.command),
        "sha256": export.sha256,
        "bytes": export.size,
        "place": export.place,
        "at": export.at,
    }


def _resource(case: Case, fate: Fate) -> Json:
    record, resource, reading = fate.record, fate.record.resource, case.reading(fate)
    return {
        "name": fate.name,
        "unit": str(record.unit),
        "address": resource.address,
        "deposed": resource.deposed or None,
        "type": resource.type,
        "provider": resource.provider,
        "id": resource.identifier or None,
        "arn": resource.arn or None,
        "region": resource.region or None,
        "keys": list(resource.keys),
        "method": fate.method.value,
        "why": fate.why,
        "until": fate.until,
        "time": fate.time,
        "run": record.run,
        "attempt": record.attempt,
        "plan_digest": record.plan_digest,
        "known_from": fate.confirmed,
        "read_back": {
            "found": "nothing to look for" if fate.state_only else reading.finding.value,
            "detail": reading.detail or None,
            "at": reading.at or None,
        },
    }


def _residual(fate: Fate, residual: Residual) -> Json:
    return {
        "kind": residual.kind.value,
        "what": residual.what,
        "of": fate.name,
        "until": residual.until,
        "why": residual.why,
    }
