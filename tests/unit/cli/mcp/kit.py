"""The MCP server inside this process, driven by the SDK's own client."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import anyio
from mcp import Client
from mcp.types import CallToolResult, Implementation, TextContent

from cellwright.cli.invocation import Invocation
from cellwright.cli.late_interrupts import interrupts_as_before
from cellwright.cli.mcp.desk import Desk
from cellwright.cli.mcp.server import make_server, tools
from cellwright.cli.options import CommonOptions
from unit.app.kit import NOBODY

R = TypeVar("R")
PERSON = {**NOBODY, "CELLWRIGHT_ACTOR": "ada"}
ASSISTANT = Implementation(name="trial\nclient", version="1.2")


def spoken(
    root: Path | None,
    talk: Callable[[Client], Awaitable[R]],
    *,
    acting: bool = False,
    environment: Mapping[str, str] = {},
    only: str = "",
) -> R:
    """Have a client talk to the tools of a fleet's folder, or to one: to describe each takes a while."""
    chosen = CommonOptions(fleet=root)
    with interrupts_as_before(), Invocation.of(chosen, {**PERSON, **environment}) as invocation:
        desk = Desk(invocation)
        found = (item for item in tools(desk, None, acting=acting) if only in {"", item.name})
        server = make_server(desk, found, acting=acting)

        async def run() -> R:
            async with Client(server, client_info=ASSISTANT) as client:
                return await talk(client)

        return anyio.run(run)


def called(root: Path | None, name: str, **arguments: Any) -> CallToolResult:  # noqa: ANN401  whatever a client may send
    """Call one tool, and check what holds for every answer."""
    found = spoken(root, calling(name, arguments), only=name)
    assert "Traceback" not in text_of(found)
    return found


def calling(name: str, arguments: dict[str, Any]) -> Callable[[Client], Awaitable[CallToolResult]]:
    """Make what calls one tool."""

    async def talk(client: Client) -> CallToolResult:
        return await client.call_tool(name, arguments)

    return talk


def text_of(found: CallToolResult) -> str:
    (part,) = found.content
    assert isinstance(part, TextContent)
    return part.text
