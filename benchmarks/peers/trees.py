"""The synthetic fleet as other programs' trees: same cells, same stacks, same overrides, same order.

They are given resolved settings in their own layout: a unit is a Terragrunt unit, an Atmos component of a
stack, a Terramate stack. References to outputs become Terragrunt's dependencies; where a program hands no
outputs from one unit to another without running Terraform, they are texts, and the order alone stays.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cellwright.fleet.load.entry import load_fleet
from cellwright.model.unit import Unit
from cellwright.model.value import OutputReference, Template, Value
from cellwright.stacks.catalogue import Catalogue


def units_of(fleet: Path) -> list[Unit]:
    """Resolve the fleet's enabled units."""
    catalogue = Catalogue(fleet, fleet / ".cellwright" / "cache", os.environ)
    return [unit for unit in load_fleet(fleet, catalogue.contract).units.values() if unit.enabled]


def write_terragrunt(units: list[Unit], modules: Path, target: Path) -> None:
    """Write one folder with a terragrunt.hcl per unit."""
    for unit in units:
        needs = "".join(
            f'dependency "{_name(str(up))}" {{\n  config_path = "{target}/{up}"\n'
            '  mock_outputs = { id = "", endpoint = "", subnets = {} }\n}\n'
            for up in sorted(unit.upstreams())
        )
        inputs = _inputs(unit, linked=True)
        source = modules / unit.address.level / unit.address.stack
        text = f'terraform {{\n  source = "{source}"\n}}\n{needs}inputs = {{\n{inputs}}}\n'
        _write(target / str(unit.address) / "terragrunt.hcl", text)


def write_atmos(units: list[Unit], modules: Path, target: Path) -> None:
    """Write an atmos.yaml and one stack manifest per cell."""
    _write(
        target / "atmos.yaml",
        json.dumps(
            {
                "base_path": str(target),
                "components": {"terraform": {"base_path": str(modules)}},
                "stacks": {
                    "base_path": "stacks",
                    "included_paths": ["**/*"],
                    "name_pattern": "{namespace}-{stage}",
                },
            }
        ),
    )
    for (level, cell), members in _by_cell(units):
        components = {
            f"{level}-{unit.address.stack}": {
                "metadata": {"component": f"{level}/{unit.address.stack}"},
                "vars": {name: _plain(item.value) for name, item in unit.inputs.items()},
                "settings": {
                    "depends_on": {
                        str(number): {
                            "component": f"{up.level}-{up.stack}",
                            "namespace": up.level,
                            "stage": up.cell,
                        }
                        for number, up in enumerate(sorted(unit.upstreams()))
                    }
                },
            }
            for unit in members
        }
        manifest = {"vars": {"namespace": level, "stage": cell}, "components": {"terraform": components}}
        _write(target / "stacks" / level / f"{cell}.yaml", json.dumps(manifest))


def write_terramate(units: list[Unit], modules: Path, target: Path) -> None:
    """Write one folder per unit: its stack block, its inputs as globals, and a module call."""
    _write(target / "terramate.tm.hcl", "terramate {\n}\n")
    for unit in units:
        after = ", ".join(f'"/{up}"' for up in sorted(unit.upstreams()))
        inputs = _inputs(unit, linked=False)
        folder = target / str(unit.address)
        _write(folder / "stack.tm.hcl", f'stack {{\n  name = "{unit.address}"\n  after = [{after}]\n}}\n')
        _write(folder / "globals.tm.hcl", f"globals {{\n{inputs}}}\n")
        source = modules / unit.address.level / unit.address.stack
        _write(folder / "main.tf", f'module "this" {{\n  source = "{source}"\n{inputs}}}\n')


def _inputs(unit: Unit, *, linked: bool) -> str:
    lines = (f"  {name} = {_hcl(item.value, linked=linked)}\n" for name, item in unit.inputs.items())
    return "".join(lines)


def _by_cell(units: list[Unit]) -> Iterator[tuple[tuple[str, str], list[Unit]]]:
    cells: dict[tuple[str, str], list[Unit]] = {}
    for unit in units:
        cells.setdefault((unit.address.level, unit.address.cell), []).append(unit)
    yield from cells.items()


def _hcl(value: Value, *, linked: bool) -> str:
    """Write a value as HCL; references as what Terragrunt calls them if `linked`, else as texts."""
    if isinstance(value, OutputReference):
        return _path(value) if linked else json.dumps(_path(value))
    if isinstance(value, Template):
        opening, closing = ("${", "}") if linked else ("", "")
        parts = (
            part if isinstance(part, str) else f"{opening}{_path(part)}{closing}" for part in value.parts
        )
        return f'"{"".join(parts)}"'
    if isinstance(value, Mapping):
        items = (f"{json.dumps(key)} = {_hcl(item, linked=linked)}" for key, item in value.items())
        return "{ " + ", ".join(items) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_hcl(item, linked=linked) for item in value) + "]"
    return json.dumps(value)


def _path(reference: OutputReference) -> str:
    return ".".join(("dependency", _name(str(reference.unit)), "outputs", reference.output, *reference.path))


def _plain(value: Value) -> Any:  # noqa: ANN401  JSON
    if isinstance(value, OutputReference | Template):
        return _hcl(value, linked=False).strip('"')
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _name(text: str) -> str:
    return text.replace("/", "_").replace("-", "_")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
