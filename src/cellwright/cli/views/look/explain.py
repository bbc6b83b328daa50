"""Where the values of inputs come from."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.fleet.explain import ChainLink, Explanation, FollowedReference
from cellwright.app.fleet.explain_more import DEFAULT
from cellwright.app.fleet.taken_outputs import TakenOutput
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Assigned, Columns, stacked
from cellwright.cli.views.value import assignment, on_one_line


def explain(unit: str, found: Sequence[Explanation]) -> Group:
    """For each input the chain of layers that set it, the winner last and marked; the unit is named once."""
    if not found:
        return Group(Text.assemble((unit, palette.STRONG), " takes no inputs from the settings"))
    if len(found) == 1:
        return Group(*_explanation(found[0], Text(f"{unit}  ", style=palette.FAINT)))
    blocks = (list(_explanation(item, Text(""))) for item in found)
    return stacked([Text(unit, style=palette.STRONG)], *blocks)


def _explanation(item: Explanation, before: Text) -> Iterator[RenderableType]:
    yield from assignment(Text.assemble(before, (item.input, palette.STRONG), " = "), item.value)
    last = len(item.chain) - 1
    if not last and item.chain[0].value == item.value and item.chain[0].layer != DEFAULT:
        yield Text("  ").append_text(_place(item.chain[0], winner=True))  # it says the same once more
    else:
        links = [_link(link, winner=number == last) for number, link in enumerate(item.chain)]
        yield Columns(links, indent=2)
    if item.followed:
        yield Columns([_followed(found) for found in item.followed], indent=2)
    if item.taken:
        yield from map(taken_line, item.taken)


def _followed(found: FollowedReference) -> tuple[Text, ...]:
    place = Text(f"  {found.position}", style=palette.FAINT)
    return place, Text.assemble((found.reference, palette.ACCENT), " = ", on_one_line(found.value))


def taken_line(taken: TakenOutput) -> Assigned:
    """A reference to an output with what is recorded of it."""
    reference = (f"${{{taken.reference}}}", palette.ACCENT)
    if not taken.known:
        unknown = Text("not known: its unit was never applied", style=palette.CAUTION)
        return Assigned(Text.assemble("    ", reference, "  "), unknown)
    value = on_one_line("(sensitive)" if taken.sensitive else taken.value)
    return Assigned(Text.assemble("    ", reference, " = "), value)


def _link(link: ChainLink, *, winner: bool) -> tuple[Text, Text]:
    value = on_one_line(link.value)
    value.stylize(_style(winner=winner))
    if link.layer == DEFAULT:
        value.append(f"  {DEFAULT}", style=palette.FAINT)
    return _place(link, winner=winner), value


def _place(link: ChainLink, *, winner: bool) -> Text:
    return Text.assemble(
        ("▸ " if winner else "  ", palette.GOOD), (str(link.position), _style(winner=winner))
    )


def _style(*, winner: bool) -> str:
    return palette.STRONG if winner else palette.FAINT
