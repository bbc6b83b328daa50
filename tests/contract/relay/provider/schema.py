"""What the test provider declares: two resource types, a data source, a function, and many unused types."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from contract.relay.provider import extras
from contract.relay.provider.wire import blob, mapping, number

EXTRA_TYPES = 60
"""Types that no configuration uses: the relay leaves them out."""


@dataclass(frozen=True)
class Attribute:
    name: str
    type: object = "string"
    required: bool = False
    computed: bool = False
    sensitive: bool = False
    write_only: bool = False

    def encode(self) -> bytes:
        optional = not self.required and not self.computed
        return b"".join(
            (
                blob(1, self.name),
                blob(2, json.dumps(self.type)),
                blob(3, f"The {self.name}."),
                number(4, self.required),
                number(5, optional),
                number(6, self.computed),
                number(7, self.sensitive),
                number(11, self.write_only),
            )
        )


PROVIDER = (
    Attribute("store", required=True),
    Attribute("account"),
    Attribute("password", sensitive=True),
    Attribute("role"),
)
ITEM = (
    Attribute("name", required=True),
    Attribute("value"),
    Attribute("secret", sensitive=True),
    Attribute("size", "number"),
    Attribute("tags", ["map", "string"]),
    Attribute("seconds", "number"),
    Attribute("id", computed=True),
    Attribute("made_by", computed=True),
)
LOOKUP = (
    Attribute("name", required=True),
    Attribute("value", computed=True),
    Attribute("made_by", computed=True),
)
TOKEN = (Attribute("name", required=True), Attribute("token", computed=True, sensitive=True))
SAFE = (
    Attribute("name", required=True),
    Attribute("phrase", write_only=True),
    Attribute("seal", computed=True),
)
RING = (Attribute("bell", required=True),)
RESOURCES = {"demo_item": ITEM, "demo_thing": ITEM}
DATA_SOURCES = {"demo_lookup": LOOKUP}
IDENTITY: Mapping[str, object] = {
    "name": "string",
    "account": "string",
    "length": "number",
    "share": "number",
    "short": "bool",
    "letters": ["list", "string"],
}
"""The type of each attribute."""
EPHEMERALS = {"demo_token": TOKEN}


def schema(attributes: tuple[Attribute, ...], version: int = 0) -> bytes:
    block = b"".join(blob(2, attribute.encode()) for attribute in sorted(attributes, key=lambda a: a.name))
    return number(1, version) + blob(2, block)


def configuration() -> tuple[Attribute, ...]:
    """As of a provider whose arguments have defaults that depend on its surroundings.

    With DEMO_STRICT the role is required, unless DEMO_ROLE or the file named by DEMO_ROLE_FILE gives it. With
    DEMO_FICKLE each process has an argument that no other has.
    """
    role_file = os.environ.get("DEMO_ROLE_FILE", "")
    given = bool(os.environ.get("DEMO_ROLE")) or (role_file != "" and Path(role_file).exists())
    strict = "DEMO_STRICT" in os.environ
    found = (replace(each, required=each.name == "role" or each.required) for each in PROVIDER)
    attributes = tuple(found) if strict and not given else PROVIDER
    return (*attributes, Attribute(f"extra_{os.getpid()}")) if "DEMO_FICKLE" in os.environ else attributes


def provider_schema(*, optional: bool = True, protocol: int = 6) -> bytes:
    """The whole answer; `optional` tells that a process need not be asked for it."""
    resources = {name: schema(attributes) for name, attributes in RESOURCES.items()}
    actions = {}
    if protocol == 6:
        resources[extras.SAFE] = schema(SAFE)
        actions[extras.RING] = blob(1, schema(RING))
    extra = {f"demo_extra_{count:03}": schema(ITEM) for count in range(EXTRA_TYPES)}
    data_sources = {name: schema(attributes) for name, attributes in DATA_SOURCES.items()}
    ephemerals = {name: schema(attributes) for name, attributes in EPHEMERALS.items()}
    capabilities = number(1, 1) + number(2, optional) + number(3, 1)
    return b"".join(
        (
            blob(1, schema(configuration())),
            mapping(2, resources | extra),
            mapping(3, data_sources | {name: schema(LOOKUP) for name in extra}),
            blob(6, capabilities),
            mapping(7, {"shout": _function()}),
            mapping(8, ephemerals),
            mapping(11, actions),
        )
    )


def identity_schemas() -> bytes:
    attributes = b"".join(blob(2, _identity_attribute(*each)) for each in IDENTITY.items())
    return mapping(1, {name: number(1, 1) + attributes for name in RESOURCES})


def _identity_attribute(name: str, type_: object) -> bytes:
    """An import has to give the name and may give the others."""
    required = name == "name"
    return blob(1, name) + blob(2, json.dumps(type_)) + number(3, required) + number(4, not required)


def _function() -> bytes:
    parameter = blob(1, "text") + blob(2, b'"string"')
    return blob(1, parameter) + blob(3, blob(1, b'"string"')) + blob(4, "Says it louder.")
