"""The reference fleet with one client, and the values that its units get."""

import shutil
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path

from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load import load_fleet
from cellwright.model.address import UnitAddress
from cellwright.model.value import Json, OutputReference, Template, Value
from cellwright.stacks.catalogue import Catalogue

Outputs = Mapping[UnitAddress, Mapping[str, Json]]

ACME = """\
account: prod-use1
tier: gold
stacks:
  sftp: {enabled: true, partner_cidrs: ["203.0.113.0/24"]}
"""


def scaffold(folder: Path) -> Path:
    """Copy the reference fleet, as it is installed, to `folder`."""
    with as_file(files("cellwright") / "reference") as reference:
        shutil.copytree(reference, folder)
    return folder


def load(root: Path) -> Fleet:
    """Read a fleet with the contracts of its stacks."""
    return load_fleet(root, Catalogue(root, root / ".cellwright" / "cache").contract)


def fleet_with_client(folder: Path) -> Fleet:
    """Scaffold the reference fleet, with a client that has everything switched on."""
    root = scaffold(folder)
    (root / "clients" / "acme").mkdir()
    (root / "clients" / "acme" / "client.yaml").write_text(ACME)
    return load(root)


def settled(value: Value, outputs: Outputs) -> Json:
    """Replace the output references in a value."""
    if isinstance(value, OutputReference):
        return outputs[value.unit][value.output]
    if isinstance(value, Template):
        return "".join(part if isinstance(part, str) else str(settled(part, outputs)) for part in value.parts)
    if isinstance(value, Mapping):
        return {key: settled(item, outputs) for key, item in value.items()}
    if isinstance(value, list):
        return [settled(item, outputs) for item in value]
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    raise AssertionError(f"no settings value: {value!r}")
