"""Plan files made by hand."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgpack
from packaging.version import Version

from cellwright.model.binary import Product
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from contract.relay.provider.wire import blob, number

TERRAFORM = Binary(Path("/terraform"), "terraform", Version("1.11.4"))
OPENTOFU = Binary(Path("/tofu"), "tofu", Version("1.12.6"))
BINARIES: dict[Product, Binary] = {"terraform": TERRAFORM, "tofu": OPENTOFU}

BUILT_IN = 'provider["terraform.io/builtin/terraform"]'
STATE = {"version": 4, "resources": [], "outputs": {}}


def outcome(read: Callable[[], object]) -> object:
    """What was read, or the reason why it is left to the binary; any other exception is a defect."""
    try:
        return read()
    except UnreadablePlanError as refusal:
        return str(refusal)


def packed(value: object) -> bytes:
    """A value as Terraform writes it."""
    content = msgpack.packb(value)
    assert isinstance(content, bytes)
    return content


def typed(type_: object, value: object) -> list[object]:
    """A value that brings its type."""
    return [json.dumps(type_).encode(), value]


def dynamic(value: object) -> bytes:
    return blob(1, packed(value))


DATA = {"id": "i", "input": typed("string", "x"), "output": None, "triggers_replace": None}


def change(*, action: int = 1, values: tuple[object, ...] = (DATA,), more: bytes = b"") -> bytes:
    return number(1, action) + b"".join(blob(2, dynamic(value)) for value in values) + more


def resource(
    *,
    address: str = "terraform_data.x",
    provider: str = BUILT_IN,
    changed: bytes | None = None,
    more: bytes = b"",
) -> bytes:
    """A field of a plan: one resource's change."""
    inside = change() if changed is None else changed
    return blob(3, blob(13, address) + blob(8, provider) + blob(9, inside) + more)


def plan(binary: Binary = TERRAFORM, *fields: bytes, version: str | None = None, form: int = 3) -> bytes:
    head = number(1, form) + blob(14, version or str(binary.version)) + blob(21, "2026-11-22T10:00:00Z")
    if binary.product == "terraform":
        head += number(26, 1)  # complete
    return head + b"".join(fields)


def plan_file(path: Path, content: bytes, /, *, state: object = None, **sources: str) -> Path:
    """A plan file; `sources` are files of the root module, without `.tf`."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tfplan", content)
        archive.writestr("tfstate", json.dumps(STATE if state is None else state))
        archive.writestr("tfstate-prev", json.dumps(STATE))
        archive.writestr("tfconfig/modules.json", "[]")
        for name, text in sources.items():
            archive.writestr(f"tfconfig/m-/{name}.tf", text)
    return path
