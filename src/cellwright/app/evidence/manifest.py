"""The manifest: what the evidence is about, the digests of its files, and the proof of the chain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cellwright.app.evidence.folder import Digested
from cellwright.app.evidence.period import Period
from cellwright.app.evidence.trail import Followed
from cellwright.evidence.judging import Gap, Judged
from cellwright.model.text.json_text import JsonStyle, read_json

FORMAT = "cellwright evidence 1"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.json.asc"
PUBLIC_KEY = "public-key.asc"
EVENTS = "events.jsonl"
ANCHORS = "anchor-records.jsonl"
_NONE = "it is no manifest of evidence"
_STYLE = JsonStyle(sort_keys=True, indent=2, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """All that the manifest says besides its files."""

    fleet: str
    commit: str | None
    period: Period
    found: Followed
    judged: Sequence[Judged]
    gaps: Sequence[Gap]


def write_manifest(about: Described, files: Mapping[str, Digested]) -> str:
    """The manifest as text: equal evidence, equal text."""
    found = about.found
    content = {
        "format": FORMAT,
        "fleet": about.fleet,
        "commit": about.commit,
        "period": about.period.to_json(),
        "ledger": {"first_event": found.first_hash},
        "chain": {
            "holds": not found.faults,
            "faults": list(found.faults),
            "head": {"sequence": found.head.sequence, "hash": found.head.hash},
            "stretch": found.stretch.to_json() if found.stretch else None,
            "anchors": [[point.sequence, point.hash, point.source] for point in found.vouched],
        },
        "clauses": {item.clause.cite: item.standing.value for item in about.judged},
        "gaps": [gap_json(gap) for gap in about.gaps],
        "files": {name: {"sha256": item.sha256, "bytes": item.size} for name, item in files.items()},
    }
    return f"{_STYLE.write(content)}\n"


def gap_json(gap: Gap) -> dict[str, Any]:
    """One gap, for machines."""
    return {"what": gap.what, "advice": gap.advice, "clauses": list(gap.clauses)}


def gaps_text(gaps: Sequence[Gap]) -> str:
    """The list of gaps, for machines."""
    return f"{_STYLE.write([gap_json(gap) for gap in gaps])}\n"


def clauses_text(judged: Sequence[Judged]) -> str:
    """The clauses with what was seen of each, for machines."""
    found = [
        {
            "clause": item.clause.cite,
            "title": item.clause.title,
            "kind": item.clause.kind,
            "standing": item.standing.value,
            "product": item.clause.product,
            "customer": item.clause.duty,
            "rows": dict(item.counts),
            "gaps": [gap.what for gap in item.gaps],
        }
        for item in judged
    ]
    return f"{_STYLE.write(found)}\n"


@dataclass(frozen=True, slots=True)
class ReadStretch:
    """The stretch of the chain that a manifest names."""

    first: int
    last: int
    count: int
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadManifest:
    """What a manifest says, as far as it is checked."""

    fleet: str
    period: tuple[str, str]
    holds: bool
    stretch: ReadStretch | None
    files: Mapping[str, str]
    """Each with its SHA-256."""


def read_manifest(content: bytes) -> ReadManifest:
    """Read a manifest that somebody hands over.

    Raises:
        ValueError: it is none.
    """
    try:
        found = read_json(content)
    except RecursionError:
        found = None
    match found:
        case {
            "format": str(form),
            "fleet": str(fleet),
            "period": {"from": str(since), "to": str(until)},
            "chain": {"holds": holds, "stretch": stretch},
            "files": dict(files),
        }:
            if form != FORMAT:
                raise ValueError("of another format")
            return ReadManifest(
                fleet=fleet,
                period=(since, until),
                holds=holds is True,
                stretch=None if stretch is None else _stretch(stretch),
                files={str(name): _digest(item) for name, item in files.items()},
            )
        case _:
            raise ValueError(_NONE)


def _stretch(found: object) -> ReadStretch:
    match found:
        case {
            "first": int(first),
            "last": int(last),
            "count": int(count),
            "previous": str(previous),
            "hash": str(digest),
        }:
            return ReadStretch(first, last, count, previous, digest)
        case _:
            raise ValueError(_NONE)


def _digest(found: object) -> str:
    match found:
        case {"sha256": str(digest)}:
            return digest
        case _:
            raise ValueError(_NONE)
