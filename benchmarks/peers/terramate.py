"""Terramate: one folder for each unit that calls the stack as a module; references are shared outputs."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from expressions import hcl, identifier, write
from tool import BASE, PARALLEL, Command, Layout, Tool

from cellwright.model.address import UnitAddress
from cellwright.model.unit import Unit
from cellwright.model.value import OutputReference

_LOCK = ".terraform.lock.hcl"


def terramate(program: Path, version: str) -> Tool:
    """Terramate, and how it is asked."""
    return Tool(
        name="Terramate",
        program=program,
        version=version,
        write=write_tree,
        prepare=((str(program), "generate"),),
        apply=lambda binary: (
            _run(program, str(binary), "init", "-input=false"),
            _run(program, "--enable-sharing", str(binary), "apply", "-auto-approve", "-input=false"),
        ),
        look=lambda binary: (_run(program, "--enable-sharing", str(binary), "plan", "-input=false"),),
        changed=(str(program), "list", "--changed", "--git-change-base", BASE),
        environment=_environment,
    )


def _run(program: Path, *command: str) -> Command:
    flags = [item for item in command if item == "--enable-sharing"]
    rest = [item for item in command if item != "--enable-sharing"]
    return (str(program), "run", "-X", "--parallel", str(PARALLEL), *flags, "--", *rest)


def _environment(_: Path) -> Mapping[str, str]:
    return {"DISABLE_CHECKPOINT": "1", "DISABLE_TELEMETRY": "1"}


def write_tree(layout: Layout, target: Path) -> Path:
    """Write the units' folders, and the stacks beside them."""
    shutil.copytree(layout.modules, target / "modules", dirs_exist_ok=True)
    settings = 'terramate {\n  config {\n    experiments = ["outputs-sharing"]\n  }\n}\n'
    command = json.dumps([str(layout.binary), "output", "-json"])
    backend = (
        'sharing_backend "default" {\n'
        f'  type = terraform\n  filename = "sharing.tf"\n  command = {command}\n}}\n'
    )
    write(target / "terramate.tm.hcl", settings + backend)
    taken = _taken(layout.units)
    for unit in layout.units:
        folder = target / str(unit.address)
        write(folder / "stack.tm.hcl", _stack(unit) + _shared(unit, taken.get(unit.address, [])))
        source = os.path.relpath(target / "modules" / unit.address.level / unit.address.stack, folder)
        write(folder / "main.tf", f'module "this" {{\n  source = "{source}"\n{_HCL.inputs(unit)}}}\n')
        lock = layout.modules / unit.address.level / unit.address.stack / _LOCK
        if lock.exists():
            shutil.copy(lock, folder / _LOCK)
    return target


def _taken(units: Sequence[Unit]) -> Mapping[UnitAddress, Sequence[str]]:
    """The outputs that others take, by the unit that has them."""
    found: dict[UnitAddress, set[str]] = {}
    for unit in units:
        for reference in unit.references():
            found.setdefault(reference.unit, set()).add(reference.output)
    return {unit: sorted(outputs) for unit, outputs in found.items()}


def _stack(unit: Unit) -> str:
    after = ", ".join(json.dumps(f"/{up}") for up in sorted(unit.upstreams()))
    return (
        f'stack {{\n  name = "{unit.address}"\n  id = "{identifier(unit.address)}"\n  after = [{after}]\n}}\n'
    )


def _shared(unit: Unit, outputs: Sequence[str]) -> str:
    gives = (
        f'output "{name}" {{\n  backend = "default"\n  value = module.this.{name}\n}}\n' for name in outputs
    )
    takes = (
        f'input "{_input(unit_of, name)}" {{\n  backend = "default"\n'
        f'  from_stack_id = "{identifier(unit_of)}"\n  value = outputs.{name}.value\n}}\n'
        for unit_of, name in sorted({(item.unit, item.output) for item in unit.references()})
    )
    return "".join((*gives, *takes))


def _input(unit: UnitAddress, output: str) -> str:
    return f"{identifier(unit)}_{output}"


def _output(reference: OutputReference) -> str:
    return ".".join(("var", _input(reference.unit, reference.output), *reference.path))


_HCL = hcl(_output)
