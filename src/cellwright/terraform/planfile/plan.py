"""The `tfplan` entry of a plan file as the parts of the document that `show -json` prints."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from cellwright.model.binary import Product
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.install.version_constraint import ConstraintError, parse_version
from cellwright.terraform.planfile.change import (
    JsonObject,
    output_change,
    read_paths,
    resource_change,
)
from cellwright.terraform.planfile.message import Message
from cellwright.terraform.planfile.provider_schema import resource_schema
from cellwright.terraform.planfile.resource_address import parse_address, provider_source
from cellwright.terraform.planfile.resource_schema import ResourceSchema, built_in_schema
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.type_schemas import TypeSchemas

_PLAN_VERSION = 3
_SHOW_VERSION = "1.2"
"""Of the form that `show -json` prints, in all versions that are known here."""

_VERSION, _RESOURCES, _OUTPUTS, _TERRAFORM = 1, 3, 4, 14
_MODE, _DRIFT, _ERRORED, _TIMESTAMP, _APPLYABLE, _COMPLETE = 17, 18, 20, 21, 25, 26
_REFRESH_ONLY = 2

_BOTH = frozenset((1, 2, 3, 4, 5, 13, 14, 15, 16, 17, 18, 19, 20, 21))
_FIELDS: Mapping[Product, frozenset[int]] = {
    # 22: digests of what functions returned; 28: names of variables that apply needs.
    "terraform": _BOTH | {22, 25, 26, 28},
    # 6: addresses left out; 22: names of ephemeral variables.
    "tofu": _BOTH | {6, 22},
}
"""By product: the fields of a plan. Those for deferred changes, actions and stores of states are not read."""

_CHANGE = frozenset(range(7, 15))

_REASONS: Mapping[int, str] = {
    1: "replace_because_tainted",
    2: "replace_by_request",
    3: "replace_because_cannot_update",
    4: "delete_because_no_resource_config",
    5: "delete_because_wrong_repetition",
    6: "delete_because_count_index",
    7: "delete_because_each_key",
    8: "delete_because_no_module",
    9: "replace_by_triggers",
    10: "read_because_config_unknown",
    11: "read_because_dependency_pending",
    12: "delete_because_no_move_target",
    13: "read_because_check_nested",
}
"""Those that both products have."""


Schemas = Callable[[frozenset[str]], Mapping[str, TypeSchemas]]
"""Gives by provider what it says of the schemas of some types, if that is known for sure."""


def read_plan(content: bytes, binary: Binary, schemas: Schemas) -> JsonObject:
    """Read the parts of a plan.

    Raises:
        UnreadablePlanError: it holds something that is not known here, or another binary made it.
    """
    message = Message.parse("plan", content, _FIELDS[binary.product])
    version = message.text(_TERRAFORM)
    if message.number(_VERSION) != _PLAN_VERSION or not _is_of(binary, version):
        raise UnreadablePlanError("a plan of another version")
    if message.flag(_ERRORED):
        raise UnreadablePlanError("a plan that was not finished")
    if binary.product == "terraform" and not message.found.keys() & {_APPLYABLE, _COMPLETE}:
        # An OpenTofu that is called `terraform` may be taken for one.
        raise UnreadablePlanError("a plan that looks like another product's")
    resources = (*message.blobs(_RESOURCES), *message.blobs(_DRIFT))
    known = _Known(binary.product, _schemas_of(resources, schemas))
    shown: JsonObject = {
        "format_version": _SHOW_VERSION,
        "terraform_version": version,
        "timestamp": message.text(_TIMESTAMP),
        "errored": False,
        "resource_changes": _resources(message.blobs(_RESOURCES), known),
        "resource_drift": _drift(message, known),
        "output_changes": dict(map(_output, message.blobs(_OUTPUTS))),
    }
    if binary.product == "terraform":
        shown |= {"applyable": message.flag(_APPLYABLE), "complete": message.flag(_COMPLETE)}
    # Empty lists and mappings are left out by `show`.
    return {name: part for name, part in shown.items() if part not in ([], {})}


def _is_of(binary: Binary, version: str) -> bool:
    try:
        return parse_version(version) == binary.version
    except ConstraintError:
        return False


_Kind = tuple[str, str]
"""A provider, and a resource type of it."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What one has to know to read a resource's change."""

    product: Product
    schemas: Mapping[_Kind, ResourceSchema]


def _schemas_of(messages: Iterable[bytes], schemas: Schemas) -> Mapping[_Kind, ResourceSchema]:
    """The schemas of all resources in a plan."""
    kinds = {_kind(Message.parse("resource's change", content, _CHANGE)) for content in messages}
    known = {kind: schema for kind in kinds if (schema := built_in_schema(*kind)) is not None}
    others = kinds - known.keys()
    answers = schemas(frozenset(name for _, name in others)) if others else {}
    for provider, name in others:
        if provider not in answers:
            raise UnreadablePlanError(f"a resource of {provider}")
        known[provider, name] = resource_schema(answers[provider], name)
    return known


def _kind(message: Message) -> _Kind:
    return provider_source(message.text(8)), parse_address(message.text(13)).type


def _resources(messages: Iterable[bytes], known: _Known) -> list[JsonObject]:
    found = sorted((_resource(content, known) for content in messages), key=lambda item: item[0])
    return [shown for _, shown in found]


def _drift(message: Message, known: _Known) -> list[JsonObject]:
    found = _resources(message.blobs(_DRIFT), known)
    if message.number(_MODE) == _REFRESH_ONLY:
        return found
    return [item for item in found if item["change"]["actions"] != ["no-op"]]


def _resource(content: bytes, known: _Known) -> tuple[tuple[object, ...], JsonObject]:
    """Read one resource instance; with it comes what it is sorted by."""
    message = Message.parse("resource's change", content, _CHANGE)
    address, provider = parse_address(message.text(13)), provider_source(message.text(8))
    change = resource_change(message.blob(9), known.schemas[provider, address.type], known.product)
    if paths := read_paths(message.blobs(11)):
        change["replace_paths"] = [list(path) for path in paths]
    deposed = message.text(7)
    shown: JsonObject = {
        "address": address.text,
        "mode": "managed",
        "type": address.type,
        "name": address.name,
        "provider_name": provider,
        "change": change,
        **dict(_optional(message, address.module, deposed)),
    }
    if address.index is not None:
        shown["index"] = address.index
    return (*address.order, deposed), shown


def _optional(message: Message, module: str, deposed: str) -> Iterator[tuple[str, str]]:
    """The texts that are left out where they are empty."""
    code = message.number(12)
    if code and code not in _REASONS:
        raise UnreadablePlanError(f"a change for the reason {code}")
    texts = {
        "previous_address": message.text(14),
        "module_address": module,
        "deposed": deposed,
        "action_reason": _REASONS.get(code, ""),
    }
    return ((name, text) for name, text in texts.items() if text)


def _output(content: bytes) -> tuple[str, JsonObject]:
    message = Message.parse("output's change", content, frozenset((1, 2, 3)))
    return message.text(1), output_change(message.blob(2), sensitive=message.flag(3))
