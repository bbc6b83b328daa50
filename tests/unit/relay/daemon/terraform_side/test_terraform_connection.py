"""What becomes of each call on one connection of Terraform's."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from cellwright.relay.daemon.cache.config_check_cache import ConfigCheckCache
from cellwright.relay.daemon.cache.packages import Package
from cellwright.relay.daemon.cache.schema_cache import ProviderSchemas
from cellwright.relay.daemon.cache.schema_filter import IDENTITY_SCHEMA_MAPS, FilterableResponse
from cellwright.relay.daemon.peer import Peer, PeerError
from cellwright.relay.daemon.provider_side.provider_process import ProviderProcess
from cellwright.relay.daemon.provider_side.response import ProviderError
from cellwright.relay.daemon.provider_side.spawner_client import SpawnerClient
from cellwright.relay.daemon.served_provider import ServedProvider, SharedServices
from cellwright.relay.daemon.terraform_side.terraform_connection import TerraformConnection
from cellwright.relay.daemon.terraform_side.terraform_process import TerraformProcess
from cellwright.relay.http2 import grpc, headers
from cellwright.relay.messages import GrantUsage
from contract.relay.provider import schema
from contract.relay.provider.wire import parse
from unit.relay.http2_pair import Side, Wire, play, settle

PROVIDER = "/tfplugin6.Provider/"
PEER = Peer(1, Path("/unit"), {}, 0o022, -1)


@dataclass
class FakeTerraformProcess:
    """Stands for a Terraform process whose providers all fail to start."""

    peer: Peer = PEER
    joined: int = 0
    asked: list[str] = field(default_factory=list)

    def join(self) -> None:
        self.joined += 1

    def leave(self) -> None:
        self.joined -= 1

    async def unconfigured(self) -> ProviderProcess:
        self.asked.append("unconfigured")
        raise ProviderError("it did not start")

    def claim(self) -> "asyncio.Task[ProviderProcess]":
        self.asked.append("claim")
        return asyncio.create_task(self.unconfigured())


@dataclass
class Scene:
    terraform: Side
    link: TerraformConnection
    caller: FakeTerraformProcess
    notes: list[str]

    async def call(self, method: str, request: bytes = b"") -> tuple[bytes | None, int | None]:
        """Make a call; gives the answer and its status, None where there is none."""
        connection = self.terraform.connection
        stream = connection.start_stream(grpc.request_headers(method), end=False)
        connection.send_data(stream, grpc.pack(request), end=True)
        await settle()
        blocks = [
            cast("bytes", entry[2]) for entry in self.terraform.recorder.told("headers") if entry[1] == stream
        ]
        received = self.terraform.recorder.received.get(stream)
        answer = None if received is None else grpc.unpack(bytes(received))
        return answer, grpc.status_of(blocks[-1]) if blocks else None


def scene_of(*, admits: bool = True, identities: FilterableResponse | None = None) -> Scene:
    notes: list[str] = []
    caller = FakeTerraformProcess()
    offer = ServedProvider(
        services=SharedServices(cast("SpawnerClient", None), cast("ConfigCheckCache", None), notes.append),
        address="registry.terraform.io/cellwright/demo",
        package=Package(Path("/p"), "h1:x", ()),
        learned=ProviderSchemas(6, 0.5, FilterableResponse.of(schema.provider_schema()), identities),
        workspace=Path("/unit"),
        types=frozenset(("demo_item",)),
        remember=False,
        ahead=False,
    )

    def admit(_link: TerraformConnection) -> TerraformProcess:
        if not admits:
            raise PeerError("a process of user 7")
        return cast("TerraformProcess", caller)

    terraform, link = Side.make(client=True), TerraformConnection(offer, admit)
    wire = Wire()
    terraform.wire.target, wire.target = link.front, terraform.connection
    link.front.connection_made(wire)
    terraform.connection.connection_made(terraform.wire)
    return Scene(terraform, link, caller, notes)


@play
async def test_the_schema_is_cut_and_counted() -> None:
    scene = scene_of()

    answer, status = await scene.call(PROVIDER + "GetProviderSchema")

    assert status == grpc.Status.OK
    assert answer is not None
    assert [parse(entry).text(1) for entry in parse(answer).blobs(2)] == ["demo_item"]
    assert scene.link._offer.tally == GrantUsage(schemas=1, seconds=0.5)


@play
async def test_identities_are_cut_too() -> None:
    scene = scene_of(identities=FilterableResponse.of(schema.identity_schemas(), IDENTITY_SCHEMA_MAPS))

    answer, status = await scene.call(PROVIDER + "GetResourceIdentitySchemas")

    assert status == grpc.Status.OK
    assert answer is not None
    assert [parse(entry).text(1) for entry in parse(answer).blobs(1)] == ["demo_item"]


@pytest.mark.parametrize(
    ("method", "answer", "status"),
    [
        ("/grpc.health.v1.Health/Check", b"\x08\x01", grpc.Status.OK),
        ("/plugin.GRPCController/Shutdown", b"", grpc.Status.OK),
        (PROVIDER + "StopProvider", b"", grpc.Status.OK),
        (PROVIDER + "GetResourceIdentitySchemas", None, grpc.Status.UNIMPLEMENTED),
        ("/somebody.Else/Thing", None, grpc.Status.UNIMPLEMENTED),
        ("/plugin.GRPCStdio/StreamStdio", None, None),
        ("/plugin.GRPCBroker/StartStream", None, None),
    ],
)
def test_what_the_relay_answers_itself(method: str, answer: bytes | None, status: int | None) -> None:
    async def play_it() -> None:
        scene = scene_of()
        assert await scene.call(method) == (answer, status)
        assert not scene.caller.asked

    asyncio.run(play_it())


@pytest.mark.parametrize("name", ["ReadResource", "ApplyResourceChange", "SomethingNew"])
def test_what_needs_a_configuration_goes_to_no_provider_without_one(name: str) -> None:
    """As when Terraform connects anew after its connection broke, and thinks that it has configured one."""

    async def play_it() -> None:
        scene = scene_of()
        assert await scene.call(PROVIDER + name) == (None, grpc.Status.UNAVAILABLE)
        assert not scene.caller.asked

    asyncio.run(play_it())


@play
async def test_a_provider_that_does_not_start_is_a_provider_that_is_gone() -> None:
    scene = scene_of()

    assert await scene.call(PROVIDER + "ValidateResourceConfig") == (None, grpc.Status.UNAVAILABLE)
    assert await scene.call(PROVIDER + "ConfigureProvider") == (None, grpc.Status.UNAVAILABLE)
    assert await scene.call(PROVIDER + "ReadResource") == (None, grpc.Status.UNAVAILABLE)
    assert scene.caller.asked == ["unconfigured", "claim", "unconfigured"]


@play
async def test_finished_calls_are_forgotten() -> None:
    scene = scene_of()
    for _ in range(5):
        await scene.call(PROVIDER + "GetProviderSchema")

    assert not scene.link._calls


@play
async def test_somebody_who_may_not_come_in_is_shut_out() -> None:
    scene = scene_of(admits=False)

    assert await scene.call(PROVIDER + "GetProviderSchema") == (None, None)
    assert scene.notes == ["refused: a process of user 7"]
    assert not scene.caller.joined


@play
async def test_a_call_that_cannot_be_read_is_refused() -> None:
    scene = scene_of()
    await settle()
    stream = scene.terraform.connection.start_stream(b"\xbe", end=True)
    await settle()

    (block,) = [entry[2] for entry in scene.terraform.recorder.told("headers") if entry[1] == stream]
    assert (
        dict(headers.decode(cast("bytes", block)))[b"grpc-status"] == str(int(grpc.Status.INTERNAL)).encode()
    )


@play
async def test_the_callers_connection_is_counted() -> None:
    scene = scene_of()
    await settle()
    assert scene.caller.joined == 1

    scene.link.front.connection_lost(None)

    assert scene.caller.joined == 0


@play
async def test_a_probe_that_says_nothing_is_nobody() -> None:
    """go-plugin connects once and hangs up before it connects for good."""
    link, wire = (
        TerraformConnection(scene_of().link._offer, lambda _link: pytest.fail("nobody has come")),
        Wire(),
    )
    link.front.connection_made(wire)
    await settle()
    link.front.connection_lost(None)

    assert wire.written, "it was greeted all the same"
