"""How each call on one connection of Terraform is handled."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from cellwright.relay.daemon.cache.config_check_cache import ConfigCheckCache
from cellwright.relay.daemon.cache.packages import Package
from cellwright.relay.daemon.cache.provider_schemas import ProviderSchemas
from cellwright.relay.daemon.cache.schema_cache import SchemaCache
from cellwright.relay.daemon.cache.schema_filter import IDENTITY_SCHEMA_MAPS, SCHEMA_MAPS, FilterableResponse
from cellwright.relay.daemon.peer import Peer, PeerError
from cellwright.relay.daemon.provider_side.provider_process import ProviderProcess
from cellwright.relay.daemon.provider_side.response import ProviderError
from cellwright.relay.daemon.provider_side.spawner_client import SpawnerClient
from cellwright.relay.daemon.served_provider import ServedProvider, SharedServices
from cellwright.relay.daemon.terraform_side.terraform_connection import TerraformConnection
from cellwright.relay.daemon.terraform_side.terraform_process import TerraformProcess
from cellwright.relay.http2 import grpc
from cellwright.relay.http2.handler import Headers
from cellwright.relay.messages import GrantUsage
from contract.relay.provider import schema
from contract.relay.provider.wire import parse
from unit.relay.http2_pair import MemoryTransport, Side, in_event_loop, settle

PROVIDER = "/tfplugin6.Provider/"
PEER = Peer(1, Path("/unit"), {}, 0o022, -1)


@dataclass
class FakeTerraformProcess:
    """Stands for a Terraform process whose providers all fail to start."""

    provider: ServedProvider
    knows: bool = True
    peer: Peer = PEER
    connections: int = 0
    asked: list[str] = field(default_factory=list)

    def add_connection(self) -> None:
        self.connections += 1

    def remove_connection(self) -> None:
        self.connections -= 1

    async def schemas(self) -> ProviderSchemas:
        if not self.knows:
            raise ProviderError("an answer with diagnostics")
        return self.provider.bare

    def count_schema(self, schemas: ProviderSchemas) -> None:
        self.provider.count_schema(schemas.seconds)

    async def unconfigured_provider(self) -> ProviderProcess:
        self.asked.append("unconfigured")
        raise ProviderError("it did not start")

    def take_provider(self) -> "asyncio.Task[ProviderProcess]":
        self.asked.append("take")
        return asyncio.create_task(self.unconfigured_provider())


@dataclass
class Scene:
    terraform: Side
    connection: TerraformConnection
    process: FakeTerraformProcess
    log: list[str]

    async def call(self, method: str, request: bytes = b"") -> tuple[bytes | None, int | None]:
        """Make a call; gives the answer and its status, None where there is none."""
        connection = self.terraform.connection
        stream = connection.start_stream(grpc.request_headers(method), end=False)
        connection.send_data(stream, grpc.pack(request), end=True)
        await settle()
        found = [
            cast("Headers", entry[2])
            for entry in self.terraform.recorder.told("headers")
            if entry[1] == stream
        ]
        received = self.terraform.recorder.received.get(stream)
        answer = None if received is None else grpc.unpack(bytes(received))
        return answer, grpc.status_of(found[-1]) if found else None


def scene_of(
    *, admits: bool = True, identities: FilterableResponse | None = None, knows: bool = True
) -> Scene:
    log: list[str] = []
    provider = ServedProvider(
        services=SharedServices(
            cast("SpawnerClient", None), cast("SchemaCache", None), cast("ConfigCheckCache", None), log.append
        ),
        address="registry.terraform.io/cellwright/demo",
        package=Package(Path("/p"), "h1:x", ()),
        bare=ProviderSchemas(
            6, 0.5, FilterableResponse.of(schema.provider_schema(), SCHEMA_MAPS), identities
        ),
        workspace=Path("/unit"),
        types=frozenset(("demo_item",)),
        schema_from_code=True,
        cache_checks=False,
        start_early=False,
    )

    process = FakeTerraformProcess(provider, knows)

    def admit(_connection: TerraformConnection) -> TerraformProcess:
        if not admits:
            raise PeerError("a process of user 7")
        return cast("TerraformProcess", process)

    terraform, connection = Side.make(client=True), TerraformConnection(provider, admit)
    transport = MemoryTransport()
    terraform.transport.target, transport.target = connection.http2, terraform.connection
    connection.http2.connection_made(transport)
    terraform.connection.connection_made(terraform.transport)
    return Scene(terraform, connection, process, log)


@in_event_loop
async def test_the_schema_is_reduced_and_counted() -> None:
    scene = scene_of()

    answer, status = await scene.call(PROVIDER + "GetProviderSchema")

    assert status == grpc.StatusCode.OK
    assert answer is not None
    assert [parse(entry).text(1) for entry in parse(answer).blobs(2)] == ["demo_item"]
    assert scene.connection._provider.usage == GrantUsage(schemas=1, seconds=0.5)


@in_event_loop
async def test_identity_schemas_are_reduced_too() -> None:
    scene = scene_of(identities=FilterableResponse.of(schema.identity_schemas(), IDENTITY_SCHEMA_MAPS))

    answer, status = await scene.call(PROVIDER + "GetResourceIdentitySchemas")

    assert status == grpc.StatusCode.OK
    assert answer is not None
    assert [parse(entry).text(1) for entry in parse(answer).blobs(1)] == ["demo_item"]


@pytest.mark.parametrize(
    ("method", "answer", "status"),
    [
        ("/grpc.health.v1.Health/Check", b"\x08\x01", grpc.StatusCode.OK),
        ("/plugin.GRPCController/Shutdown", b"", grpc.StatusCode.OK),
        (PROVIDER + "StopProvider", b"", grpc.StatusCode.OK),
        (PROVIDER + "GetResourceIdentitySchemas", None, grpc.StatusCode.UNIMPLEMENTED),
        ("/somebody.Else/Thing", None, grpc.StatusCode.UNIMPLEMENTED),
        ("/plugin.GRPCStdio/StreamStdio", None, None),
        ("/plugin.GRPCBroker/StartStream", None, None),
    ],
)
def test_what_the_relay_answers_itself(method: str, answer: bytes | None, status: int | None) -> None:
    async def play_it() -> None:
        scene = scene_of()
        assert await scene.call(method) == (answer, status)
        assert not scene.process.asked

    asyncio.run(play_it())


@in_event_loop
async def test_schemas_that_are_not_known_are_asked_of_the_provider() -> None:
    scene = scene_of(knows=False)

    assert await scene.call(PROVIDER + "GetProviderSchema") == (None, grpc.StatusCode.UNAVAILABLE)
    assert scene.process.asked == ["unconfigured"]
    assert scene.connection._provider.usage == GrantUsage(forwarded=1)


@in_event_loop
async def test_a_method_that_is_not_known_gets_a_provider_of_its_own() -> None:
    """As it would without the relay: each provider instance is one process."""
    scene = scene_of()

    assert await scene.call(PROVIDER + "SomethingNew") == (None, grpc.StatusCode.UNAVAILABLE)
    assert await scene.call(PROVIDER + "ValidateResourceConfig") == (None, grpc.StatusCode.UNAVAILABLE)
    assert await scene.call(PROVIDER + "ReadResource") == (None, grpc.StatusCode.UNAVAILABLE)
    assert scene.process.asked == ["take", "unconfigured"], "one process, and no other for the second call"
    assert scene.connection._provider.usage == GrantUsage(forwarded=2, changing=1)


@in_event_loop
async def test_calls_that_may_change_something_are_counted() -> None:
    scene = scene_of()
    for name in ("ConfigureProvider", "ReadResource", "ApplyResourceChange"):
        await scene.call(PROVIDER + name)

    assert scene.connection._provider.usage == GrantUsage(forwarded=3, changing=1)


@pytest.mark.parametrize("name", ["ReadResource", "ApplyResourceChange", "InvokeAction"])
def test_calls_that_need_a_configured_provider_are_refused_without_one(name: str) -> None:
    """As when Terraform connects again after its connection broke, and assumes that it has configured one."""

    async def play_it() -> None:
        scene = scene_of()
        assert await scene.call(PROVIDER + name) == (None, grpc.StatusCode.UNAVAILABLE)
        assert not scene.process.asked

    asyncio.run(play_it())


@in_event_loop
async def test_a_provider_that_does_not_start_is_reported_as_gone() -> None:
    scene = scene_of()

    assert await scene.call(PROVIDER + "ValidateResourceConfig") == (None, grpc.StatusCode.UNAVAILABLE)
    assert await scene.call(PROVIDER + "ConfigureProvider") == (None, grpc.StatusCode.UNAVAILABLE)
    assert await scene.call(PROVIDER + "ReadResource") == (None, grpc.StatusCode.UNAVAILABLE)
    assert scene.process.asked == ["unconfigured", "take", "unconfigured"]


@in_event_loop
async def test_finished_calls_are_dropped() -> None:
    scene = scene_of()
    for _ in range(5):
        await scene.call(PROVIDER + "GetProviderSchema")

    assert not scene.connection._calls


@in_event_loop
async def test_a_process_that_may_not_be_served_is_disconnected() -> None:
    scene = scene_of(admits=False)

    assert await scene.call(PROVIDER + "GetProviderSchema") == (None, None)
    assert scene.log == ["refused: a process of user 7"]
    assert not scene.process.connections


@in_event_loop
async def test_connections_of_a_process_are_counted() -> None:
    scene = scene_of()
    await settle()
    assert scene.process.connections == 1

    scene.connection.http2.connection_lost(None)

    assert scene.process.connections == 0


@in_event_loop
async def test_a_probe_that_sends_nothing_is_not_identified() -> None:
    """go-plugin connects once and closes the connection before it connects for use."""
    connection, transport = (
        TerraformConnection(scene_of().connection._provider, lambda _connection: pytest.fail("identified")),
        MemoryTransport(),
    )
    connection.http2.connection_made(transport)
    await settle()
    connection.http2.connection_lost(None)

    assert transport.written, "settings were sent"
