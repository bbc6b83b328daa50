"""A slow resolver that is plain to see through, to hold the real one against.

It works on Python values instead of files, shares nothing, remembers nothing and knows no places: the rules
of a fleet once more, in the simplest way.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cellwright.model.address import UnitAddress
from cellwright.model.value import OutputReference, Template

RESERVED = ("stacks", "environment", "levels")
LEVELS = ("base", "utility", "client")


class FaultyError(Exception):
    """The fleet has an error."""


class Unset:
    """`!unset`."""

    def __repr__(self) -> str:
        return "Unset()"


@dataclass(frozen=True)
class Append:
    """`!append`."""

    items: list[Any]


@dataclass(frozen=True)
class Replace:
    """`!replace`."""

    content: dict[str, Any]


@dataclass(frozen=True)
class PlainFleet:
    """A fleet of the shape that the random ones have: three levels, accounts shared by the lower two."""

    name: str
    stacks: Mapping[str, Mapping[str, bool]]
    """By level, each stack and whether it is on by default."""
    defaults: Mapping[str, dict[str, Any]]
    tiers: Mapping[str, dict[str, Any]]
    accounts: Mapping[str, dict[str, Any]]
    clients: Mapping[str, dict[str, Any]]


@dataclass
class PlainCell:
    """One cell, merged."""

    level: str
    name: str
    settings: dict[str, Any]
    placement: "PlainCell | None"
    pending: list[tuple[str, ...]] = field(default_factory=list)


def merged(base: Any, over: Any) -> Any:  # noqa: ANN401  any tree of settings
    """Merge two settings; Unset stands for a key that is not there."""
    if isinstance(over, Unset):
        return over
    if isinstance(over, Append):
        if base is None or not isinstance(base, list | Unset):
            raise FaultyError
        return [*(base if isinstance(base, list) else []), *over.items]
    if isinstance(over, Replace):
        return merged({}, over.content)
    if isinstance(over, dict):
        result = dict(base) if isinstance(base, dict) else {}
        for key, value in over.items():
            result[key] = merged(result.get(key, Unset()), value)
        return {key: value for key, value in result.items() if not isinstance(value, Unset)}
    return over


def resolve(fleet: PlainFleet) -> dict[str, tuple[bool, dict[str, Any], dict[str, str], str]]:
    """Give each unit's switch, inputs, environment and state key.

    Raises:
        FaultyError: the fleet has an error (cycles between units are not looked for).
    """
    return _Resolving(fleet).units()


class _Resolving:
    def __init__(self, fleet: PlainFleet) -> None:
        self.fleet = fleet
        self.cells: dict[tuple[str, str], PlainCell] = {}
        for level in ("base", "utility"):
            for name, own in fleet.accounts.items():
                settings = merged(merged({}, fleet.defaults[level]), own)
                self.cells[level, name] = PlainCell(level, name, settings, None)
        for name, own in fleet.clients.items():
            self.cells["client", name] = self.client(name, own)

    def client(self, name: str, own: dict[str, Any]) -> PlainCell:
        tier = own.get("tier", self.fleet.defaults["client"].get("tier"))
        if not isinstance(tier, str) or tier not in self.fleet.tiers:
            raise FaultyError
        settings = merged(merged({}, self.fleet.defaults["client"]), self.fleet.tiers[tier])
        placement = self.cells["base", own["account"]]
        # As written: its merge tags are meant for the client's layers.
        section = self.fleet.accounts[own["account"]].get("levels", {}).get("client", {})
        return PlainCell("client", name, merged(merged(settings, section), own), placement)

    def units(self) -> dict[str, tuple[bool, dict[str, Any], dict[str, str], str]]:
        found = {}
        for cell in self.cells.values():
            for key in cell.settings.keys() - set(RESERVED):
                self.value(cell, (key,))
            environment = self.environment(cell)
            for stack, default in self.fleet.stacks[cell.level].items():
                address = UnitAddress(cell.level, cell.name, stack)
                settings = cell.settings.get("stacks", {}).get(stack, {})
                enabled = settings.get("enabled", default)
                inputs = {}
                for name, value in settings.items():
                    if name != "enabled":
                        inputs[name] = self.input(cell, address, value, enabled=enabled)
                found[str(address)] = (enabled, inputs, environment, f"{self.fleet.name}/{address}")
        return found

    def environment(self, cell: PlainCell) -> dict[str, str]:
        inherited = self.environment(cell.placement) if cell.placement is not None else {}
        own = {
            name: self.replaced(cell, None, value)
            for name, value in cell.settings.get("environment", {}).items()
        }
        if any(not isinstance(value, str) for value in own.values()):
            raise FaultyError
        return {**inherited, **own}

    def input(self, cell: PlainCell, unit: UnitAddress, value: Any, *, enabled: bool) -> Any:  # noqa: ANN401
        try:
            resolved = self.replaced(cell, unit, value)
        except FaultyError:
            if enabled:
                raise
            return ...
        for reference in _outputs(resolved) if enabled else ():
            target = self.cells[reference.unit.level, reference.unit.cell]
            settings = target.settings.get("stacks", {}).get(reference.unit.stack, {})
            if not settings.get("enabled", self.fleet.stacks[target.level][reference.unit.stack]):
                raise FaultyError
            if reference.output not in ("id", "out"):
                raise FaultyError
        return resolved

    def replaced(self, cell: PlainCell, unit: UnitAddress | None, value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, dict):
            return {key: self.replaced(cell, unit, item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.replaced(cell, unit, item) for item in value]
        if not isinstance(value, str):
            return value
        if re.fullmatch(r"\$\{[^}]*\}", value):
            return self.looked_up(cell, unit, value[2:-1])
        pieces: list[Any] = []
        for literal, reference in re.findall(r"((?:\$\$\{|(?!\$\{).)+)|\$\{([^}]*)\}", value, re.DOTALL):
            found = literal.replace("$${", "${") if literal else self.looked_up(cell, unit, reference)
            pieces.extend(found.parts if isinstance(found, Template) else [found])
        if any(piece is None or isinstance(piece, dict | list) for piece in pieces):
            raise FaultyError
        joined: list[Any] = []
        for piece in pieces:
            text = piece if isinstance(piece, OutputReference) else _text(piece)
            if joined and isinstance(text, str) and isinstance(joined[-1], str):
                joined[-1] += text
            else:
                joined.append(text)
        if all(isinstance(piece, str) for piece in joined):
            return "".join(joined)
        return Template(tuple(joined))

    def looked_up(self, cell: PlainCell, unit: UnitAddress | None, reference: str) -> Any:  # noqa: ANN401
        head, *steps = reference.split(".")
        if head == "fleet" and steps == ["name"]:
            return self.fleet.name
        if head == "cell":
            return self.value(cell, tuple(steps))
        if head == "account" and cell.placement is not None:
            return self.value(cell.placement, tuple(steps))
        if head == "unit" and unit is not None:
            facts = {"address": str(unit), "level": unit.level, "cell": unit.cell, "stack": unit.stack}
            return facts[steps[0]]
        if head == "output" and (unit is not None or cell.pending):
            return self.output(cell, steps)
        raise FaultyError

    def output(self, cell: PlainCell, steps: list[str]) -> OutputReference:
        if "/" in steps[0]:
            level, name, stack = steps[0].split("/")
            rest = steps[1:]
        elif steps[0] in LEVELS:
            level, stack = steps[:2]
            name = cell.placement.name if cell.placement is not None and level != "client" else cell.name
            rest = steps[2:]
        else:
            level, name, stack = cell.level, cell.name, steps[0]
            rest = steps[1:]
        if LEVELS.index(level) > LEVELS.index(cell.level) or (level, name) not in self.cells:
            raise FaultyError
        if stack not in self.fleet.stacks[level] or not rest:
            raise FaultyError
        return OutputReference(UnitAddress(level, name, stack), rest[0], tuple(rest[1:]))

    def value(self, cell: PlainCell, path: tuple[str, ...]) -> Any:  # noqa: ANN401
        """Give a key of a cell; nothing is remembered but what is under way."""
        if path in cell.pending or path[0] in RESERVED:
            raise FaultyError
        cell.pending.append(path)
        try:
            if path[0] not in cell.settings:
                if path in (("name",), ("level",)):
                    return cell.name if path == ("name",) else cell.level
                raise FaultyError
            setting: Any = cell.settings
            for index, step in enumerate(path):
                if not isinstance(setting, dict):
                    return _stepped(self.replaced(cell, None, setting), path[index:])
                if step not in setting:
                    raise FaultyError
                setting = setting[step]
            return self.replaced(cell, None, setting)
        finally:
            cell.pending.pop()


def _stepped(value: Any, steps: tuple[str, ...]) -> Any:  # noqa: ANN401
    for index, step in enumerate(steps):
        if isinstance(value, OutputReference):
            return OutputReference(value.unit, value.output, (*value.path, *steps[index:]))
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            raise FaultyError
    return value


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _outputs(value: Any) -> list[OutputReference]:  # noqa: ANN401
    if isinstance(value, OutputReference):
        return [value]
    if isinstance(value, Template):
        return [part for part in value.parts if isinstance(part, OutputReference)]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [reference for item in inner for reference in _outputs(item)]
