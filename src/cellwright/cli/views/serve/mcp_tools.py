"""The tools that an MCP server has."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing


def tools(found: Sequence[tuple[str, str, bool]]) -> Group:
    """Each tool by name, whether it only reads, and what an assistant is told of it."""
    return Group(*_tools(found))


def _tools(found: Sequence[tuple[str, str, bool]]) -> Iterator[RenderableType]:
    for name, description, reads in found:
        aside = ("only reads", palette.FAINT) if reads else ("acts", palette.BAD)
        yield Text.assemble((name, palette.STRONG), "  ", aside)
        yield Flowing(Text(f"  {description}"), indent=2)
