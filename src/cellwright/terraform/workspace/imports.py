"""Real objects that come into a unit's state, as `import` blocks in a file of its working folder alone."""

from collections.abc import Mapping

from cellwright.terraform.workspace.variables import expression

FILE = "zz_cellwright_imports.tf"
"""Beside the copy of the stack, and no part of it."""


def render_imports(imported: Mapping[str, str]) -> bytes:
    """Write a block for each address. An address is checked before: it is written as it is.

    An object whose address is in the state already is left alone by Terraform and OpenTofu.
    """
    blocks = (
        f"import {{\n  to = {address}\n  id = {expression(text)}\n}}\n"
        for address, text in sorted(imported.items())
    )
    return "\n".join(blocks).encode()
