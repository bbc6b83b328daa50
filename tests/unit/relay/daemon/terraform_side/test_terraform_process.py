"""Who gets which provider process: the rules that keep one configuration from reaching another."""

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from cellwright.relay.daemon.peer import Peer
from cellwright.relay.daemon.provider_side.provider_process import ProviderProcess
from cellwright.relay.daemon.provider_side.response import ProviderError
from cellwright.relay.daemon.served_provider import ServedProvider
from cellwright.relay.daemon.terraform_side.terraform_process import TerraformProcess
from unit.relay.http2_pair import play


@dataclass(eq=False)
class Process:
    """Stands for a provider process."""

    alive: bool = True
    busy: bool = False
    ended: bool = False

    async def end(self) -> None:
        self.alive, self.ended = False, True


@dataclass
class Supplier:
    """Stands for an offer: starts processes, when it is let."""

    ahead: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False
    started: list[Process] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def services(self) -> "Supplier":
        return self

    def note(self, line: str) -> None:
        self.notes.append(line)

    async def start(self, _peer: Peer) -> Process:
        process = Process()
        self.started.append(process)
        await self.gate.wait()
        if self.fails:
            raise ProviderError("it did not start")
        return process


def caller_of(supplier: Supplier, *, open_gate: bool = True) -> TerraformProcess:
    if open_gate:
        supplier.gate.set()
    peer = Peer(os.getpid(), Path("/"), {}, 0o022, os.pidfd_open(os.getpid()))
    return TerraformProcess(cast("ServedProvider", supplier), peer, lambda _caller: None)


async def claimed(caller: TerraformProcess) -> ProviderProcess:
    return await caller.claim()


@play
async def test_unconfigured_calls_share_one_process() -> None:
    supplier = Supplier()
    caller = caller_of(supplier)

    first, second = await caller.unconfigured(), await caller.unconfigured()

    assert first is second
    await caller.end()


@play
async def test_the_first_to_configure_takes_the_scout_and_nobody_else_gets_it_again() -> None:
    supplier = Supplier()
    caller = caller_of(supplier)
    scout = await caller.unconfigured()

    first, second = await claimed(caller), await claimed(caller)
    after = await caller.unconfigured()

    assert first is scout
    assert second is not scout
    assert after not in {first, second}
    await caller.end()


@play
async def test_a_busy_scout_is_not_taken() -> None:
    supplier = Supplier()
    caller = caller_of(supplier)
    scout = await caller.unconfigured()
    cast("Process", scout).busy = True

    taken = await claimed(caller)

    assert taken is not scout
    assert await caller.unconfigured() is scout
    await caller.end()


@play
async def test_a_scout_that_somebody_waits_for_is_not_taken() -> None:
    supplier = Supplier()
    caller = caller_of(supplier, open_gate=False)
    waiting = asyncio.create_task(caller.unconfigured())
    await asyncio.sleep(0)
    taking = caller.claim()
    supplier.gate.set()

    assert await taking is not await waiting
    await caller.end()


@play
async def test_whoever_gives_up_waiting_leaves_the_scout_to_the_others() -> None:
    supplier = Supplier()
    caller = caller_of(supplier, open_gate=False)
    hasty, patient = (asyncio.create_task(caller.unconfigured()) for _ in range(2))
    await asyncio.sleep(0)
    hasty.cancel()
    await asyncio.sleep(0)
    supplier.gate.set()

    assert await patient is cast("ProviderProcess", supplier.started[0])
    assert await claimed(caller) is cast("ProviderProcess", supplier.started[0])
    await caller.end()


@play
async def test_a_scout_that_died_is_replaced() -> None:
    supplier = Supplier()
    caller = caller_of(supplier)
    scout = await caller.unconfigured()
    cast("Process", scout).alive = False

    assert await claimed(caller) is not scout
    assert await caller.unconfigured() is not scout
    await caller.end()


@play
async def test_a_scout_that_did_not_start_is_tried_again() -> None:
    supplier = Supplier(fails=True)
    caller = caller_of(supplier)
    try:
        await caller.unconfigured()
    except ProviderError:
        supplier.fails = False

    assert await caller.unconfigured() is cast("ProviderProcess", supplier.started[1])
    await caller.end()


@play
async def test_a_command_that_will_configure_starts_one_ahead() -> None:
    eager, lazy = Supplier(ahead=True), Supplier()
    first, second = caller_of(eager), caller_of(lazy)
    for caller in (first, second):
        caller.join()
        caller.join()
    await asyncio.sleep(0)

    assert len(eager.started) == 1
    assert not lazy.started
    assert await claimed(first) is cast("ProviderProcess", eager.started[0])
    await first.end()
    await second.end()


@play
async def test_everything_ends_with_the_last_connection() -> None:
    supplier = Supplier()
    over: list[TerraformProcess] = []
    caller = caller_of(supplier)
    caller._on_end = over.append
    caller.join()
    caller.join()
    await caller.unconfigured()
    await claimed(caller)
    await claimed(caller)

    caller.leave()
    assert not over
    caller.leave()
    assert over == [caller]
    assert not caller.serving
    await caller.end()

    assert len(supplier.started) == 2
    assert all(process.ended for process in supplier.started)


@play
async def test_a_process_that_is_still_starting_is_given_up() -> None:
    supplier = Supplier()
    caller = caller_of(supplier, open_gate=False)
    starting = caller.claim()
    await asyncio.sleep(0)
    await caller.end()

    assert starting.cancelled()


@play
async def test_the_end_of_the_process_is_noticed_though_connections_stay() -> None:
    supplier = Supplier()
    supplier.gate.set()
    child = await asyncio.create_subprocess_exec("sleep", "60")
    over: list[TerraformProcess] = []
    peer = Peer(child.pid, Path("/"), {}, 0o022, os.pidfd_open(child.pid))
    caller = TerraformProcess(cast("ServedProvider", supplier), peer, over.append)
    caller.join()
    assert caller.serving

    child.kill()
    await child.wait()
    await asyncio.sleep(0.05)

    assert over == [caller]
    assert not caller.serving
