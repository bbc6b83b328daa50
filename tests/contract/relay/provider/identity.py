"""The identity of an item: its name, by which its cloud knows it, and what follows from it. In protocol 6."""

import json
from typing import Any

from contract.relay.provider import values
from contract.relay.provider.wire import Message, blob, parse

READ, PLANNED, APPLIED, IMPORTED = 5, 7, 5, 4
"""The fields of the answers."""
_PRIOR, _ASKED = 8, 4
"""The fields of the questions."""


def of(field: int, state: dict[str, Any] | None) -> bytes:
    """The identity of an item with this state, as a field of an answer."""
    return b"" if state is None else blob(field, blob(1, values.write(_value(state["name"]))))


def _value(name: str) -> values.Object:
    """One of each kind that an identity may hold, and one that is null."""
    letters = {"length": len(name), "share": len(name) / 10, "short": len(name) < 4, "letters": [*name[:3]]}
    return {"name": name, "account": None, **letters}


def planned(request: Message, proposed: dict[str, Any] | None) -> bytes:
    """That of a planned item; one that exists keeps its own."""
    prior = request.blob(_PRIOR)
    return blob(PLANNED, prior) if prior and proposed is not None else of(PLANNED, proposed)


def asked(request: Message) -> str:
    """The name by which an import asks for an item: its identity, or its id."""
    identity = request.blob(_ASKED)
    found = values.read(parse(identity).blob(1)) if identity else None
    return request.text(2) if found is None else str(found["name"])


def upgraded(request: Message) -> bytes:
    """The answer to a request to upgrade a stored identity: there has been one version only."""
    stored = json.loads(parse(request.blob(3)).blob(1))
    return blob(1, blob(1, values.write(stored)))
