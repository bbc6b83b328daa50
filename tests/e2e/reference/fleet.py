"""The reference fleet, copied and loaded."""

import os
import shutil
from importlib.resources import as_file, files
from pathlib import Path

from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.entry import load_fleet
from cellwright.stacks.catalogue import Catalogue

ACME = """\
account: trial
tier: gold
addresses: {clients: 10.64.32.0/20}
"""
"""A client as `onboard` writes it."""


def scaffold(folder: Path) -> Path:
    """Copy the reference fleet, as it is installed, to `folder`."""
    with as_file(files("cellwright") / "reference") as reference:
        shutil.copytree(reference, folder)
    return folder


def load(root: Path) -> Fleet:
    """Read a fleet with the contracts of its stacks."""
    return load_fleet(root, Catalogue(root, root / ".cellwright" / "cache", os.environ).contract)


def fleet_with(root: Path, **clients: str) -> Fleet:
    """Scaffold the reference fleet, add clients by the texts of their files, and read it."""
    scaffold(root)
    for name, text in clients.items():
        (root / "clients" / f"{name}.yaml").write_text(text)
    return load(root)
