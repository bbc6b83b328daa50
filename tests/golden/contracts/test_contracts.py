"""One folder is one case: a stack, and either its contract or the findings about it."""

import json
import os
from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.unit import StackPin
from cellwright.model.value import Json
from cellwright.stacks.catalogue import Catalogue
from cellwright.stacks.contract import Contract

CASES = sorted(path for path in Path(__file__).parent.iterdir() if (path / "stack").is_dir())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_contract(case: Path, tmp_path: Path) -> None:
    expected = case / "contract.json"
    findings = case / "findings.txt"
    for _ in ("cold", "from the cache"):
        catalogue = Catalogue(case, tmp_path / "cache", os.environ)
        if findings.exists():
            assert found(catalogue, case) == findings.read_text()
        else:
            assert described(catalogue.contract(pin(case))) == json.loads(expected.read_text())


def pin(case: Path) -> StackPin:
    return StackPin("./stack/app" if (case / "stack/app").is_dir() else "./stack")


def found(catalogue: Catalogue, case: Path) -> str:
    with pytest.raises(DiagnosticError) as refusal:
        catalogue.contract(pin(case))
    return "".join(f"{item}\n" for item in refusal.value.diagnostics)


def described(contract: Contract) -> Json:
    return {
        "variables": {
            item.name: {
                "type": str(item.type),
                "flags": [
                    name for name in ("required", "nullable", "sensitive", "ephemeral") if getattr(item, name)
                ],
                "description": item.description,
                "position": str(item.position),
            }
            for item in contract.variables.values()
        },
        "outputs": {
            item.name: {
                "sensitive": item.sensitive,
                "description": item.description,
                "position": str(item.position),
            }
            for item in contract.outputs.values()
        },
        "providers": {name: [item.source, item.version] for name, item in contract.providers.items()},
    }
