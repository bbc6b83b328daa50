"""JSON values as HCL-like text."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.text import Text

from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Assigned, Hanging
from cellwright.model.text.json_text import PLAIN, READABLE
from cellwright.model.value import Json

_LONGEST_LIST = 60
"""A list that is longer as JSON is written with one element a line."""


def assignment(lead: Text, value: Json, indent: int = 0) -> Iterator[RenderableType]:
    """`name = value`; mappings and long lists go on several lines, as one would write them in HCL."""
    lines = list(_lines(value))
    yield Assigned(lead, lines[0])
    for line in lines[1:]:
        yield Hanging(Text(" " * indent), line)


def _lines(value: Json, depth: int = 0) -> Iterator[Text]:
    inner = "  " * (depth + 1)
    outer = "  " * depth
    if isinstance(value, Mapping) and value:
        yield Text("{")
        for key, item in value.items():
            yield from _entry(f"{inner}{key} = ", item, depth)
        yield Text(f"{outer}}}")
    elif isinstance(value, Sequence) and not isinstance(value, str) and _is_long(value):
        yield Text("[")
        for item in value:
            yield from _entry(inner, item, depth)
        yield Text(f"{outer}]")
    else:
        yield on_one_line(value)


def _entry(lead: str, value: Json, depth: int) -> Iterator[Text]:
    lines = list(_lines(value, depth + 1))
    yield Text.assemble(lead, lines[0])
    yield from lines[1:]


def _is_long(value: Sequence[Json]) -> bool:
    return (
        any(isinstance(item, Mapping) and item for item in value) or len(PLAIN.write(value)) > _LONGEST_LIST
    )


def on_one_line(value: Json) -> Text:
    """A value on one line; references and masked values are coloured."""
    if isinstance(value, str) and (value.startswith("${") or value == "(sensitive)"):
        return Text(value, style=palette.ACCENT)
    return Text(READABLE.write(value))
