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
from unit.relay.http2_pair import in_event_loop


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
    """Stands for a served provider: starts processes, when `gate` is set."""

    start_early: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False
    started: list[Process] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def services(self) -> "Supplier":
        return self

    def log(self, line: str) -> None:
        self.notes.append(line)

    async def start(self, _peer: Peer) -> Process:
        process = Process()
        self.started.append(process)
        await self.gate.wait()
        if self.fails:
            raise ProviderError("it did not start")
        return process


def process_of(supplier: Supplier, *, open_gate: bool = True) -> TerraformProcess:
    if open_gate:
        supplier.gate.set()
    peer = Peer(os.getpid(), Path("/"), {}, 0o022, os.pidfd_open(os.getpid()))
    return TerraformProcess(cast("ServedProvider", supplier), peer, lambda _process: None)


async def taken_from(terraform: TerraformProcess) -> ProviderProcess:
    return await terraform.take_provider()


@in_event_loop
async def test_unconfigured_calls_share_one_process() -> None:
    supplier = Supplier()
    terraform = process_of(supplier)

    first, second = await terraform.unconfigured_provider(), await terraform.unconfigured_provider()

    assert first is second
    await terraform.end()


@in_event_loop
async def test_a_process_that_was_taken_to_be_configured_is_given_to_nobody_else() -> None:
    supplier = Supplier()
    terraform = process_of(supplier)
    unconfigured = await terraform.unconfigured_provider()

    first, second = await taken_from(terraform), await taken_from(terraform)
    after = await terraform.unconfigured_provider()

    assert first is unconfigured
    assert second is not unconfigured
    assert after not in {first, second}
    await terraform.end()


@in_event_loop
async def test_a_process_with_a_call_in_progress_is_not_taken() -> None:
    supplier = Supplier()
    terraform = process_of(supplier)
    unconfigured = await terraform.unconfigured_provider()
    cast("Process", unconfigured).busy = True

    taken = await taken_from(terraform)

    assert taken is not unconfigured
    assert await terraform.unconfigured_provider() is unconfigured
    await terraform.end()


@in_event_loop
async def test_a_process_that_a_call_waits_for_is_not_taken() -> None:
    supplier = Supplier()
    terraform = process_of(supplier, open_gate=False)
    waiting = asyncio.create_task(terraform.unconfigured_provider())
    await asyncio.sleep(0)
    taking = terraform.take_provider()
    supplier.gate.set()

    assert await taking is not await waiting
    await terraform.end()


@in_event_loop
async def test_a_cancelled_call_does_not_stop_the_start_for_others() -> None:
    supplier = Supplier()
    terraform = process_of(supplier, open_gate=False)
    hasty, patient = (asyncio.create_task(terraform.unconfigured_provider()) for _ in range(2))
    await asyncio.sleep(0)
    hasty.cancel()
    await asyncio.sleep(0)
    supplier.gate.set()

    assert await patient is cast("ProviderProcess", supplier.started[0])
    assert await taken_from(terraform) is cast("ProviderProcess", supplier.started[0])
    await terraform.end()


@in_event_loop
async def test_an_unconfigured_process_that_died_is_replaced() -> None:
    supplier = Supplier()
    terraform = process_of(supplier)
    unconfigured = await terraform.unconfigured_provider()
    cast("Process", unconfigured).alive = False

    assert await taken_from(terraform) is not unconfigured
    assert await terraform.unconfigured_provider() is not unconfigured
    await terraform.end()


@in_event_loop
async def test_a_start_that_failed_is_tried_again() -> None:
    supplier = Supplier(fails=True)
    terraform = process_of(supplier)
    try:
        await terraform.unconfigured_provider()
    except ProviderError:
        supplier.fails = False

    assert await terraform.unconfigured_provider() is cast("ProviderProcess", supplier.started[1])
    await terraform.end()


@in_event_loop
async def test_a_command_that_will_configure_starts_a_process_early() -> None:
    eager, lazy = Supplier(start_early=True), Supplier()
    first, second = process_of(eager), process_of(lazy)
    for terraform in (first, second):
        terraform.add_connection()
        terraform.add_connection()
    await asyncio.sleep(0)

    assert len(eager.started) == 1
    assert not lazy.started
    assert await taken_from(first) is cast("ProviderProcess", eager.started[0])
    await first.end()
    await second.end()


@in_event_loop
async def test_everything_ends_with_the_last_connection() -> None:
    supplier = Supplier()
    over: list[TerraformProcess] = []
    terraform = process_of(supplier)
    terraform._on_end = over.append
    terraform.add_connection()
    terraform.add_connection()
    await terraform.unconfigured_provider()
    await taken_from(terraform)
    await taken_from(terraform)

    terraform.remove_connection()
    assert not over
    terraform.remove_connection()
    assert over == [terraform]
    assert not terraform.serving
    await terraform.end()

    assert len(supplier.started) == 2
    assert all(process.ended for process in supplier.started)


@in_event_loop
async def test_a_start_in_progress_is_cancelled() -> None:
    supplier = Supplier()
    terraform = process_of(supplier, open_gate=False)
    starting = terraform.take_provider()
    await asyncio.sleep(0)
    await terraform.end()

    assert starting.cancelled()


@in_event_loop
async def test_the_end_of_terraform_is_noticed_while_connections_stay_open() -> None:
    supplier = Supplier()
    supplier.gate.set()
    child = await asyncio.create_subprocess_exec("sleep", "60")
    over: list[TerraformProcess] = []
    peer = Peer(child.pid, Path("/"), {}, 0o022, os.pidfd_open(child.pid))
    terraform = TerraformProcess(cast("ServedProvider", supplier), peer, over.append)
    terraform.add_connection()
    assert terraform.serving

    child.kill()
    await child.wait()
    await asyncio.sleep(0.05)

    assert over == [terraform]
    assert not terraform.serving
