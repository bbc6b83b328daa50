"""An assistant's client starts `cellwright mcp`, and what it asks for waits for a person."""

import signal
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, Implementation, TextContent

from e2e.conftest import Start
from e2e.kit.crashes import runs
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.people import second_person
from e2e.kit.program import SCRIPT, Program
from patience import PATIENCE
from unit.cli.mcp.test_configurations import configurations

R = TypeVar("R")
_HELLO = (
    b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",'
    b'"capabilities":{},"clientInfo":{"name":"trial","version":"1"}}}\n'
)
_ASSISTANT = Implementation(name="trial-client", version="1.2")


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, {"a": {}}, {"acme": {}})


@pytest.fixture
def cellwright(fleet: FleetFolder, program: Start) -> Program:
    found = program(fleet)
    found.commit_all()
    return found


def spoken(cellwright: Program, talk: Callable[[Client], Awaitable[R]], *options: str) -> R:
    """Start the server as a client does, talk to it, and close its input."""
    server = StdioServerParameters(
        command=str(SCRIPT), args=["mcp", *options], env=cellwright.clean(), cwd=cellwright.fleet.root
    )

    async def run() -> R:
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(Client(server, client_info=_ASSISTANT))
            return await talk(client)

    return anyio.run(run)


def text_of(found: CallToolResult) -> str:
    (part,) = found.content
    assert isinstance(part, TextContent)
    return part.text


async def document(client: Client, tool: str, **arguments: Any) -> Any:  # noqa: ANN401  a test knows what it asked for
    found = await client.call_tool(tool, arguments)
    assert not found.is_error, text_of(found)
    return found.structured_content


async def settled(client: Client, run: str, *, waits: bool) -> Any:  # noqa: ANN401  as above
    """Wait until plans wait, or until the run is over."""
    with anyio.fail_after(PATIENCE):
        while True:
            found = await document(client, "run", run=run, wait_seconds=5)
            if found["status"] != "running" or (waits and found["waiting"]):
                return found


def test_what_an_assistant_begins_is_applied_once_a_person_has_approved_it(
    fleet: FleetFolder, cellwright: Program
) -> None:
    async def talk(client: Client) -> tuple[str, Any, Any]:
        assert (await document(client, "status"))["counts"]["never_applied"] == 1
        begun = await document(client, "apply", selectors=["client/acme"], reason="grow")
        waiting = await settled(client, begun["run"], waits=True)
        assert fleet.desk.lines() == []
        approve = second_person(cellwright).run
        await anyio.to_thread.run_sync(lambda: approve("approve", begun["run"], "--yes").expect(0))
        return begun["run"], waiting, await settled(client, begun["run"], waits=False)

    run, waiting, over = spoken(cellwright, talk, "--allow-acting")
    assert waiting["waiting"][0]["unit"] == "client/acme/a"
    assert f"cellwright approve {run}" in waiting["for_a_person"]
    assert over["status"] == "succeeded"
    assert "done acme-a" in fleet.desk.lines()
    (started,) = cellwright.run("events", "--json", "--action", "run.started").document
    assert started["detail"]["identity"]["vouched_by"][-1]["name"] == "MCP client trial-client 1.2"
    assert "MCP client trial-client" in cellwright.run("runs").text


def test_a_run_outlives_its_client_and_waits_for_whoever_goes_on_with_it(
    fleet: FleetFolder, cellwright: Program
) -> None:
    async def talk(client: Client) -> str:
        begun = await document(client, "apply", selectors=["client/acme"], reason="grow")
        await settled(client, begun["run"], waits=True)
        return str(begun["run"])

    run = spoken(cellwright, talk, "--allow-acting")
    assert [item.id for item in runs(fleet)] == [run]
    assert cellwright.run("job", "follow", run, "--json").code == 3
    second_person(cellwright).run("approve", run, "--yes").expect(0)
    cellwright.run("job", "follow", run).expect(0)
    assert "done acme-a" in fleet.desk.lines()


def test_without_the_flag_nothing_is_begun_and_only_the_protocol_is_on_standard_output(
    fleet: FleetFolder, cellwright: Program
) -> None:
    async def talk(client: Client) -> tuple[list[str], bool]:
        names = [tool.name for tool in (await client.list_tools()).tools]
        found = await client.call_tool("apply", {"selectors": ["client/acme"], "reason": "x"})
        return names, found.is_error

    names, refused = spoken(cellwright, talk)
    assert refused
    assert "apply" not in names
    assert runs(fleet) == ()


def test_the_configurations_in_the_docs_start_it(cellwright: Program, tmp_path: Path) -> None:
    root = str(cellwright.fleet.root)
    wanted: set[tuple[str, ...]] = set()
    for configuration in configurations():
        (servers,) = configuration.values()
        given = servers["cellwright"]["args"]
        assert isinstance(given, list)
        wanted.add(
            tuple(root if item in {"/path/to/fleet", "${workspaceFolder}"} else item for item in given)
        )
    (arguments,) = wanted  # the same for each client

    async def run() -> list[str]:
        server = StdioServerParameters(
            command=str(SCRIPT), args=list(arguments), env=cellwright.clean(), cwd=tmp_path
        )
        async with Client(server, client_info=_ASSISTANT) as client:
            return [tool.name for tool in (await client.list_tools()).tools]

    assert "status" in anyio.run(run)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_though_the_client_keeps_its_input_open(
    cellwright: Program, number: signal.Signals, code: int
) -> None:
    process = subprocess.Popen(
        [str(SCRIPT), "mcp", "--allow-acting"],
        cwd=cellwright.fleet.root,
        env=cellwright.clean(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(_HELLO)
        process.stdin.flush()
        assert b"cellwright" in process.stdout.readline()
        process.send_signal(number)
        assert process.wait(PATIENCE) == code
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_without_a_fleet_it_says_so_and_ends(cellwright: Program, tmp_path: Path) -> None:
    answer = cellwright.look("mcp", "--fleet", str(tmp_path / "person"))
    assert answer.expect(1).out == ""
    assert "fleet.yaml" in answer.err
