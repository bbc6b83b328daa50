"""One folder is one case: a fleet, and what it resolves to with every finding about it."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from cellwright.fleet.load.entry import load_fleet
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.unit import Unit
from cellwright.model.value import Json, OutputReference, SecretReference, Template, Value
from cellwright.stacks.catalogue import Catalogue

CASES = sorted(path for path in Path(__file__).parent.iterdir() if (path / "fleet").is_dir())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_fleet(case: Path, tmp_path: Path) -> None:
    root = case / "fleet"
    fleet = load_fleet(root, Catalogue(root, tmp_path / "cache", os.environ).contract)
    found = {
        "diagnostics": [finding(item, root) for item in fleet.diagnostics],
        "units": {str(item.address): described(item) for item in fleet.units.values()},
    }
    assert found == json.loads((case / "expected.json").read_text())


def finding(item: Diagnostic, root: Path) -> str:
    return str(item).replace(f"{root}/", "")


def described(unit: Unit) -> Json:
    return {
        "enabled": unit.enabled,
        "needs": [str(need) for need in unit.needs],
        "labels": dict(unit.labels),
        "environment": dict(unit.environment),
        "state": unit.backend.config,
        "inputs": {
            name: {
                "value": plain(item.value),
                "from": [str(origin.position) for origin in item.origin.chain()],
            }
            for name, item in unit.inputs.items()
        },
    }


def plain(value: Value) -> Json:
    """Write what still waits for an output in a form of its own, so that no text can be taken for it."""
    if isinstance(value, OutputReference):
        return {"$output": str(value)}
    if isinstance(value, Template):
        return {"$template": [plain(part) for part in value.parts]}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    if isinstance(value, SecretReference):
        return {"$secret": str(value)}
    return value
