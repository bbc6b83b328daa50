"""Terraform's values on the wire: msgpack, with unknown values as an extension type."""

from typing import Any

import msgpack

from contract.relay.provider.wire import blob, parse

UNKNOWN = msgpack.ExtType(0, b"\x00")
Object = dict[str, Any]


def read(dynamic: bytes) -> Object | None:
    raw = parse(dynamic).blob(1)
    found: Object | None = msgpack.unpackb(raw, raw=False, ext_hook=lambda _code, _data: UNKNOWN)
    return found


def write(value: Object | None) -> bytes:
    return blob(1, msgpack.packb(value))
