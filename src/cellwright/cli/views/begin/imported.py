"""What `import` wrote, what it could not take over, and what to do next."""

from rich.console import Group
from rich.text import Text

from cellwright.app.importing.importing import ImportedFleet
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing, count, stacked
from cellwright.cli.views.diagnostics import line
from cellwright.foreign.documents import TODO

_BY_HAND = ((f"grep -rn {TODO}: .", "what is to be set by hand"),)
_NEXT = (
    ("cellwright check", "look for errors in the settings"),
    ("cellwright ledger adopt", "record the states that exist"),
    ("cellwright plan --all", "see that nothing would change"),
)


def imported(found: ImportedFleet) -> Group:
    """The units, then what was not taken over with its place, then the total and the next commands."""
    fleet = found.fleet
    units = [
        (Text.assemble(("+", palette.ACCENT), " ", unit), Text(place, style=palette.FAINT))
        for unit, place in fleet.units
    ]
    notes = [Flowing(line(item), indent=4) for item in fleet.notes]
    verb = "written to" if found.done else "would be written to"
    total = f" {count(len(fleet.units), 'unit')}, {count(len(fleet.files), 'file')} {verb} "
    last = [Text.assemble(("✓", palette.GOOD), total, (str(found.to), palette.STRONG))]
    if notes:
        last.append(
            Text(f"{count(len(notes), 'note')} above: not taken over as it was", style=palette.CAUTION)
        )
    if off := len(fleet.units) - len(fleet.on):
        last.append(Text(f"{off:,} of {count(len(fleet.units), 'unit')} switched off", style=palette.CAUTION))
    todo = any(f"# {TODO}:" in text for text in fleet.files.values())
    steps = [
        (Text(one, style=palette.ACCENT), Text(why, style=palette.FAINT))
        for one, why in (_BY_HAND if todo else ()) + _NEXT
    ]
    go = Text(f"  cd {found.to}", style=palette.ACCENT)
    after = [Text("Next:"), go, Columns(steps, indent=2)] if found.done else []
    return stacked([Columns(units)], notes, last, after)
