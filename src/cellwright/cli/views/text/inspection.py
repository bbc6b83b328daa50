"""Resolved settings and their provenance for people."""

import json
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.fleet.explain import ChainLink, Explanation
from cellwright.app.fleet.show import ShownUnit, ShownUnits
from cellwright.cli.views.text import palette
from cellwright.cli.views.text.layout import BLANK, Columns, Hanging, following, stacked
from cellwright.model.value import Json


def units(shown: ShownUnits) -> Iterator[RenderableType]:
    """Each unit with its stack, what it needs, and every input."""
    empty = True
    for unit in shown.units:
        if not empty:
            yield BLANK
        empty = False
        yield Group(*_unit(unit))
    if empty:
        yield Text("no units")
    if shown.next is not None:
        yield Group(BLANK, following(f"--after {shown.next}"))


def _unit(unit: ShownUnit) -> Iterator[RenderableType]:
    title = Text(str(unit.address), style=palette.STRONG)
    if not unit.enabled:
        title.append("  switched off", style=palette.CARE)
    yield title
    pin = unit.source if unit.version is None else f"{unit.source} @ {unit.version}"
    facts = [(Text("stack"), Text(pin))]
    if unit.needs:
        facts.append((Text("needs"), Text(", ".join(str(need) for need in unit.needs))))
    yield Columns(facts, indent=2)
    width = max((len(name) for name in unit.inputs), default=0)
    for name, value in unit.inputs.items():
        yield from assignment(Text(f"  {name.ljust(width)} = "), value, indent=2)


def assignment(lead: Text, value: Json, indent: int = 0) -> Iterator[RenderableType]:
    """`name = value`; what has parts goes on several lines, as one would write it in HCL."""
    lines = list(_written(value))
    yield Hanging(lead, lines[0])
    for line in lines[1:]:
        yield Hanging(Text(" " * indent), line)


def _written(value: Json, depth: int = 0) -> Iterator[Text]:
    inner = "  " * (depth + 1)
    outer = "  " * depth
    if isinstance(value, Mapping) and value:
        yield Text("{")
        for key, item in value.items():
            yield from _entry(f"{inner}{key} = ", item, depth)
        yield Text(f"{outer}}}")
    elif isinstance(value, Sequence) and not isinstance(value, str) and _long(value):
        yield Text("[")
        for item in value:
            yield from _entry(inner, item, depth)
        yield Text(f"{outer}]")
    else:
        yield written(value)


def _entry(lead: str, value: Json, depth: int) -> Iterator[Text]:
    lines = list(_written(value, depth + 1))
    yield Text.assemble(lead, lines[0])
    yield from lines[1:]


def _long(value: Sequence[Json]) -> bool:
    return any(isinstance(item, Mapping) and item for item in value) or len(json.dumps(value)) > 60  # noqa: PLR2004  a line


def written(value: Json) -> Text:
    """A value on one line; references and masks stand out."""
    if isinstance(value, str) and (value.startswith("${") or value == "(sensitive)"):
        return Text(value, style=palette.FRESH)
    return Text(json.dumps(value, ensure_ascii=False))


def explanations(unit: str, found: Sequence[Explanation]) -> Group:
    """For each input the chain of layers that set it, the winner last and marked."""
    if not found:
        return Group(Text.assemble((unit, palette.STRONG), " takes no inputs from the settings"))
    return stacked(*(list(_explanation(item)) for item in found))


def _explanation(item: Explanation) -> Iterator[RenderableType]:
    lead = Text.assemble((f"{item.unit}  ", palette.FAINT), (item.input, palette.STRONG), " = ")
    yield from assignment(lead, item.value)
    last = len(item.chain) - 1
    yield Columns([_link(link, winner=number == last) for number, link in enumerate(item.chain)], indent=2)


def _link(link: ChainLink, *, winner: bool) -> tuple[Text, Text]:
    style = palette.STRONG if winner else palette.FAINT
    place = Text.assemble(("▸ " if winner else "  ", palette.GOOD), (str(link.position), style))
    value = written(link.value)
    value.stylize(style)
    return place, value
