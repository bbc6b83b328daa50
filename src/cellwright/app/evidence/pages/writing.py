"""The pages of the evidence: an index, one page a clause, one a topic."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cellwright.app.evidence.folder import EvidenceFolder
from cellwright.app.evidence.manifest import ANCHORS, EVENTS, MANIFEST, PUBLIC_KEY, SIGNATURE, Described
from cellwright.app.evidence.pages import markup as html
from cellwright.app.evidence.rows import SHOWN, TopicFiles
from cellwright.evidence.clauses.all_clauses import SECTIONS
from cellwright.evidence.judging import RULES, Gap, Judged, Standing
from cellwright.evidence.rules import cites_of
from cellwright.evidence.topics import TOPICS, Topic

_FEW = 20
"""Rows of a topic on a clause's page."""


def write_pages(
    folder: EvidenceFolder, about: Described, topics: Mapping[str, TopicFiles], pictures: Mapping[str, str]
) -> None:
    """Write all pages; `pictures` are SVG texts by topic."""
    folder.write("index.html", html.page(f"Evidence of {about.fleet}", _index(about, topics), back=False))
    for item in about.judged:
        folder.write(_clause_page(item), html.page(item.clause.cite, _clause(item, topics)))
    for topic in TOPICS:
        parts = _topic(topics[topic.key], pictures.get(topic.key, ""))
        folder.write(_topic_page(topic), html.page(topic.title, parts))


def _index(about: Described, topics: Mapping[str, TopicFiles]) -> Iterator[str]:
    period = about.period.to_json()
    yield html.heading(f"Evidence of {about.fleet}", 1)
    yield html.paragraph(
        "What was seen in this period, clause by clause of 45 CFR 164.308 to 164.316. It shows what happened "
        "and is on record, not what is configured."
    )
    yield "<dl>"
    facts = [
        ("Period", f"{_moment(period['from'])} to {_moment(period['to'])} UTC, the end not included"),
        ("Commit of the fleet", about.commit or "none: the fleet lies in no git repository"),
        ("Events", _events(about)),
        ("Chain", "holds" if not about.found.faults else "does not hold: see the gaps"),
    ]
    for name, value in facts:
        yield f"<dt>{html.text(name)}</dt><dd>{html.text(value)}</dd>"
    yield "</dl>"
    yield from _summary(about.judged)
    yield html.heading("Gaps")
    yield from _gaps(about.gaps)
    yield from _sections(about.judged)
    yield html.heading("What was looked at")
    yield html.table(
        "Topics",
        ("Topic", "Rows", "For machines"),
        (
            html.row(
                (
                    html.link(_topic_page(topic), topic.title),
                    html.text(topics[topic.key].count),
                    f"{html.link(f'{topic.key}.json', 'JSON')} {html.link(f'{topic.key}.csv', 'CSV')}",
                )
            )
            for topic in TOPICS
        ),
    )
    yield from _checking()


def _summary(judged: Sequence[Judged]) -> Iterator[str]:
    yield '<ul class="counts">'
    for standing in Standing:
        count = sum(item.standing is standing for item in judged)
        yield (f'<li class="{html.TONES[standing]}"><strong>{count}</strong>{html.text(standing.value)}</li>')
    yield "</ul>"


def _sections(judged: Sequence[Judged]) -> Iterator[str]:
    for section, title in SECTIONS.items():
        yield html.heading(f"{section} {title}")
        yield html.table(
            title,
            ("Clause", "What it asks for", "Kind", "Seen"),
            (
                html.row(
                    (
                        html.link(_clause_page(item), item.clause.cite),
                        html.text(item.clause.title),
                        html.text(item.clause.kind),
                        html.badge(item.standing),
                    )
                )
                for item in judged
                if item.clause.section == section
            ),
        )


def _clause(item: Judged, topics: Mapping[str, TopicFiles]) -> Iterator[str]:
    clause = item.clause
    yield html.heading(f"{clause.cite} {clause.title}", 1)
    yield f'<p>{html.badge(item.standing)} <span class="note">{html.text(clause.kind)}</span></p>'
    yield "<dl>"
    product = clause.product or "Nothing of it can be seen here."
    yield f"<dt>Cellwright</dt><dd>{html.text(product)}</dd>"
    yield f"<dt>Customer's duty</dt><dd>{html.text(clause.duty)}</dd>"
    yield "</dl>"
    if item.gaps:
        yield html.heading("Gaps")
        yield from _gaps(item.gaps, cited=False)
    for key, count in item.counts:
        found = topics[key]
        yield f"<h2>{html.link(_topic_page(found.topic), found.topic.title)}</h2>"
        yield html.paragraph(found.topic.told, "note")
        yield from _rows(_citing(found, clause.cite), _FEW, count)


def _topic(found: TopicFiles, picture: str) -> Iterator[str]:
    topic = found.topic
    yield html.heading(topic.title, 1)
    yield html.paragraph(topic.told)
    files = f"{html.link(f'{topic.key}.json', 'JSON')}, {html.link(f'{topic.key}.csv', 'CSV')}"
    yield f'<p class="note">{found.count:,} rows; all of them: {files}</p>'
    if picture:
        yield f'<div class="picture">{picture}</div>'
    yield from _rows(found, SHOWN, found.count)


def _citing(found: TopicFiles, cite: str) -> TopicFiles:
    """Of the rules of policies those that cite the clause; of another topic all rows."""
    if found.topic.key != RULES:
        return found
    return replace(found, first=[row for row in found.first if cite in cites_of(str(row["clause"]))])


def _rows(found: TopicFiles, most: int, count: int) -> Iterator[str]:
    topic = found.topic
    if not count:
        yield html.paragraph("Nothing of it is on record in this period.", "note")
        return
    some = found.first[:most]
    yield html.table(
        topic.title,
        [html.title_of(name) for name in topic.columns],
        (html.value_row(topic.columns, item) for item in some),
    )
    if count > len(some):
        yield html.paragraph(f"{count - len(some):,} more in {topic.key}.json and {topic.key}.csv.", "note")


def _gaps(gaps: Sequence[Gap], *, cited: bool = True) -> Iterator[str]:
    if not gaps:
        yield html.paragraph("Nothing is missing.")
    for gap in gaps:
        listed = ", ".join(f'<span class="cite">{html.text(cite)}</span>' for cite in gap.clauses)
        cites = f'<p class="note">{listed}</p>' if listed and cited else ""
        yield (
            f'<div class="gap"><p><strong>{html.text(gap.what)}</strong></p>'
            f"<p>{html.text(gap.advice)}</p>{cites}</div>"
        )


def _checking() -> Iterator[str]:
    yield html.heading("How to check it")
    yield html.paragraph(
        f"{MANIFEST} has the SHA-256 of every file here, the stretch of the chain and the anchors that the "
        f"trail agrees with; {SIGNATURE}, if it is there, signs it (OpenPGP). {EVENTS} has every event of "
        f"the period with its hash, {ANCHORS} the anchors. This command checks all of it:"
    )
    yield "<p><code>cellwright evidence verify FOLDER --key PUBLIC-KEY</code></p>"
    yield html.paragraph(
        f"Take the public key from whom you trust, not from this folder ({PUBLIC_KEY}): whoever changes the "
        "evidence could put another one there.",
        "note",
    )


def _events(about: Described) -> str:
    stretch = about.found.stretch
    if stretch is None:
        return "none in this period"
    return f"{stretch.count:,}, from number {stretch.before.sequence + 1} to {stretch.end.sequence}"


def _moment(time: str) -> str:
    return time[: len("2026-11-22T21:48:12")].replace("T", " ")


def _clause_page(item: Judged) -> str:
    return f"clause-{item.clause.slug}.html"


def _topic_page(topic: Topic) -> str:
    return f"topic-{topic.key}.html"
