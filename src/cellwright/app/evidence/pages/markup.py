"""Pieces of HTML: everything that comes from elsewhere is escaped here."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from cellwright.app.evidence.rows import shown
from cellwright.evidence.judging import Standing
from cellwright.model.text.visible import visible

STYLE = """
:root { color-scheme: light dark; --ink: #16202c; --faint: #56657a; --line: #d5dce5; --paper: #ffffff;
  --panel: #f5f7fa; --good: #12693a; --wait: #8a5a00; --bad: #a3231f; --off: #56657a; --link: #1550a8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf2; --faint: #9aa8ba; --line: #2e3a4a;
  --paper: #10161f; --panel: #18212d; --good: #63c78e; --wait: #e0ae4e; --bad: #f08a80; --off: #9aa8ba;
  --link: #8ab8f5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 76rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
a { color: var(--link); }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .25rem 0 .75rem; text-wrap: balance; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; }
p { max-width: 46rem; margin: .5rem 0; overflow-wrap: anywhere; }
.note { color: var(--faint); }
.crumbs { color: var(--faint); font-size: .9rem; }
.rows { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; margin: .75rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem; border-top: 1px solid var(--line);
  overflow-wrap: break-word; max-width: 28rem; }
thead th { border-top: 0; background: var(--panel); font-weight: 600; white-space: nowrap; }
td.time, td.id { white-space: nowrap; }
.id { font-family: ui-monospace, SFMono-Regular, Menlo, monospace; font-size: .9em; }
.badge { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 99px;
  font-size: .8rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .wait { color: var(--wait); } .bad { color: var(--bad); }
.off { color: var(--off); } .cite { white-space: nowrap; }
.gap { border-left: 3px solid var(--bad); background: var(--panel); padding: .5rem .9rem;
  margin: .6rem 0; border-radius: 0 6px 6px 0; }
.gap p { margin: .15rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; }
dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; padding: 0; margin: 1rem 0; list-style: none; }
.counts strong { display: block; font-size: 1.6rem; line-height: 1.2; }
svg { max-width: 100%; height: auto; }
.picture { overflow-x: auto; background: #ffffff; border: 1px solid var(--line); border-radius: 8px;
  padding: .75rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; }
  body { padding-top: 1.25rem; } th, td { padding: .4rem .55rem; } }
@media print { :root { color-scheme: light; --ink: #000; --paper: #fff; --panel: #fff; --faint: #333;
  --line: #999; --link: #000; --good: #000; --wait: #000; --bad: #000; --off: #333; }
  body { max-width: none; padding: 0; font-size: 10pt; } .rows { overflow: visible; border: 0; }
  table { font-size: 8pt; } td.time, td.id, thead th { white-space: normal; }
  thead { display: table-header-group; } tr, .gap { break-inside: avoid; } h2 { break-after: avoid; } }
"""
TONES: Mapping[Standing, str] = {
    Standing.SEEN: "good",
    Standing.NOTHING: "good",
    Standing.PARTLY: "wait",
    Standing.GAP: "bad",
    Standing.CUSTOMER: "off",
}
_TIMES = frozenset({"time", "day", "from", "to", "made", "ends", "used", "added", "last_sign_in", "revoked"})
_IDS = frozenset({"event", "hash", "plan", "policies", "token", "digest", "commit", "id", "run"})
_TIME = len("2026-11-22T21:48:12")
_SHORT = 12
"""Characters of a digest on a page; the files have it whole."""
_DIGESTS = frozenset({"plan", "policies", "digest", "commit"})


def page(title: str, parts: Iterable[str], *, back: bool = True) -> str:
    """A whole page."""
    crumbs = '<p class="crumbs"><a href="index.html">All of the evidence</a></p>\n' if back else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{crumbs}"
        f"{''.join(f'{part}{chr(10)}' for part in parts)}</body>\n</html>\n"
    )


def text(value: object) -> str:
    """Text from anywhere."""
    return escape(visible(shown(value)))


def paragraph(value: str, kind: str = "") -> str:
    """A paragraph of text."""
    return f'<p class="{kind}">{text(value)}</p>' if kind else f"<p>{text(value)}</p>"


def heading(value: str, level: int = 2) -> str:
    """A heading."""
    return f"<h{level}>{text(value)}</h{level}>"


def badge(standing: Standing) -> str:
    """What was seen of a clause."""
    return f'<span class="badge {TONES[standing]}">{text(standing.value)}</span>'


def link(target: str, value: str) -> str:
    """A link to another file of the folder."""
    return f'<a href="{escape(target)}">{text(value)}</a>'


def table(label: str, head: Sequence[str], rows: Iterable[str]) -> str:
    """A table of rows that are HTML already."""
    cells = "".join(f'<th scope="col">{text(name)}</th>' for name in head)
    return (
        f'<div class="rows" tabindex="0" role="region" aria-label="{text(label)}"><table>'
        f"<thead><tr>{cells}</tr></thead>\n<tbody>{''.join(rows)}</tbody></table></div>"
    )


def row(cells: Iterable[str]) -> str:
    """A row of cells that are HTML already."""
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"


def value_row(columns: Sequence[str], values: Mapping[str, object]) -> str:
    """A row of a topic."""
    return f"<tr>{''.join(_cell(name, values.get(name)) for name in columns)}</tr>\n"


def title_of(column: str) -> str:
    """A column's name for people."""
    return column.replace("_", " ")


def _cell(column: str, value: object) -> str:
    if column in _TIMES:
        moment = shown(value)
        return f'<td class="time">{text(moment[:_TIME].replace("T", " "))}</td>'
    if column in _DIGESTS:
        return f'<td class="id" title="{text(value)}">{text(shown(value)[:_SHORT])}</td>'
    return f'<td class="id">{text(value)}</td>' if column in _IDS else f"<td>{text(value)}</td>"
