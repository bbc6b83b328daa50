"""Terragrunt: one folder with a terragrunt.hcl for each unit; references are dependencies."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from expressions import hcl, identifier, write
from tool import BASE, PARALLEL, Command, Layout, Tool

from cellwright.model.unit import Unit
from cellwright.model.value import OutputReference

_ROOT = "../../.."
"""The tree, from a unit's folder."""


def terragrunt(program: Path, version: str) -> Tool:
    """Terragrunt, and how it is asked."""
    return Tool(
        name="Terragrunt",
        program=program,
        version=version,
        write=write_tree,
        prepare=(),
        apply=lambda _: (_run(program, "apply"),),
        look=lambda _: (_run(program, "plan"),),
        changed=(str(program), "find", "--filter", f"[{BASE}...HEAD]"),
        environment=_environment,
    )


def _run(program: Path, *arguments: str) -> Command:
    return (
        str(program),
        "run",
        "--all",
        "--parallelism",
        str(PARALLEL),
        "--non-interactive",
        "--",
        *arguments,
    )


def _environment(binary: Path) -> Mapping[str, str]:
    return {"TG_TF_PATH": str(binary), "TG_NO_COLOR": "true"}


def write_tree(layout: Layout, target: Path) -> Path:
    """Write the units' folders, and the stacks beside them."""
    shutil.copytree(layout.modules, target / "modules", dirs_exist_ok=True)
    for unit in layout.units:
        address = unit.address
        source = f'source = "{_ROOT}/modules/{address.level}/{address.stack}"'
        inputs = _HCL.inputs(unit)
        text = f"terraform {{\n  {source}\n}}\n{_dependencies(unit)}inputs = {{\n{inputs}}}\n"
        write(target / str(address) / "terragrunt.hcl", text)
    return target


def _dependencies(unit: Unit) -> str:
    """Blocks for outputs that it takes, which Terragrunt reads; and the order alone for the rest."""
    read = {reference.unit for reference in unit.references()}
    blocks = "".join(
        f'dependency "{identifier(up)}" {{\n  config_path = {_path(up)}\n}}\n' for up in sorted(read)
    )
    ordered = ", ".join(map(_path, sorted(unit.upstreams() - read)))
    return blocks + (f"dependencies {{\n  paths = [{ordered}]\n}}\n" if ordered else "")


def _path(unit: object) -> str:
    return json.dumps(f"{_ROOT}/{unit}")


def _output(reference: OutputReference) -> str:
    steps = ("dependency", identifier(reference.unit), "outputs", reference.output, *reference.path)
    return ".".join(steps)


_HCL = hcl(_output)
