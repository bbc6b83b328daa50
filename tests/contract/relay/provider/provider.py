"""The test provider: what it answers to each call of protocol 5 or 6."""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc

from contract.relay.provider import extras, identity, schema, values
from contract.relay.provider.cloud import Cloud, CloudError
from contract.relay.provider.wire import Message, blob, number, parse

ERROR, WARNING = 1, 2
PROTOCOL_5 = 5

Handler = Callable[[Message, grpc.ServicerContext], bytes]


def diagnostic(severity: int, summary: str, detail: str = "") -> bytes:
    return number(1, severity) + blob(2, summary) + blob(3, detail)


class Provider:
    """One process's provider. It writes what happens to it to a file named by DEMO_JOURNAL."""

    def __init__(self, protocol: int, *, legacy: bool = False) -> None:
        """`legacy`: like old providers, it works only after it was asked for its schema."""
        self.protocol = protocol
        self.ready = not legacy
        self._legacy = legacy
        self._config: dict[str, Any] | None = None
        self._stopped = threading.Event()
        self._journal_lock = threading.Lock()

    def handlers(self) -> dict[str, Handler]:
        five = self.protocol == PROTOCOL_5
        return {
            "GetSchema" if five else "GetProviderSchema": self._schema,
            "GetResourceIdentitySchemas": self._identities,
            "PrepareProviderConfig" if five else "ValidateProviderConfig": self._check,
            "Configure" if five else "ConfigureProvider": self._configure,
            "ValidateResourceTypeConfig" if five else "ValidateResourceConfig": self._validate,
            "ValidateDataSourceConfig" if five else "ValidateDataResourceConfig": lambda _r, _c: b"",
            "ValidateEphemeralResourceConfig": lambda _r, _c: b"",
            "UpgradeResourceState": self._upgrade,
            "UpgradeResourceIdentity": lambda request, _c: identity.upgraded(request),
            "ValidateActionConfig": lambda _r, _c: b"",
            "PlanAction": lambda _r, _c: b"",
            "ReadResource": self._read,
            "PlanResourceChange": self._plan,
            "ApplyResourceChange": self._apply,
            "ImportResourceState": self._import,
            "MoveResourceState": self._move,
            "ReadDataSource": self._look_up,
            "OpenEphemeralResource": self._open,
            "CloseEphemeralResource": lambda _r, _c: b"",
            "CallFunction": self._call,
            "Stop" if five else "StopProvider": self._stop,
        }

    def note(self, what: str, **more: object) -> None:
        if journal := os.environ.get("DEMO_JOURNAL"):
            line = json.dumps({"pid": os.getpid(), "what": what, **more})
            with self._journal_lock, Path(journal).open("a") as file:
                file.write(line + "\n")

    def streams(self) -> dict[str, Callable[[Message], Iterator[bytes]]]:
        """The calls that are answered by several messages."""
        return {"InvokeAction": lambda request: extras.ring(request, Path(os.environ["DEMO_JOURNAL"]))}

    def _schema(self, _request: Message, _context: grpc.ServicerContext) -> bytes:
        self.note("schema")
        self.ready = True
        return schema.provider_schema(optional=not self._legacy, protocol=self.protocol)

    def _identities(self, _request: Message, context: grpc.ServicerContext) -> bytes:
        if self.protocol == PROTOCOL_5:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, "unknown method GetResourceIdentitySchemas")
        return schema.identity_schemas()

    def _check(self, request: Message, _context: grpc.ServicerContext) -> bytes:
        config = values.read(request.blob(1)) or {}
        self.note("check", role=str(config.get("role")))
        found = b""
        if config.get("role") == "wrong":
            found = blob(2, diagnostic(ERROR, "Invalid role", "'wrong' is no role."))
        elif config.get("role") == "old":
            found = blob(2, diagnostic(WARNING, "Deprecated role", "'old' will go away."))
        return (blob(1, request.blob(1)) if self.protocol == PROTOCOL_5 else b"") + found

    def _configure(self, request: Message, _context: grpc.ServicerContext) -> bytes:
        config = values.read(request.blob(2)) or {}
        self.note("configure", account=config.get("account"), credential=os.environ.get("DEMO_CREDENTIAL"))
        if self._config is not None:
            return blob(1, diagnostic(ERROR, "Configured twice", "A provider process was used twice."))
        self._config = config
        if config.get("account") == "closed":
            return blob(1, diagnostic(ERROR, "Account closed", "The account 'closed' is closed."))
        return b""

    def _validate(self, request: Message, _context: grpc.ServicerContext) -> bytes:
        config = values.read(request.blob(2)) or {}
        self.note("validate", type=request.text(1), configured=self._config is not None)
        if config.get("name") == "":
            return blob(1, diagnostic(ERROR, "Empty name", "An item needs a name."))
        if config.get("value") == "dubious":
            return blob(1, diagnostic(WARNING, "Dubious value", "Somebody should look at it."))
        return b""

    def _upgrade(self, request: Message, _context: grpc.ServicerContext) -> bytes:
        found = json.loads(parse(request.blob(3)).blob(1))
        return blob(1, values.write(found))

    def _read(self, request: Message, _context: grpc.ServicerContext) -> bytes:
        self.note("read", credential=os.environ.get("DEMO_CREDENTIAL"))
        state = values.read(request.blob(2))
        if request.text(1) == extras.SAFE:
            return blob(1, values.write(state))
        if state is not None:
            stored = self._cloud().read(state["name"])
            state = None if stored is None else state | {"value": stored["value"], "tags": stored["tags"]}
        return blob(1, values.write(state)) + blob(3, request.blob(3)) + self._identity(identity.READ, state)

    def _plan(self, request: Message, _context: grpc.ServicerContext) -> bytes:
        if request.text(1) == extras.SAFE:
            return extras.plan_safe(request)
        prior, proposed = values.read(request.blob(2)), values.read(request.blob(3))
        replaced = b""
        if proposed is not None:
            if prior is None or proposed["name"] != prior["name"]:
                proposed |= {"id": values.UNKNOWN, "made_by": values.UNKNOWN}
            if prior is not None and proposed["name"] != prior["name"]:
                replaced = blob(2, blob(1, blob(1, "name")))
        known_by = b"" if self.protocol == PROTOCOL_5 else identity.planned(request, proposed)
        return blob(1, values.write(proposed)) + replaced + blob(3, b"private") + known_by

    def _apply(self, request: Message, context: grpc.ServicerContext) -> bytes:
        self.note("apply", credential=os.environ.get("DEMO_CREDENTIAL"))
        if request.text(1) == extras.SAFE:
            return extras.apply_safe(request)
        prior, planned = values.read(request.blob(2)), values.read(request.blob(3))
        try:
            new = self._carry_out(prior, planned, context)
        except CloudError as fault:
            return blob(1, values.write(prior)) + blob(3, diagnostic(ERROR, "The cloud refused", str(fault)))
        return blob(1, values.write(new)) + blob(2, b"private") + self._identity(identity.APPLIED, new)

    def _identity(self, field: int, state: values.Object | None) -> bytes:
        return b"" if self.protocol == PROTOCOL_5 else identity.of(field, state)

    def _carry_out(
        self, prior: values.Object | None, planned: values.Object | None, context: grpc.ServicerContext
    ) -> values.Object | None:
        if planned is None:
            self._cloud().delete((prior or {})["name"])
            return None
        name = planned["name"]
        if name.startswith("deadly"):
            os._exit(3)
        if planned["seconds"] and not self._wait(float(planned["seconds"]), context):
            raise CloudError("stopped while waiting")
        account = (self._config or {}).get("account")
        made_by = f"{account}/{os.environ.get('DEMO_CREDENTIAL')}"
        new = planned | {"id": hashlib.sha256(name.encode()).hexdigest()[:12], "made_by": made_by}
        self._cloud().write(name, {"value": new["value"], "tags": new["tags"], "made_by": made_by})
        return new

    def _wait(self, seconds: float, _context: grpc.ServicerContext) -> bool:
        self.note("waiting")
        return not self._stopped.wait(seconds)

    def _import(self, request: Message, _context: grpc.ServicerContext) -> bytes:
        kind, name = request.text(1), identity.asked(request)
        if self._cloud().read(name) is None:
            return blob(2, diagnostic(ERROR, "Nothing to import", f"There is no item '{name}'."))
        empty = {attribute.name: None for attribute in schema.ITEM}
        state = empty | {"name": name, "id": hashlib.sha256(name.encode()).hexdigest()[:12]}
        known_by = self._identity(identity.IMPORTED, state)
        return blob(1, blob(1, kind) + blob(2, values.write(state)) + blob(3, b"private") + known_by)

    def _move(self, request: Message, _context: grpc.ServicerContext) -> bytes:
        state = json.loads(parse(request.blob(4)).blob(1))
        return blob(1, values.write(state)) + blob(3, request.blob(6))

    def _look_up(self, request: Message, _context: grpc.ServicerContext) -> bytes:
        config = values.read(request.blob(2)) or {}
        stored = self._cloud().read(config["name"])
        if stored is None:
            return blob(2, diagnostic(ERROR, "No such item", f"There is no item '{config['name']}'."))
        return blob(1, values.write(config | {"value": stored["value"], "made_by": stored["made_by"]}))

    def _open(self, request: Message, _context: grpc.ServicerContext) -> bytes:
        config = values.read(request.blob(2)) or {}
        return blob(3, values.write(config | {"token": "token-of-" + config["name"]}))

    def _call(self, request: Message, _context: grpc.ServicerContext) -> bytes:
        import msgpack  # noqa: PLC0415 - only this call reads a bare value

        text = msgpack.unpackb(parse(next(request.blobs(2))).blob(1), raw=False)
        if text == "silence":
            return blob(2, blob(1, "There is no louder silence."))
        return blob(1, blob(1, msgpack.packb(text.upper())))

    def _stop(self, _request: Message, _context: grpc.ServicerContext) -> bytes:
        self.note("stop")
        self._stopped.set()
        return b""

    def _cloud(self) -> Cloud:
        config = self._config
        if config is None:
            # What a relay must never let happen.
            raise RuntimeError("used without having been configured")
        account = config.get("account") or "default"
        return Cloud(Path(config["store"]) / account)
