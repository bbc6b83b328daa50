"""Certificates of destruction: one that was issued, the list, and what was found about a file."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from cellwright.app.certificates.files import WrittenFiles
from cellwright.app.certificates.issuing import Issued
from cellwright.app.certificates.listing import Listed
from cellwright.app.certificates.verifying import Checked
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing, Hanging, count, person, stacked
from cellwright.destruction.standing import Kind

_SHOWN = 12
_STYLES = {Kind.INTERIM.value: palette.CAUTION, Kind.FINAL.value: palette.GOOD}


def issued(found: Issued, written: WrittenFiles | None = None) -> RenderableType:
    """A certificate, what is open, and its files."""
    certificate = found.certificate
    head = Text.assemble(
        ("✓", palette.GOOD),
        f" Certificate {certificate.number} of {certificate.cell}: ",
        (certificate.kind, _STYLES.get(certificate.kind, "")),
        f", issued {certificate.made_at[:16].replace('T', ' ')} UTC by {person(certificate.made_by)}",
    )
    if not found.anew:
        head.append("; nothing has changed since", style=palette.FAINT)
    digest = Text(f"SHA-256 {certificate.digest}", style=palette.FAINT)
    return stacked((Flowing(head, 2), Flowing(digest, 2)), _open(found.standing.open), _files(written))


def listing(found: Sequence[Listed]) -> RenderableType:
    """One line a client that was offboarded."""
    if not found:
        return Text("no client was offboarded")
    header = ("client", "offboarded", "certificate", "open", "last date")
    return Columns([_row(item) for item in found], header)


def checked(found: Checked) -> RenderableType:
    """Whether a file is to be believed, and if not why."""
    if found.certificate is None or found.faults:
        lines = [Flowing(Text.assemble(("✗", palette.BAD), f" {found.path} is not to be believed:"), 2)]
        return stacked((*lines, *(Hanging(Text("  • "), Text(fault)) for fault in found.faults)))
    made = found.certificate
    head = Text.assemble(("✓", palette.GOOD), f" {found.path} is certificate {made.number} of {made.cell}: ")
    head.append(made.kind, style=_STYLES.get(made.kind, ""))
    trail = f"Its signature is right, and the trail goes on from event {made.sequence}, which it names."
    lines = [Flowing(head, 2), Flowing(Text(trail), 2)]
    if not found.newest:
        lines.append(Flowing(Text("A later one was issued since.", style=palette.CAUTION), 2))
    return stacked(lines)


def _open(points: Sequence[str]) -> Iterator[RenderableType]:
    if points:
        yield Text("Open:")
        for point in points[:_SHOWN]:
            yield Hanging(Text("  • "), Text(point))
        if len(points) > _SHOWN:
            yield Text(f"    and {count(len(points) - _SHOWN, 'more thing')}", style=palette.FAINT)


def _files(written: WrittenFiles | None) -> Iterator[RenderableType]:
    if written is not None:
        yield Text("Written:")
        for path in written.paths:
            yield Hanging(Text("  "), Text(str(path)))
        for lacking in written.lacking:
            yield Hanging(
                Text("  ! ", style=palette.CAUTION), Text(f"no PDF: {lacking.summary}; {lacking.detail}")
            )


def _row(item: Listed) -> list[Text]:
    certificate = item.certificate
    if certificate is None:
        made, open_ = Text("none", style=palette.CAUTION), ""
    else:
        made = Text.assemble(f"{certificate.number} ", (certificate.kind, _STYLES.get(certificate.kind, "")))
        open_ = str(item.open)
    when = (item.last_date or "")[:10]
    return [Text(str(item.cell)), Text(item.offboarded[:10]), made, Text(open_), Text(when)]
