"""Fleets made from strings, with stacks that need no files."""

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.entry import load_fleet
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.unit import StackPin, Unit
from cellwright.model.value import Value
from cellwright.stacks.contract import Contract, Output, Variable
from unit.stacks.type_text import parse_type


def contract(variables: Mapping[str, str] | None = None, outputs: Iterable[str] = ()) -> Contract:
    """A stack's contract. A variable is its type; `?` before it: optional; `!` before it: not nullable."""
    return Contract(
        variables={name: _variable(name, text) for name, text in (variables or {}).items()},
        outputs={
            name: Output(name=name, sensitive=False, description="", position=Position("main.tf"))
            for name in outputs
        },
        providers={},
    )


def _variable(name: str, text: str) -> Variable:
    kind = text.lstrip("?!")
    marks = text[: len(text) - len(kind)]
    return Variable(
        name=name,
        type=parse_type(kind),
        required="?" not in marks,
        nullable="!" not in marks,
        sensitive=False,
        ephemeral=False,
        description="",
        position=Position("main.tf"),
    )


class Stacks:
    """Contracts by source; any other source is told as missing. Notes what it is asked for."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self.contracts = contracts
        self.asked: list[StackPin] = []

    def __call__(self, pin: StackPin) -> Contract:
        self.asked.append(pin)
        if pin.source not in self.contracts:
            raise DiagnosticError(error(f"there is no stack {pin.source}", "look at the source"))
        return self.contracts[pin.source]


ANY = contract(dict.fromkeys("abcdefxyz", "?any"), ["id", "out"])
"""A stack that takes anything and gives `id` and `out`."""


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below `root`."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(textwrap.dedent(content).lstrip("\n"), encoding="utf-8")
    return root


def load(root: Path, files: Mapping[str, str | bytes], stacks: Mapping[str, Contract] | None = None) -> Fleet:
    """Write a fleet and load it. Stacks `any` and `other` are always there."""
    write(root, files)
    return load_fleet(root, Stacks({"any": ANY, "other": ANY, **(stacks or {})}))


def told(fleet: Fleet) -> list[str]:
    """All findings as people read them."""
    return [str(item) for item in fleet.diagnostics]


def briefly(fleet: Fleet) -> list[str]:
    """All findings without their advice."""
    return [str(replace(item, detail="")) for item in fleet.diagnostics]


def unit(fleet: Fleet, address: str) -> Unit:
    """Find a unit."""
    return fleet.units[UnitAddress.parse(address)]


def values(fleet: Fleet, address: str) -> dict[str, Value]:
    """A unit's inputs."""
    return {name: item.value for name, item in unit(fleet, address).inputs.items()}


ONE_LEVEL = """
    fleet: test
    levels:
      - name: base
        cells: accounts
        stacks:
          one: {source: any}
          two: {source: other}
    """
"""A fleet.yaml with one level and two stacks that take anything."""

THREE_LEVELS = """
    fleet: test
    levels:
      - name: base
        cells: accounts
        stacks:
          network: {source: any}
      - name: utility
        cells: accounts
        stacks:
          ecs: {source: any}
      - name: client
        cells: clients
        placement: account
        layers: [defaults/client.yaml, "tiers/${cell.tier}.yaml"]
        stacks:
          app: {source: any}
          sftp: {source: other, enabled: false}
    """
"""The usual three levels."""
