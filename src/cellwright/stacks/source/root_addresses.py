"""The resources and modules that a stack's root module declares, by their addresses."""

import re
from pathlib import PurePosixPath

from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.source.tree import StackTree

_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_KEY = r'(?:\[(?:[0-9]+|"[^"\\\n$%]*")\])?'
_ADDRESS = re.compile(rf"(?:module\.{_NAME}{_KEY}\.)*{_NAME}\.{_NAME}{_KEY}\Z")
_FIRST = re.compile(rf"module\.{_NAME}|{_NAME}\.{_NAME}")
_NAMED = 2
"""Labels of a resource: its type and its name."""


def root_addresses(tree: StackTree) -> frozenset[str] | None:
    """Give `aws_s3_bucket.this` and `module.network` for all that is declared; None if that can't be told."""
    found: set[str] = set()
    for file in tree.files:
        if str(PurePosixPath(file.path).parent) != tree.module:
            continue
        if file.path.endswith((".tf.json", ".tofu.json")):
            return None
        if not file.path.endswith((".tf", ".tofu")):
            continue
        try:
            body = parse_native(file.source.read_text(errors="replace"))
        except SyntaxFault:
            return None
        found |= {".".join(item.labels) for item in body.blocks_of("resource") if len(item.labels) == _NAMED}
        found |= {f"module.{item.labels[0]}" for item in body.blocks_of("module") if item.labels}
    return frozenset(found)


def first_part(address: str) -> str | None:
    """Give what of an address the root module declares; None if it is no address of a resource."""
    found = _FIRST.match(address)
    if found is None or not _ADDRESS.match(address) or address.startswith("data."):
        return None
    return found[0]
