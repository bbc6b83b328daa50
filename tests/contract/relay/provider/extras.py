"""What only protocol 6 of the test provider has: a resource with a write-only argument, and an action."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from contract.relay.provider import values
from contract.relay.provider.wire import Message, blob

SAFE, RING = "demo_safe", "demo_ring"


def plan_safe(request: Message) -> bytes:
    """A safe keeps no phrase, only what can be told from one."""
    prior, proposed = values.read(request.blob(2)), values.read(request.blob(3))
    if proposed is not None:
        proposed |= {"phrase": None, "seal": values.UNKNOWN if prior is None else prior["seal"]}
    return blob(1, values.write(proposed))


def apply_safe(request: Message) -> bytes:
    planned, config = values.read(request.blob(3)), values.read(request.blob(4))
    if planned is not None and config is not None:
        planned["seal"] = hashlib.sha256(str(config["phrase"]).encode()).hexdigest()[:8]
    return blob(1, values.write(planned))


def ring(request: Message, journal: Path) -> Iterator[bytes]:
    """Ring: the events of the action, one while it goes on and one when it is complete."""
    config = values.read(request.blob(2)) or {}
    with journal.open("a") as file:
        file.write(json.dumps({"what": "ring", "bell": config["bell"]}) + "\n")
    yield blob(1, blob(1, f"ringing {config['bell']}"))
    yield blob(2, b"")
