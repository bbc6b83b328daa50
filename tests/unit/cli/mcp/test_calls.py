"""A call that takes long tells how far it is, and ends when its client cancels it."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from cellwright.app.jobs.begin import begin_apply
from cellwright.app.overview.runs.run_report import run_report
from cellwright.cli.mcp import acting_tools, record_tools, serving
from cellwright.cli.mcp.call import Call
from cellwright.model.runs.run import RunStatus
from patience import PATIENCE
from unit.app.kit import install_program, ledger_of, make_fleet, make_run, put_under_git
from unit.cli.mcp.kit import spoken

RUN = "20261126-101010-aaaa"


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n", globex="{}\n")
    put_under_git(root)
    with ledger_of(root) as ledger:
        ledger.recorder.start_run(make_run(RUN))
    return root


async def until(true: Callable[[], bool]) -> None:
    with anyio.fail_after(PATIENCE):
        while not true():  # noqa: ASYNC110  what is waited for happens in other threads
            await anyio.sleep(0.05)


async def cancelled(client: Client, begun: Callable[[], bool], name: str, arguments: dict[str, Any]) -> None:
    """Call a tool, and cancel the call once it has begun."""
    async with anyio.create_task_group() as group:
        group.start_soon(client.call_tool, name, arguments)
        await until(begun)
        group.cancel_scope.cancel()


def test_a_cancelled_wait_ends(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = [0]

    def counted(*given: Any, **named: Any) -> Any:  # noqa: ANN401  as the real one
        looks[0] += 1
        return run_report(*given, **named)

    monkeypatch.setattr(record_tools, "run_report", counted)

    async def talk(client: Client) -> tuple[int, int]:
        await cancelled(client, lambda: looks[0] > 0, "run", {"run": RUN, "wait_seconds": 50})
        await anyio.sleep(0.6)
        before = looks[0]
        await anyio.sleep(1.5)
        return before, looks[0]

    before, after = spoken(fleet, talk)
    assert (before, after) == (before, before), "nobody waits, and it still looks"


def test_a_wait_tells_how_far_the_run_is(fleet: Path) -> None:
    told: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    async def talk(client: Client) -> None:
        async with anyio.create_task_group() as group:

            async def wait() -> None:
                await client.call_tool("run", {"run": RUN, "wait_seconds": 50}, progress_callback=hear)

            group.start_soon(wait)
            await until(lambda: any(message and message.startswith(f"run {RUN}") for _, _, message in told))
            group.cancel_scope.cancel()

    spoken(fleet, talk)
    assert told[0][2] is not None
    assert told[0][2].startswith("run (")
    assert told[-1][1] == 1.0


def test_a_run_that_a_cancelled_call_has_begun_is_cancelled(
    fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, calls, runs = threading.Event(), list[Call](), list[str]()

    def made(**given: Any) -> Call:  # noqa: ANN401  as the real one
        calls.append(Call(**given))
        return calls[-1]

    def slowly(*given: Any) -> str:  # noqa: ANN401  as the real one
        begun.set()
        assert calls[-1].cancelled.wait(PATIENCE)
        runs.append(begin_apply(*given))
        return runs[0]

    monkeypatch.setattr(acting_tools, "begin_apply", slowly)
    monkeypatch.setattr(serving, "Call", made)

    async def talk(client: Client) -> None:
        await cancelled(client, begun.is_set, "apply", {"selectors": ["client/acme"], "reason": "grow"})
        await until(lambda: bool(calls[0].after_all))

    spoken(fleet, talk, acting=True, environment={"PATH": install_program(tmp_path / "bin")})
    with ledger_of(fleet) as ledger:
        summary, asked = ledger.reader.summary(runs[0]), ledger.cancels.of_run(runs[0])
    assert summary is not None
    assert asked is not None
    assert summary.status is RunStatus.CANCELLED
    assert calls[0].after_all == [
        f"Run {runs[0]} had begun when the call was cancelled, and is cancelled, too; nothing was applied."
    ]
    assert asked.reason == "the call was cancelled (MCP client trial client 1.2)"
