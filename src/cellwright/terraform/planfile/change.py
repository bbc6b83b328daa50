"""A `Change` message of a plan file as the object that `show -json` prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cellwright.model.binary import Product
from cellwright.terraform.planfile.marks import (
    Marks,
    Path,
    has_unknown,
    known_part,
    sensitive_marks,
    unknown_marks,
)
from cellwright.terraform.planfile.message import Message
from cellwright.terraform.planfile.resource_schema import ResourceSchema, sensitive_paths
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.planfile.value import PlanValue, Unknown, decode_key, decode_value
from cellwright.terraform.planfile.value_type import DYNAMIC, ValueType

JsonObject = dict[str, Any]

_ACTION, _VALUES, _BEFORE_PATHS, _AFTER_PATHS = 1, 2, 3, 4
_IMPORTING, _GENERATED, _BEFORE_IDENTITY, _AFTER_IDENTITY = 5, 6, 7, 8
_CHANGE = frozenset(range(1, 9))
_IMPORT_ID = 1
_IMPORT_IDENTITY: Mapping[Product, int] = {"terraform": 3, "tofu": 2}
"""Of an import; what is 2 with Terraform says that it is unknown what to import."""

_NOOP, _CREATE, _DELETE, _FORGET = 0, 1, 5, 8
_ACTIONS: Mapping[int, tuple[str, ...]] = {
    _NOOP: ("no-op",),
    _CREATE: ("create",),
    2: ("read",),
    3: ("update",),
    _DELETE: ("delete",),
    6: ("delete", "create"),
    7: ("create", "delete"),
    _FORGET: ("forget",),
}
"""Those that mean the same in both products; 9 and 10 don't."""


@dataclass(frozen=True, slots=True)
class _Sides:
    """Both values; null where there is none."""

    before: PlanValue
    after: PlanValue


def resource_change(content: bytes | None, schema: ResourceSchema, product: Product) -> JsonObject:
    """Read the change of a resource instance.

    Raises:
        UnreadablePlanError: it holds something that is not known here.
    """
    message = _change(content)
    sides = _sides(message, schema.type)
    if isinstance(sides.after, Unknown):
        raise UnreadablePlanError("a resource that is unknown as a whole")
    shown = {
        **_values(message, sides, known={}),
        "before_sensitive": _marked(message, _BEFORE_PATHS, sides.before, schema),
        "after_sensitive": _marked(message, _AFTER_PATHS, sides.after, schema),
    }
    importing = message.blob(_IMPORTING)
    if importing is not None:
        shown["importing"] = _import(importing, schema, product)
    if message.blob(_GENERATED):
        shown["generated_config"] = message.text(_GENERATED)
    for name, key in (("before_identity", _BEFORE_IDENTITY), ("after_identity", _AFTER_IDENTITY)):
        identity = message.blob(key)
        if identity is not None:
            shown[name] = _identity(identity, schema)
    return shown


def output_change(content: bytes | None, *, sensitive: bool) -> JsonObject:
    """Read the change of an output.

    Raises:
        UnreadablePlanError: it holds something that is not known here.
    """
    message = _change(content)
    if message.found.keys() & {_IMPORTING, _GENERATED, _BEFORE_IDENTITY, _AFTER_IDENTITY}:
        raise UnreadablePlanError("an output's change with parts of a resource's")
    shown = _values(message, _sides(message, DYNAMIC), known=False)
    return {**shown, "before_sensitive": sensitive, "after_sensitive": sensitive}


def read_paths(messages: tuple[bytes, ...]) -> list[Path]:
    """Read `Path` messages.

    Raises:
        UnreadablePlanError: a path leads into a set.
    """
    return [tuple(map(_step, Message.parse("path", item, frozenset((1,))).blobs(1))) for item in messages]


def dynamic_value(message: bytes) -> bytes:
    """The msgpack in a `DynamicValue` message; empty where there is no value.

    Raises:
        UnreadablePlanError: the value is written in another way.
    """
    return Message.parse("value", message, frozenset((1,))).blob(1) or b""


def wholly_known(value: PlanValue) -> PlanValue:
    """Take a value in which nothing is unknown.

    Raises:
        UnreadablePlanError: something is.
    """
    if has_unknown(value):
        raise UnreadablePlanError("an unknown value where all should be known")
    return value


def _change(content: bytes | None) -> Message:
    if content is None:
        raise UnreadablePlanError("a change without content")
    return Message.parse("change", content, _CHANGE)


def _sides(message: Message, type_: ValueType) -> _Sides:
    """The values that a plan holds for an action (see `Change.values` in Terraform's planfile.proto)."""
    action = message.number(_ACTION)
    values = [decode_value(dynamic_value(item), type_) for item in message.blobs(_VALUES)]
    single = action in {_NOOP, _CREATE, _DELETE, _FORGET}
    if action not in _ACTIONS or len(values) != (1 if single else 2):
        raise UnreadablePlanError(f"a change of the kind {action}")
    if action == _NOOP:
        return _Sides(values[0], values[0])
    if action == _CREATE:
        return _Sides(None, values[0])
    return _Sides(values[0], None if single else values[1])


def _values(message: Message, sides: _Sides, known: Any) -> JsonObject:  # noqa: ANN401  JSON
    """Actions and values; `known` is `after_unknown` where all is known."""
    unknown = has_unknown(sides.after)
    shown: JsonObject = {
        "actions": list(_ACTIONS[message.number(_ACTION)]),
        "before": wholly_known(sides.before),
        "after_unknown": unknown_marks(sides.after) if unknown else known,
    }
    if not isinstance(sides.after, Unknown):
        shown["after"] = known_part(sides.after)
    return shown


def _marked(message: Message, key: int, value: PlanValue, schema: ResourceSchema) -> Marks:
    """Mark what the plan says is sensitive, and what the schema says."""
    paths: frozenset[Path] = frozenset(read_paths(message.blobs(key)))
    return sensitive_marks(value, paths.union(sensitive_paths(value, schema.secrets)))


def _step(content: bytes) -> str | int:
    message = Message.parse("step of a path", content, frozenset((1, 2)))
    key = message.blob(2)
    return message.text(1) if key is None else decode_key(dynamic_value(key))


def _import(content: bytes, schema: ResourceSchema, product: Product) -> JsonObject:
    """What to import: an id, or an identity where there is no id."""
    key = _IMPORT_IDENTITY[product]
    message = Message.parse("import", content, frozenset((_IMPORT_ID, key)))
    if identifier := message.text(_IMPORT_ID):
        return {"id": identifier}
    identity = message.blob(key)
    return {} if identity is None else {"identity": _identity(identity, schema)}


def _identity(message: bytes, schema: ResourceSchema) -> PlanValue:
    """An identity as `show` prints it. Both products leave one out that is null, so none is expected here."""
    if schema.identity is None:
        raise UnreadablePlanError("an identity whose schema is not known")
    value = wholly_known(decode_value(dynamic_value(message), schema.identity))
    if value is None:
        raise UnreadablePlanError("an identity that is null")
    return value
