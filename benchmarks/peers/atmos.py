"""Atmos: one manifest for each cell; a unit is a component, a reference is read from the other's state."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from expressions import Language, write
from tool import BASE, PARALLEL, Command, Layout, Tool, by_cell

from cellwright.model.address import UnitAddress
from cellwright.model.unit import Unit
from cellwright.model.value import OutputReference, Template

_UNKNOWN = "unknown"
"""Stands for an output of a unit that is not there yet: Atmos reads all of them before it begins."""


def atmos(program: Path, version: str) -> Tool:
    """Atmos, and how it is asked."""
    return Tool(
        name="Atmos",
        program=program,
        version=version,
        write=write_tree,
        prepare=(),
        apply=lambda _: (_run(program, "apply"),),
        look=lambda _: (_run(program, "plan"),),
        changed=(str(program), "describe", "affected", "--base", f"refs/heads/{BASE}"),
        environment=_environment,
    )


def _run(program: Path, command: str) -> Command:
    return (str(program), "terraform", command, "--all", "--max-concurrency", str(PARALLEL))


def _environment(binary: Path) -> Mapping[str, str]:
    return {
        "ATMOS_COMPONENTS_TERRAFORM_COMMAND": str(binary),
        "ATMOS_PAGER": "false",
        "ATMOS_TELEMETRY_ENABLED": "false",
        "NO_COLOR": "1",
    }


def write_tree(layout: Layout, target: Path) -> Path:
    """Write atmos.yaml, the manifests, and the stacks as components.

    A component's working folder is its own, so that two of the same stack can run at once.
    """
    shutil.copytree(layout.modules, target / "components", dirs_exist_ok=True)
    settings = {
        "base_path": ".",
        "components": {
            "terraform": {
                "base_path": "components",
                "apply_auto_approve": True,
                "auto_generate_backend_file": False,
                "workspaces_enabled": False,
            }
        },
        "version": {"check": {"enabled": False}},
        "stacks": {
            "base_path": "stacks",
            "included_paths": ["**/*"],
            "name_template": "{{ .vars.cell_of_fleet }}",
        },
    }
    write(target / "atmos.yaml", json.dumps(settings, indent=2))
    for (level, cell), members in by_cell(layout.units).items():
        components = "".join(map(_component, members))
        text = f"vars:\n  cell_of_fleet: {level}-{cell}\ncomponents:\n terraform:\n{components}"
        write(target / "stacks" / level / f"{cell}.yaml", text)
    return target


def _component(unit: Unit) -> str:
    address = unit.address
    needs = ", ".join(f"{{name: {_name(up)}, stack: {_stack(up)}}}" for up in sorted(unit.upstreams()))
    inputs = "".join(f"    {line}\n" for line in _YAML.inputs(unit).splitlines())
    return (
        f"  {_name(address)}:\n"
        f"   metadata: {{component: {address.level}/{address.stack}}}\n"
        f"   provision: {{workdir: {{enabled: true}}}}\n"
        f"   dependencies: {{components: [{needs}]}}\n"
        f"   vars:\n{inputs}"
    )


def _name(unit: UnitAddress) -> str:
    return f"{unit.level}-{unit.stack}"


def _stack(unit: UnitAddress) -> str:
    return f"{unit.level}-{unit.cell}"


def _expression(reference: OutputReference) -> str:
    return "".join(f".{step}" for step in (reference.output, *reference.path))


def _read(unit: UnitAddress, expression: str) -> str:
    """A YAML function with its one argument in single quotes, as YAML doubles them."""
    quoted = expression.replace("'", "''")
    return f"!terraform.state '{_name(unit)} {_stack(unit)} {quoted}'"


def _output(reference: OutputReference) -> str:
    return _read(reference.unit, f'{_expression(reference)} // "{_UNKNOWN}"')


def _template(template: Template) -> str:
    """One expression over one output: the fleet's texts need no more."""
    (reference,) = (part for part in template.parts if isinstance(part, OutputReference))
    parts = (json.dumps(part) if isinstance(part, str) else "." for part in template.parts)
    return _read(reference.unit, f'{_expression(reference)} // "{_UNKNOWN}" | {" + ".join(parts)}')


_YAML = Language(_output, _template, ": ")
