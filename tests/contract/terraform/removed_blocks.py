"""Blocks that say that a resource is removed, as each program takes them."""

import re

from packaging.version import Version

from cellwright.terraform.install.binary import Binary

_LIFECYCLE = re.compile(r"^  lifecycle \{\s*destroy = false\s*\}\n", re.MULTILINE)


def as_removed(text: str, binary: Binary) -> str:
    """Leave `lifecycle` out of `removed` blocks for OpenTofu before 1.10, which lets all of them stay."""
    plain = binary.product == "tofu" and binary.version < Version("1.10.0.dev0")
    return _LIFECYCLE.sub("", text) if plain else text
