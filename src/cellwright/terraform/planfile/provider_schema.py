"""Reads resource schemas from a provider's answers, which Terraform and OpenTofu get (protocols 5 and 6)."""

from contextlib import suppress
from functools import lru_cache

from cellwright.terraform.planfile.message import Message
from cellwright.terraform.planfile.resource_schema import Nested, Nesting, ResourceSchema, Secrets
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.planfile.value_type import Kind, ValueType, parse_type
from cellwright.terraform.protobuf import ProtobufError, fields
from cellwright.terraform.type_schemas import TypeSchemas

_RESOURCES, _IDENTITIES = 2, 1
"""Where the two answers have them by type."""
_KEY, _VALUE = 1, 2
_SCHEMA = frozenset((1, 2))
_BLOCK_OF_SCHEMA = 2
_IDENTITY, _IDENTITY_ATTRIBUTES = frozenset((1, 2)), 2
_IDENTITY_ATTRIBUTE = frozenset(range(1, 6))
"""Name, type, whether an import requires or takes it, description."""
_BLOCK = frozenset(range(1, 9))
"""Version, attributes, nested blocks, description and its kind, deprecated and the reason."""
_ATTRIBUTES, _BLOCKS = 2, 3
_ATTRIBUTE = frozenset(range(1, 13))
_NAME, _TYPE, _SENSITIVE, _NESTED_TYPE = 1, 2, 7, 10
_NESTED_BLOCK = frozenset(range(1, 6))
_BLOCK_OF_NESTED, _NESTING = 2, 3
_OBJECT = frozenset(range(1, 6))
_OBJECT_ATTRIBUTES, _OBJECT_NESTING = 1, 3

_NESTINGS = {1: Nesting.ONE, 2: Nesting.LIST, 3: Nesting.SET, 4: Nesting.MAP, 5: Nesting.ONE}
"""5 is a group: one that is never null."""
_KINDS = {Nesting.LIST: Kind.LIST, Nesting.SET: Kind.SET, Nesting.MAP: Kind.MAP}

_Body = tuple[ValueType, Secrets]


def resource_schema(known: TypeSchemas, type_name: str) -> ResourceSchema:
    """Read the schema of a resource type.

    That of its identity is left out where it can't be read: most plans can be read without.

    Raises:
        UnreadablePlanError: it is not there, or holds something that is not known here.
    """
    content = _entry(known.schemas, _RESOURCES, type_name)
    if content is None:
        raise UnreadablePlanError(f"a resource of the unknown type {type_name}")
    identity = None
    with suppress(UnreadablePlanError):
        identity = _entry(known.identities or b"", _IDENTITIES, type_name)
    return _schema(content, identity)


def _entry(answer: bytes, map_: int, type_name: str) -> bytes | None:
    """What a map of an answer has for a type; None if that is not in it."""
    try:
        entries = [answer[item.body : item.end] for item in fields(answer) if item.number == map_]
    except ProtobufError as fault:
        raise UnreadablePlanError("a malformed schema") from fault
    for content in entries:
        entry = Message.parse("schema's entry", content, frozenset((_KEY, _VALUE)))
        if entry.text(_KEY) == type_name:
            return entry.blob(_VALUE) or b""
    return None


@lru_cache(maxsize=256)  # many units of a run have the same types
def _schema(content: bytes, identity: bytes | None) -> ResourceSchema:
    schema = Message.parse("schema", content, _SCHEMA)
    type_, secrets = _block(schema.blob(_BLOCK_OF_SCHEMA) or b"")
    found = None
    with suppress(UnreadablePlanError):
        found = None if identity is None else _identity(identity)
    return ResourceSchema(type_, found, secrets)


def _identity(content: bytes) -> ValueType:
    """The type of an identity: an object. A plan has it in this, the newest version of its schema."""
    schema = Message.parse("schema of an identity", content, _IDENTITY)
    attributes = dict[str, ValueType]()
    for item in schema.blobs(_IDENTITY_ATTRIBUTES):
        message = Message.parse("identity's attribute", item, _IDENTITY_ATTRIBUTE)
        attributes[message.text(_NAME)] = parse_type(message.blob(_TYPE) or b"")
    if any(map(_has_dynamic, attributes.values())):
        raise UnreadablePlanError("an identity of any type")
    return ValueType(Kind.OBJECT, attributes=attributes)


def _block(content: bytes) -> _Body:
    message = Message.parse("schema's block", content, _BLOCK)
    types, secrets = dict[str, ValueType](), dict[str, Nested | None]()
    for item in message.blobs(_ATTRIBUTES):
        _attribute(item, types, secrets)
    for item in message.blobs(_BLOCKS):
        _nested_block(item, types, secrets)
    return ValueType(Kind.OBJECT, attributes=types), secrets


def _attribute(content: bytes, types: dict[str, ValueType], secrets: dict[str, Nested | None]) -> None:
    message = Message.parse("schema's attribute", content, _ATTRIBUTE)
    name, nested = message.text(_NAME), _nested_type(message)
    if nested is None:
        types[name] = parse_type(message.blob(_TYPE) or b"")
    else:
        inner, inside, nesting = nested
        types[name] = _collection(inner, nesting)
        if inside:
            secrets[name] = Nested(nesting, inside)
    if message.flag(_SENSITIVE):
        secrets[name] = None


def _nested_type(message: Message) -> tuple[ValueType, Secrets, Nesting] | None:
    """The object type of an attribute: in protocol 6 only, where 10 is no flag as in protocol 5."""
    if message.blob(_TYPE):
        return None
    found = Message.parse("schema's object", message.blob(_NESTED_TYPE) or b"", _OBJECT)
    types, secrets = dict[str, ValueType](), dict[str, Nested | None]()
    for item in found.blobs(_OBJECT_ATTRIBUTES):
        _attribute(item, types, secrets)
    return ValueType(Kind.OBJECT, attributes=types), secrets, _nesting(found.number(_OBJECT_NESTING))


def _nested_block(content: bytes, types: dict[str, ValueType], secrets: dict[str, Nested | None]) -> None:
    message = Message.parse("schema's nested block", content, _NESTED_BLOCK)
    name, nesting = message.text(_NAME), _nesting(message.number(_NESTING))
    inner, inside = _block(message.blob(_BLOCK_OF_NESTED) or b"")
    types[name] = _collection(inner, nesting)
    if inside:
        secrets[name] = Nested(nesting, inside)


def _nesting(number: int) -> Nesting:
    if number not in _NESTINGS:
        raise UnreadablePlanError(f"a schema with the nesting {number}")
    return _NESTINGS[number]


def _collection(inner: ValueType, nesting: Nesting) -> ValueType:
    """The type of a block or an object. With a part of any type in it, a list is written in another way."""
    if nesting is Nesting.ONE:
        return inner
    if _has_dynamic(inner):
        raise UnreadablePlanError("a collection of any type")
    return ValueType(_KINDS[nesting], element=inner)


def _has_dynamic(type_: ValueType) -> bool:
    parts = (*type_.items, *type_.attributes.values(), *([type_.element] if type_.element else ()))
    return type_.kind is Kind.DYNAMIC or any(map(_has_dynamic, parts))
