"""Every reader of bytes that come from outside: how to call it, and good inputs to damage."""

import asyncio
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import typer
import yaml
from typer.core import TyperGroup
from typer.main import get_command

from cellwright.app.history.events import parse_point
from cellwright.cli.command_line import app
from cellwright.engine.plan_file import opened_bundle
from cellwright.engine.unit import intent, planned
from cellwright.fleet.config.configuration import read_configuration
from cellwright.fleet.config.document_rules import document_faults
from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.references import parse_text
from cellwright.ledger.anchors.signing import verify_signature
from cellwright.ledger.anchors.statement import AnchorRecord, Statement
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Operation, RunUnit
from cellwright.planning.policy.module import parse_module
from cellwright.planning.selection import select
from cellwright.relay.client.type_names import type_names_in_use
from cellwright.relay.http2.connection import Http2Connection
from cellwright.relay.http2.grpc import pack, request_headers
from cellwright.relay.messages import GrantRequest, GrantUsage, MessageError, read_line
from cellwright.relay.schema_messages import decode_schemas, encode_schemas
from cellwright.stacks.reading.module_syntax import read_module
from cellwright.stacks.reading.values import names_in_values
from cellwright.stacks.source.address import parse_source
from cellwright.terraform.install.version_constraint import parse_constraint
from cellwright.terraform.output.json_lines import parse_line
from cellwright.terraform.output.plans.plan_effect import effect_of
from cellwright.terraform.output.plans.plan_reader import parse_plan, plan_redactor, summarise_plan
from cellwright.terraform.output.states.state_lock import parse_lock_info
from cellwright.terraform.output.states.state_reader import parse_state, read_mark, read_state
from cellwright.terraform.planfile.plan import read_plan
from cellwright.terraform.planfile.prior import prior_mark
from cellwright.terraform.planfile.reader import PARTS, PlanFileRequest, read_plan_file
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.process.launcher import CommandFolder
from cellwright.terraform.type_schemas import TypeSchemas
from cellwright.terraform.workspace.copy_record import read_record
from cellwright.terraform.workspace.lock_file import read_lock_file
from unit.fuzz.seeds import (
    ADDRESSES,
    ANCHOR,
    COMMAND_LINES,
    COPY_RECORD,
    FLEET,
    INTENT,
    JOURNAL,
    JSON_FORM,
    LAYER,
    LINES,
    LOCK,
    LOCKED,
    MANIFEST,
    PLANNED,
    REFERENCES,
    SELECTORS,
    STATE,
    VALUES,
    VERSIONS,
)
from unit.relay.http2_pair import MemoryTransport, RecordingHandler
from unit.terraform.planfile.plan_bytes import OPENTOFU, TERRAFORM, plan, plan_file, resource

TESTS = Path(__file__).parents[2]
SOURCES = TESTS.parent / "src" / "cellwright"
VALUE = (ValueError,)
_UNIT = UnitAddress("client", "acme", "app")
_SMALL = 2500
"""Larger files of the tree are left out: a million inputs have to be read."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader."""

    name: str
    read: Callable[[bytes], object]
    seeds: Sequence[bytes]
    refusals: tuple[type[Exception], ...] = (DiagnosticError,)
    """What it raises, by its own documentation, on what it can't read."""


@contextmanager
def all_readers(folder: Path) -> Iterator[list[Reader]]:
    """All of them; those that read files are given one in `folder`."""
    with closing(asyncio.new_event_loop()) as loop:
        yield [
            *_settings(),
            *_stacks(folder),
            *_binary_output(folder),
            *_own_files(folder),
            *_relay(_Connections(loop)),
            *_words(),
        ]


def _settings() -> list[Reader]:
    fleets = _files(SOURCES, "fleet.yaml") + _files(TESTS, "fleet.yaml")
    layers = _files(SOURCES, "*.yaml") + _files(TESTS / "golden", "*.yaml")
    return [
        Reader("fleet.yaml", _fleet, [*fleets, yaml.safe_dump(FLEET).encode()]),
        Reader("layer", _layer, [*layers, LAYER]),
    ]


def _stacks(folder: Path) -> list[Reader]:
    native = _files(SOURCES / "reference", "*.tf") + _files(TESTS / "golden", "*.tf")
    lock, module = folder / "lock.hcl", folder / "module"
    module.mkdir()
    return [
        Reader("HCL", lambda content: read_module("s", {"main.tf": content}), native[:60]),
        Reader("JSON form", lambda content: read_module("s", {"main.tf.json": content}), JSON_FORM),
        Reader("tfvars", lambda content: names_in_values("a.tfvars", content), VALUES),
        Reader("tfvars.json", lambda content: names_in_values("a.tfvars.json", content), VALUES),
        Reader("lock file", lambda content: read_lock_file(_put(lock, content)), [LOCK]),
        Reader("policy", lambda content: parse_module("p.rego", _text(content)), _files(SOURCES, "*.rego")),
        Reader(
            "words of a module",
            lambda content: type_names_in_use(_put(module / "main.tf", content).parent, (), ()),
            native[:20],
        ),
    ]


def _binary_output(folder: Path) -> list[Reader]:
    state, whole = folder / "x.tfstate", folder / "whole.tfplan"
    plans = _files(TESTS / "golden" / "plans", "plan.json")
    made = plan_file(folder / "made.tfplan", plan(TERRAFORM, resource()), main="resource {}").read_bytes()
    files = (UnreadablePlanError,)
    return [
        Reader("state", lambda content: parse_state(content, "it"), [STATE]),
        Reader("state file", lambda content: _read_state(_put(state, content)), [STATE]),
        Reader("plan in JSON", _plan_in_json, plans),
        Reader("plan", lambda content: read_plan(content, TERRAFORM, _no_schemas), [_plan(TERRAFORM)], files),
        Reader(
            "plan of OpenTofu",
            lambda content: read_plan(content, OPENTOFU, _no_schemas),
            [_plan(OPENTOFU)],
            files,
        ),
        Reader("plan file", lambda content: _read_plan_file(_put(whole, content)), [made], files),
        Reader("plan file's state", lambda content: prior_mark(_put(whole, content)), [made], files),
        Reader("output", lambda content: parse_line(_text(content)), LINES),
        Reader("lock message", lambda content: parse_lock_info(_text(content)), [LOCKED]),
    ]


def _own_files(folder: Path) -> list[Reader]:
    commands, record, bundle = CommandFolder(folder / "commands"), folder / "record", folder / "own.plan"
    commands.path.mkdir()
    packed_bundle = BytesIO()
    with zipfile.ZipFile(packed_bundle, "w") as archive:
        archive.writestr("manifest.json", json.dumps(MANIFEST))
        archive.writestr("plans/0.tfplan", b"a plan")
    return [
        Reader("journal", lambda content: _journal(commands, content), [JOURNAL]),
        Reader("copy record", lambda content: read_record(_put(record, content)), [COPY_RECORD]),
        Reader("saved plans", lambda content: _opened(_put(bundle, content)), [packed_bundle.getvalue()]),
        Reader("intent", lambda content: _of_json(content, intent.from_json), [json.dumps(INTENT).encode()]),
        Reader(
            "recorded plan",
            lambda content: _of_json(content, _recorded_plan),
            [json.dumps(PLANNED).encode()],
        ),
    ]


def _relay(connections: "_Connections") -> list[Reader]:
    grant = {
        "address": "a/b/c",
        "folder": "/x",
        "hashes": ["h1:x"],
        "schema_from_code": True,
        "cache_checks": False,
    }
    request = {"workspace": "/w", "command": "plan", "types": ["a"], "providers": [grant]}
    usage = {"schemas": 1, "checks": 2, "forwarded": 3, "changing": 4, "started": 5, "seconds": 0.5}
    lines = [json.dumps({"verb": "grant", "body": body}).encode() for body in (request, usage)]
    schemas = [json.dumps(encode_schemas({"a/b/c": TypeSchemas(b"x", b"y")})).encode(), b'{"a/b/c": "eA=="}']
    frames = {client: [connections.greeting(client=client)] for client in (True, False)}
    return [
        Reader("relay line", _relay_line, lines, (MessageError,)),
        Reader("schemas", lambda content: _of_json(content, decode_schemas), schemas, (MessageError,)),
        Reader("frames to a server", lambda content: connections.feed(content, client=False), frames[True]),
        Reader("frames to a client", lambda content: connections.feed(content, client=True), frames[False]),
    ]


def _words() -> list[Reader]:
    return [
        Reader("arguments", _arguments, COMMAND_LINES, (DiagnosticError, typer.TyperException, typer.Exit)),
        Reader(
            "reference",
            lambda content: parse_text(_text(content)),
            REFERENCES,
            (DiagnosticError, ValueError),
        ),
        Reader("anchor", _anchor, [ANCHOR], VALUE),
        Reader(
            "noted hash", lambda content: parse_point(_text(content)), [b"7:" + b"ab" * 32], (ValueError,)
        ),
        Reader("selector", lambda content: select({}, [_text(content)]), SELECTORS, (DiagnosticError,)),
        Reader("address", lambda content: UnitAddress.parse(_text(content)), SELECTORS, (AddressError,)),
        Reader(
            "source", lambda content: parse_source(_text(content)), ADDRESSES, (DiagnosticError, ValueError)
        ),
        Reader(
            "version",
            lambda content: parse_constraint(_text(content)),
            VERSIONS,
            (DiagnosticError, ValueError),
        ),
    ]


def _anchor(content: bytes) -> None:
    record = AnchorRecord.parse(content)
    Statement.parse(record.statement)
    verify_signature(record.statement, record.signature, [])


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _files(folder: Path, pattern: str) -> list[bytes]:
    found = (path.read_bytes() for path in sorted(folder.rglob(pattern)) if path.is_file())
    return [content for content in found if len(content) <= _SMALL]


def _fleet(content: bytes) -> None:
    read_configuration(read_document(_text(content), "fleet.yaml"), lambda _path: False)


def _layer(content: bytes) -> None:
    root = read_document(_text(content), "layer.yaml").root
    if root is not None:
        list(document_faults(root, ()))


def _read_state(path: Path) -> None:
    read_mark(path)
    read_state(path)


def _plan_in_json(content: bytes) -> None:
    parts = parse_plan(content)
    summarise_plan(parts)
    plan_redactor(parts)
    effect_of(parts)


def _no_schemas(types: frozenset[str]) -> dict[str, TypeSchemas]:  # noqa: ARG001  what is asked for
    return {}


def _read_plan_file(path: Path) -> object:
    masked: frozenset[str] = frozenset()
    return read_plan_file(
        PlanFileRequest(
            path=path, binary=TERRAFORM, parts=PARTS, sensitive_variables=masked, masked_variables=masked
        )
    )


def _journal(commands: CommandFolder, content: bytes) -> None:
    commands.journal.write_bytes(content)
    commands.exit_code()
    commands.killed_since()
    commands.launch_record()


def _opened(path: Path) -> None:
    with opened_bundle(path):
        pass


def _of_json(content: bytes, read: Callable[[Any], object]) -> object:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return read(found)


def _recorded_plan(text: Any) -> object:  # noqa: ANN401  any JSON
    return planned.from_json(RunUnit(_UNIT, Operation.APPLY), text)


def _relay_line(content: bytes) -> None:
    verb, body = read_line(content)
    for decode in (GrantRequest.decode, GrantUsage.decode):
        try:
            decode(body)
        except MessageError:
            continue
    assert isinstance(verb, str)


class _Connections:
    """Feeds connections, which need an event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def feed(self, content: bytes, *, client: bool) -> None:
        self._loop.run_until_complete(self._feed(content, client=client))

    async def _feed(self, content: bytes, *, client: bool) -> None:
        connection, _ = self._connection(client=client)
        connection.data_received(content)

    def greeting(self, *, client: bool) -> bytes:
        """What one side begins a connection with, and a request."""
        return self._loop.run_until_complete(self._greeting(client=client))

    async def _greeting(self, *, client: bool) -> bytes:
        connection, transport = self._connection(client=client)
        if client:
            stream = connection.start_stream(request_headers("GetProviderSchema"), end=False)
            connection.send_data(stream, pack(b"x" * 20), end=True)
        await asyncio.sleep(0)
        return bytes(transport.written)

    def _connection(self, *, client: bool) -> tuple[Http2Connection, MemoryTransport]:
        handler, transport = RecordingHandler(), MemoryTransport()
        connection = Http2Connection(handler, client=client)
        handler.connection = connection
        connection.connection_made(transport)
        return connection, transport


def _arguments(content: bytes) -> None:
    words = _text(content).replace("\0", " ").split("\n")
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    with redirect_stdout(StringIO()), group.make_context("cellwright", list(words)) as context:
        name, command, rest = group.resolve_command(
            context, [*context._protected_args, *context.args] or ["status"]
        )
        if command is not None:
            command.make_context(name, rest, parent=context)


def _plan(binary: Any) -> bytes:  # noqa: ANN401  a binary of plan_bytes
    return plan(binary, resource())
