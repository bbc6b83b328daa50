"""Units with their resolved inputs."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.fleet.show import ShownUnit, ShownUnits
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import BLANK, Columns, next_page
from cellwright.cli.views.look.explain import taken_line
from cellwright.cli.views.value import assignment
from cellwright.model.binary import KEYS
from cellwright.model.hidden_keys import SENSITIVE


def show(shown: ShownUnits) -> Iterator[RenderableType]:
    """Each unit with its stack, what it needs, every input, and the outputs that it takes and has."""
    empty = True
    for unit in shown.units:
        if not empty:
            yield BLANK
        empty = False
        yield Group(*_unit(unit))
    if empty:
        yield Text("no units")
    if shown.next is not None:
        yield Group(BLANK, next_page(f"--after {shown.next}"))


def _unit(unit: ShownUnit) -> Iterator[RenderableType]:
    title = Text(str(unit.address), style=palette.STRONG)
    if unit.destroyed_from is not None:
        title.append("  to be destroyed, as applied", style=palette.CAUTION)
    elif not unit.enabled:
        title.append("  switched off", style=palette.CAUTION)
    if unit.client is not None:
        title.append(f"  its client is {unit.client.value}", style=palette.CAUTION)
    yield title
    source = unit.source if unit.version is None else f"{unit.source} @ {unit.version}"
    rows = [(Text("stack"), Text(source))]
    chosen = [f"{key} {value}" for key, value in zip(KEYS, unit.binary, strict=True) if value is not None]
    if chosen:
        rows.append((Text("terraform"), Text(", ".join(chosen))))
    if unit.destroyed_from is not None:
        rows.append((Text("applied by"), Text(unit.destroyed_from)))
    if unit.last_binary is not None:
        rows.append((Text("applied with"), Text(str(unit.last_binary))))
    rows += [(Text(f"module {item.name}"), Text(str(item))) for item in unit.modules]
    if unit.needs:
        rows.append((Text("needs"), Text(", ".join(str(need) for need in unit.needs))))
    yield Columns(rows, indent=2)
    width = max((len(name) for name in unit.inputs), default=0)
    for name, value in unit.inputs.items():
        yield from assignment(Text(f"  {name.ljust(width)} = "), value, indent=2)
    yield from _outputs(unit)


def _by_unit(references: Iterable[str]) -> Iterator[tuple[Text, ...]]:
    """The outputs of each unit in one line: all are not known for the same reason."""
    found: dict[str, list[str]] = {}
    for reference in references:
        source, _, name = reference.removeprefix("output.").partition(".")
        found.setdefault(source, []).append(name)
    for source, names in found.items():
        yield Text(source), Text(", ".join(names), style=palette.FAINT)


def _outputs(unit: ShownUnit) -> Iterator[RenderableType]:
    """What the outputs that its inputs take are, and its own."""
    known = [taken for taken in unit.taken if taken.known]
    if known:
        yield Text("  taken, as recorded", style=palette.FAINT)
        yield from map(taken_line, known)
    unknown = [str(taken.reference) for taken in unit.taken if not taken.known]
    if unknown:
        yield Text("  taken, not known: their units were never applied", style=palette.CAUTION)
        yield Columns(list(_by_unit(unknown)), indent=4)
    if unit.outputs:
        yield Text("  outputs, as recorded", style=palette.FAINT)
    width = max(map(len, unit.outputs), default=0)
    for name, output in unit.outputs.items():
        value = SENSITIVE if output.sensitive else output.value
        yield from assignment(Text(f"    {name.ljust(width)} = "), value, indent=4)
