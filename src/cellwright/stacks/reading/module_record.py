"""Writes a module as bytes for the cache, and reads it."""

import hashlib
from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never

from cellwright.model.position import Position
from cellwright.model.text.json_text import COMPACT, read_json
from cellwright.stacks.reading.early import decode_early, encode_early
from cellwright.stacks.reading.module import (
    ModuleCall,
    NamedPath,
    Output,
    ProviderRequirement,
    RequiredVersion,
    TerraformModule,
    Variable,
)
from cellwright.stacks.types.constraint import (
    AnyType,
    Default,
    ListOf,
    MapOf,
    ObjectAttribute,
    ObjectOf,
    Primitive,
    SetOf,
    TupleOf,
    TypeConstraint,
)

_Record: TypeAlias = Any  # JSON that this module wrote, with a checksum before it
_DIGEST_LENGTH = 64


def encode_module(module: TerraformModule) -> bytes:
    """Write a module as a line with a checksum and a line of JSON; its positions without the folder."""
    record = [
        [_variable_record(item) for item in module.variables.values()],
        [_output_record(item) for item in module.outputs.values()],
        {name: [item.source, item.version] for name, item in module.providers.items()},
        [_call_record(call) for call in module.calls],
        [
            [item.constraint, item.language, item.overrides, *_place(item.position)]
            for item in module.versions
        ],
        _place(module.state_store) if module.state_store is not None else None,
        module.defaults,
        [[item.path, item.from_root, *_place(item.position)] for item in module.paths],
    ]
    payload = COMPACT.write(record).encode()
    return hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload


def decode_module(content: bytes, folder: str) -> TerraformModule | None:
    """Read what encode_module wrote, with positions in `folder`; None if it is damaged in any way."""
    checksum, payload = content[:_DIGEST_LENGTH], content[_DIGEST_LENGTH + 1 :]
    if hashlib.sha256(payload).hexdigest().encode() != checksum:
        return None
    variables, outputs, providers, calls, versions, state_store, defaults, paths = read_json(payload)
    return TerraformModule(
        variables={item[0]: _variable(item, folder) for item in variables},
        outputs={item[0]: _output(item, folder) for item in outputs},
        providers={name: ProviderRequirement(*item) for name, item in providers.items()},
        calls=tuple(_call(call, folder) for call in calls),
        defaults=defaults,
        paths=tuple(NamedPath(path, start, _position(folder, *place)) for path, start, *place in paths),
        versions=tuple(
            RequiredVersion(constraint, _position(folder, *place), language, overrides)
            for constraint, language, overrides, *place in versions
        ),
        state_store=_position(folder, *state_store) if state_store is not None else None,
    )


def _place(position: Position) -> tuple[str, int, int]:
    return position.file.rpartition("/")[2], position.line, position.column


def _position(folder: str, name: str, line: int, column: int) -> Position:
    return Position(f"{folder}/{name}", line, column)


def _variable_record(item: Variable) -> _Record:
    flags = [item.required, item.nullable, item.sensitive, item.ephemeral]
    return [
        item.name,
        encode_type(item.type),
        *flags,
        item.deprecated,
        item.description,
        item.default,
        item.rules,
        item.choices,
        *_place(item.position),
    ]


def _variable(record: _Record, folder: str) -> Variable:
    name, kind, required, nullable, sensitive, ephemeral, deprecated, description, *rest = record
    default, rules, choices, *place = rest
    return Variable(
        name=name,
        type=decode_type(kind),
        required=required,
        nullable=nullable,
        sensitive=sensitive,
        ephemeral=ephemeral,
        deprecated=deprecated,
        description=description,
        default=default,
        rules=tuple(rules),
        choices=tuple(choices),
        position=_position(folder, *place),
    )


def _output_record(item: Output) -> _Record:
    return [item.name, item.sensitive, item.deprecated, item.description, *_place(item.position)]


def _output(record: _Record, folder: str) -> Output:
    name, sensitive, deprecated, description, *place = record
    return Output(
        name=name,
        sensitive=sensitive,
        deprecated=deprecated,
        description=description,
        position=_position(folder, *place),
    )


def _call_record(call: ModuleCall) -> _Record:
    arguments = {name: encode_early(value) for name, value in call.arguments.items()}
    source = [call.source, encode_early(call.computed_source), call.version]
    return [call.name, source, arguments, *_place(call.position)]


def _call(record: _Record, folder: str) -> ModuleCall:
    name, (source, computed, version), arguments, *place = record
    given = {key: decode_early(value) for key, value in arguments.items()}
    return ModuleCall(name, source, _position(folder, *place), decode_early(computed), given, version)


_ANY = AnyType()
_COLLECTIONS: Mapping[str, type[ListOf | SetOf | MapOf]] = {"list": ListOf, "set": SetOf, "map": MapOf}
_NAMES = {kind: name for name, kind in _COLLECTIONS.items()}


def encode_type(constraint: TypeConstraint) -> _Record:
    """Write a type as JSON."""
    match constraint:
        case Primitive() | AnyType():
            return str(constraint)
        case ListOf() | SetOf() | MapOf():
            return [_NAMES[type(constraint)], encode_type(constraint.element)]
        case TupleOf():
            return ["tuple", [encode_type(element) for element in constraint.elements]]
        case ObjectOf():
            attributes = constraint.attributes.items()
            return ["object", [[name, encode_type(item.type), *_optional(item)] for name, item in attributes]]
        case _:
            assert_never(constraint)


def _optional(item: ObjectAttribute) -> _Record:
    if not item.optional:
        return []
    return [item.default.value] if isinstance(item.default, Default) else ["value", item.default]


def _attribute(kind: _Record, *optional: _Record) -> ObjectAttribute:
    constraint = decode_type(kind)
    if not optional:
        return ObjectAttribute(constraint)
    state, *value = optional
    return ObjectAttribute(constraint, optional=True, default=value[0] if value else Default(state))


def decode_type(record: _Record) -> TypeConstraint:
    """Read what encode_type wrote."""
    if isinstance(record, str):
        return _ANY if record == "any" else Primitive(record)
    name, content = record
    if name == "tuple":
        return TupleOf(tuple(decode_type(element) for element in content))
    if name == "object":
        return ObjectOf({key: _attribute(*item) for key, *item in content})
    return _COLLECTIONS[name](decode_type(content))
