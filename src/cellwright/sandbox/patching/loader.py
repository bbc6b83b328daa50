"""Finds the patches of a service and applies them."""

import logging
from importlib import import_module
from importlib.util import find_spec

from cellwright.sandbox.patching.patch import Patch

log = logging.getLogger(__name__)


def patches_of(service: str) -> tuple[Patch, ...]:
    """The patches for moto's module `service`; none if it needs none."""
    name = f"cellwright.sandbox.patches.{service}"
    if find_spec(name) is None:
        return ()
    patches: tuple[Patch, ...] = import_module(name).PATCHES
    return patches


def apply_patches(service: str) -> None:
    """Apply the patches of `service`, before its first request.

    A patch that doesn't fit the installed moto is logged and left out: the rest works as moto made it.
    """
    for patch in patches_of(service):
        try:
            patch.apply()
        except Exception:
            # Whatever the patch fails with in another version of moto, the rest of the sandbox must work.
            log.exception("the patch '%s' doesn't fit this version of moto", patch.name)
