"""The table of docs/compliance.md, made from the clauses."""

from collections.abc import Iterator

from cellwright.evidence.clause import Clause
from cellwright.evidence.clauses.all_clauses import CLAUSES, SECTIONS


def table() -> str:
    """All sections, each with its clauses."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    for section, title in SECTIONS.items():
        yield f"## {section} {title}\n"
        yield "| clause | kind | what Cellwright does | evidence | customer's duty |"
        yield "|---|---|---|---|---|"
        yield from (_row(clause) for clause in CLAUSES if clause.section == section)
        yield ""


def _row(clause: Clause) -> str:
    topics = ", ".join(f"**{want.topic}**" if want.missing else want.topic for want in clause.wants)
    name = f"{clause.cite}<br>{clause.title}"
    return f"| {name} | {clause.kind} | {clause.product or 'nothing'} | {topics or 'none'} | {clause.duty} |"
