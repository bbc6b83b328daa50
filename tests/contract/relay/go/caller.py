"""Asks a provider as Terraform 1.15 does: for lists, actions, what may be deferred, and identities.

A program of its own, since the relay serves only the process that a grant was made for. It reaches the
provider as Terraform would: by TF_REATTACH_PROVIDERS, or by starting the program that is its argument.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import grpc

from contract.relay.provider import values
from contract.relay.provider.wire import blob, number

SERVICE = "/tfplugin6.Provider/"
COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
DEFERRAL_ALLOWED = number(1, 1)
STREAMS = frozenset(("ListResource", "InvokeAction"))


def requests(name: str) -> Iterator[tuple[str, bytes]]:
    """What is asked, in order."""
    item, mark = f"{name}_item", f"{name}_mark"
    yield "GetProviderSchema", b""
    yield "GetResourceIdentitySchemas", b""
    yield "ValidateListResourceConfig", blob(1, item) + blob(2, values.write({"prefix": "a"}))
    yield "ValidateActionConfig", blob(1, mark) + blob(2, values.write({"name": "a1", "note": "x"}))
    yield "UpgradeResourceIdentity", blob(1, item) + blob(3, blob(1, b'{"name": "a1"}'))
    yield "ConfigureProvider", blob(1, "1.15.0") + blob(2, configuration(name)) + blob(3, DEFERRAL_ALLOWED)
    yield (
        "ListResource",
        blob(1, item) + blob(2, values.write({"prefix": "a"})) + number(3, 1) + number(4, 10),
    )
    if name == "muxed":
        yield "ListResource", blob(1, "muxed_thing") + blob(2, values.write({})) + number(4, 10)
    for note in ("noted", "dubious"):
        wanted = values.write({"name": "a1", "note": note})
        yield "PlanAction", blob(1, mark) + blob(2, wanted) + blob(3, DEFERRAL_ALLOWED)
        yield "InvokeAction", blob(1, mark) + blob(2, wanted)
    yield "InvokeAction", blob(1, mark) + blob(2, values.write({"name": "gone", "note": "x"}))
    identity = blob(1, values.write({"account": None, "name": "a1"}))
    yield "ImportResourceState", blob(1, item) + blob(3, DEFERRAL_ALLOWED) + blob(4, identity)
    planned = values.write(new_item("later"))
    empty = values.write(None)
    wanted = blob(2, empty) + blob(3, planned) + blob(4, planned)
    yield "PlanResourceChange", blob(1, item) + wanted + blob(7, DEFERRAL_ALLOWED)
    yield "ACallOfTheFuture", b""


def configuration(name: str) -> bytes:
    """The provider's configuration."""
    given: dict[str, Any] = {"folder": "store", "account": None}
    if name == "framework":
        given |= dict.fromkeys(("password", "configure_seconds", "crash_in", "deferred")) | {"endpoint": []}
    return values.write(given)


def new_item(name: str) -> dict[str, Any]:
    """An item that is to be made."""
    unset = ("secret", "passphrase", "passphrase_version", "tags", "anything", "options", "seconds")
    computed = dict.fromkeys(("value", "passphrase_digest", "id", "made_by"), values.UNKNOWN)
    return dict.fromkeys(unset) | computed | {"name": name, "rule": []}


@contextmanager
def reached(program: str) -> Iterator[str]:
    """Where the provider listens: the relay's socket, or that of a process that is started for this."""
    reattach = os.environ.get("TF_REATTACH_PROVIDERS")
    if reattach is not None:
        (found,) = json.loads(reattach).values()
        yield found["Addr"]["String"]
        return
    environment = {**os.environ, "TF_PLUGIN_MAGIC_COOKIE": COOKIE}
    with subprocess.Popen(
        [program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split("|")[3]
        process.kill()


def ask(channel: Any, call: str, request: bytes) -> Mapping[str, object]:  # noqa: ANN401 - grpc ships no types
    """Make one call; what is answered, message by message, and how it ended."""
    answers: list[str] = []
    try:
        if call in STREAMS:
            answers += [text(part) for part in channel.unary_stream(SERVICE + call)(request)]
        else:
            answers.append(text(channel.unary_unary(SERVICE + call)(request)))
    except grpc.RpcError as fault:
        return {"call": call, "answers": answers, "status": fault.code().name}
    return {"call": call, "answers": answers, "status": "OK"}


def text(message: bytes) -> str:
    """A message as JSON can hold it."""
    return base64.b64encode(message).decode()


def main(name: str, program: str) -> None:
    """Print everything that is answered."""
    with reached(program) as address, grpc.insecure_channel(f"unix:{address}") as channel:
        found = [ask(channel, call, request) for call, request in requests(name)]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
