"""Where paths lead that go through symbolic links, as the system and Terraform follow them."""

import os
from pathlib import Path


def is_in(path: str, folder: str) -> bool:
    """Tell whether a path without `..` is a folder, or lies in it."""
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


def resolved(base: Path, path: str) -> Path:
    """Give the folder that `path`, from `base` on, leads to: each link is followed before the next `..`.

    What lies in `base` is given as a path through `base`, even if `base` is reached by links itself.
    """
    real, real_base = os.path.realpath(base / path), os.path.realpath(base)
    if real == real_base or real.startswith(f"{real_base.rstrip('/')}/"):
        return base / os.path.relpath(real, real_base)
    return Path(real)


def called_folder(caller: str, source: str) -> tuple[str, str]:
    """Give the folder of a module that is called in `caller`: as spelled, and as Terraform finds it.

    Terraform follows the caller's links before it takes the steps of `source`, which it takes as spelled.
    """
    spelled = os.path.normpath(f"{caller}/{source}")
    real_caller = os.path.realpath(caller)
    return spelled, os.path.realpath(os.path.normpath(f"{real_caller}/{source}"))
