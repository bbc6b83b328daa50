"""The resources and modules that a stack's root module declares, by their addresses."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from cellwright.stacks.hcl.json_form import parse_json
from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import Body
from cellwright.stacks.source.tree import StackTree

_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_KEY = r'(?:\[(?:[0-9]+|"[^"\\\n$%]*")\])?'
_ADDRESS = re.compile(rf"(?:module\.{_NAME}{_KEY}\.)*{_NAME}\.{_NAME}{_KEY}\Z")
_FIRST = re.compile(rf"module\.{_NAME}|{_NAME}\.{_NAME}")
_NATIVE = (".tf", ".tofu")
_JSON = (".tf.json", ".tofu.json")
_RESOURCES = {"resource": "", "data": "data.", "ephemeral": "ephemeral."}
"""Blocks that declare resources, and what their addresses begin with."""
_NOT_KEPT = ("data.", "ephemeral.")
_NAMED = 2
"""Labels of a resource: its type and its name."""


def root_addresses(tree: StackTree) -> frozenset[str] | None:
    """Give `aws_s3_bucket.this` and `module.network` for all that a state can hold and that is declared.

    None if that can't be told.
    """
    parts = root_parts(tree)
    return None if parts is None else frozenset(item for item in parts if not item.startswith(_NOT_KEPT))


def root_parts(tree: StackTree) -> frozenset[str] | None:
    """Give the same with `data.aws_ami.this` and `ephemeral.aws_kms_secrets.this`."""
    found: set[str] = set()
    for file in tree.files:
        if str(PurePosixPath(file.path).parent) != tree.module or not file.path.endswith((*_NATIVE, *_JSON)):
            continue
        text = file.source.read_text(errors="replace")
        try:
            body = parse_json(text) if file.path.endswith(_JSON) else parse_native(text)
        except SyntaxFault:
            return None
        found.update(_declared_in(body))
    return frozenset(found)


def _declared_in(body: Body) -> Iterator[str]:
    for keyword, prefix in _RESOURCES.items():
        labels = (item.labels for item in body.blocks_of(keyword))
        yield from (f"{prefix}{'.'.join(item)}" for item in labels if len(item) == _NAMED)
    yield from (f"module.{item.labels[0]}" for item in body.blocks_of("module") if item.labels)


def first_part(address: str) -> str | None:
    """Give what of an address the root module declares; None if it is no address of a resource."""
    found = _FIRST.match(address)
    if found is None or not _ADDRESS.match(address) or address.startswith("data."):
        return None
    return found[0]
