"""How full each place is, as text."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.clients.deciding import PlacedCell
from cellwright.app.fleet.capacity import CapacityView, PlaceView, ResourceView
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing, count, stacked
from cellwright.model.quotas import CLIENTS

_BAR = 10
_NEARLY = 0.8
_LONGEST_LABEL = 30


def capacity(found: CapacityView) -> Group:
    """A line for each place: how full it is, how many more cells fit, and what it fills first."""
    if not found.places:
        return Group(Flowing(Text(_nowhere(found))))
    if not _counts(found):
        plain = [(Text(item.place, palette.STRONG), Text(_cells(item))) for item in found.places]
        return stacked([Columns(plain, header=("place", "cells"))], [Flowing(_uncounted())])
    rows = [_row(found, item) for item in found.places]
    said = Text(f"rules {found.strategy} places; `cellwright capacity PLACE` shows one", palette.FAINT)
    return stacked([Columns(rows, header=("", "place", "cells", "room", "fills first"))], [Flowing(said)])


def _nowhere(found: CapacityView) -> str:
    if not found.levels:
        return "no cell is placed in another one: fleet.yaml names no `placement`"
    level = " or ".join(f"'{name}'" for name in found.levels)
    return f"there is no place yet: write the settings of a first cell of level {level} into its folder"


def _counts(found: CapacityView) -> bool:
    """Tell whether anything is known of a place but how many cells it has."""
    more = (part for item in found.places for part in item.resources if part.resource != CLIENTS)
    return found.counted and (any(item.tight for item in found.places) or any(more))


def _cells(item: PlaceView) -> str:
    return str(item.clients) + (f"+{len(item.expected)}" if item.expected else "")


def one(found: CapacityView) -> Group:
    """A place with everything that it has and uses."""
    return stacked(*(list(_place(found, item)) for item in found.places))


def _place(found: CapacityView, item: PlaceView) -> Iterator[RenderableType]:
    short = {key: "|".join(values) for key, values in item.labels.items()}
    labels = ", ".join(f"{key}={text}" for key, text in short.items() if len(text) <= _LONGEST_LABEL)
    yield Flowing(
        Text.assemble((item.place, palette.STRONG), (f"  {labels}" if labels else "", palette.FAINT)), 2
    )
    room = Text.assemble("  ", count(item.clients, "cell"), ", ", _room(found, item))
    if item.expected:
        room.append(f"; to come: {', '.join(item.expected)}")
    yield Flowing(room, 2)
    if not _counts(found):
        yield Flowing(_uncounted(), 2)
        return
    rows = [_resource(part) for part in item.resources]
    yield Columns(rows, header=("", "used", "of", "resource", "by whom; limit from"), indent=2)


def _row(found: CapacityView, item: PlaceView) -> tuple[Text, ...]:
    tight = item.tight
    what = "" if tight is None else f"{tight.label}: {tight.used} of {tight.limit}"
    return (
        _bar(tight.share if tight is not None else None),
        Text(item.place, palette.STRONG),
        Text(_cells(item)),
        _room(found, item),
        Text(what),
    )


def _room(found: CapacityView, item: PlaceView) -> Text:
    if item.room is None:
        return Text("no limit known", palette.FAINT)
    if item.room == 0:
        return Text("full", palette.BAD)
    return Text(f"room for {item.room}", palette.CAUTION if item.room < found.few else palette.GOOD)


def _resource(item: ResourceView) -> tuple[Text, ...]:
    told = "; ".join(part for part in (item.used_by, _origin(item)) if part)
    return (
        _bar(item.share if item.limit is not None else None),
        Text(str(item.used)),
        Text("-" if item.limit is None else str(item.limit)),
        Text(item.label),
        Text(told, palette.FAINT),
    )


def _origin(item: ResourceView) -> str:
    quota = item.quota
    code = f" ({quota.name})" if quota is not None else ""
    if item.limit is None:
        return ""
    return f"{item.origin}{code}"


def _bar(share: float | None) -> Text:
    if share is None:
        return Text("·" * _BAR, palette.FAINT)
    # Not all of it before all is used.
    filled = _BAR if share >= 1 else min(_BAR - 1, int(share * _BAR + 0.999))
    style = palette.BAD if share >= 1 else palette.CAUTION if share >= _NEARLY else palette.GOOD
    return Text.assemble(("█" * filled, style), ("·" * (_BAR - filled), palette.FAINT))


def _uncounted() -> Text:
    return Text(
        "nothing is counted: say below a stack in fleet.yaml what it uses, as in "
        "`uses: {vpc_blocks: 1}`; then this shows how many more cells fit",
        palette.CAUTION,
    )


def placed(found: Sequence[PlacedCell]) -> Group:
    """Where rules have placed cells."""
    if not found:
        return Group(Text("no cell waits for its rule to be decided"))
    rows = [
        (Text(item.cell), Text(item.place, palette.STRONG), Text(item.rule, palette.FAINT)) for item in found
    ]
    told = "written into their files and committed; `cellwright apply` brings them up"
    return Group(Columns(rows), Flowing(Text(told)))


def released(cell: str, place: str) -> Group:
    """A claim that was ended."""
    return Group(Text(f"the room of {cell} in {place} is released"))
