"""Evidence that was made or checked, as text."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.evidence.making import EvidenceReport
from cellwright.app.evidence.verifying import EvidenceChecked
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing, count
from cellwright.evidence.judging import Gap, Standing

_TONES = {
    Standing.SEEN: palette.GOOD,
    Standing.NOTHING: palette.GOOD,
    Standing.PARTLY: palette.CAUTION,
    Standing.GAP: palette.BAD,
    Standing.CUSTOMER: palette.FAINT,
}


def made(found: EvidenceReport) -> Group:
    """Where it is, what was seen, and the gaps."""
    stretch = found.found.stretch
    events = count(stretch.count if stretch else 0, "event")
    mark = ("✓", palette.GOOD) if found.sound else ("✗", palette.BAD)
    chain = "the chain holds" if found.sound else "the audit trail does not hold"
    signed = "signed" if found.signed else "not signed"
    lead = Text.assemble(mark, f" {found.folder}: {events}, {chain}, {signed}")
    return Group(Flowing(lead, indent=2), _standings(found), *_gaps(found.gaps), *_remarks(found))


def checked(found: EvidenceChecked) -> Group:
    """Whether everything is as it was made."""
    if found.faults:
        lead = Text.assemble(("✗", palette.BAD), f" {found.folder}: the evidence does not hold")
        return Group(Flowing(lead, indent=2), *_listed(found.faults, palette.BAD), *_doubts(found))
    told = (
        f" {found.folder}: {count(found.files, 'file')} and {count(found.events, 'event')} as they were made"
    )
    lead = Text.assemble(("✓", palette.GOOD), told)
    facts = [f"of {found.fleet}, {found.period[0][:19]} to {found.period[1][:19]}"]
    facts.append(f"signed by {found.signed_by}")
    facts.append(f"{count(found.anchors, 'anchor')} inside the period")
    return Group(Flowing(lead, indent=2), *_listed(facts, ""), *_doubts(found))


def _standings(found: EvidenceReport) -> Flowing:
    parts: list[tuple[str, str] | str] = ["  clauses: "]
    for standing in Standing:
        number = sum(item.standing is standing for item in found.judged)
        if number:
            parts.append((f"{number} {standing.value}", _TONES[standing]))
            parts.append(", ")
    return Flowing(Text.assemble(*parts[:-1]), indent=4)


def _gaps(gaps: Sequence[Gap]) -> Iterator[RenderableType]:
    if not gaps:
        return
    yield Text("")
    yield Text(f"{count(len(gaps), 'gap')}", palette.STRONG)
    for gap in gaps:
        where = f" ({_clauses(gap.clauses)})" if gap.clauses else ""
        yield Flowing(Text.assemble(("• ", palette.CAUTION), gap.what, (where, palette.FAINT)), indent=2)
        if gap.advice:
            yield Flowing(Text(f"  {gap.advice}", palette.FAINT), indent=2)


def _clauses(cites: Sequence[str]) -> str:
    return cites[0] if len(cites) == 1 else count(len(cites), "clause")


def _remarks(found: EvidenceReport) -> Iterator[RenderableType]:
    if not found.recorded and found.sound:
        told = "that it was made is not on record: the ledger could not be written"
        yield Flowing(Text(f"  {told}", palette.CAUTION), indent=2)


def _listed(texts: Sequence[str], style: str) -> Iterator[RenderableType]:
    for text in texts:
        yield Flowing(Text(f"  {text}", style), indent=4)


def _doubts(found: EvidenceChecked) -> Iterator[RenderableType]:
    yield from _listed(found.doubts, palette.CAUTION)
