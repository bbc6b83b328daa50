"""Writes the files of a fleet that has the units of a foreign tree, each with its state where it is."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cellwright.fleet.yaml.writer import flow_style
from cellwright.foreign.documents import ENVIRONMENT, document, fleet_yaml, shared_defaults
from cellwright.foreign.expressions.values import why_late
from cellwright.foreign.files import shown
from cellwright.foreign.fleet_notes import not_written, of_refused, of_stateless
from cellwright.foreign.input_notes import of_input
from cellwright.foreign.literals import escaped, flat, literal
from cellwright.foreign.names import name_of
from cellwright.foreign.order import LEVEL, Order
from cellwright.foreign.paths import PATH_SETTINGS
from cellwright.foreign.shared_states import shared_states
from cellwright.foreign.tree import (
    Document,
    ForeignTree,
    ForeignUnit,
    ForeignValue,
    FromEnvironment,
    Joined,
    OutputOf,
    Unreadable,
    leaves,
    outputs_in,
    unreadable_in,
)
from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.names import name_fault
from cellwright.model.scalar_text import scalar_text
from cellwright.model.states.secret_backend import is_secret_setting
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFleet:
    """A fleet's files by path, and what the tree has that they have not."""

    files: Mapping[str, str]
    units: tuple[tuple[str, str], ...]
    """Address of each unit, and where the tree has it."""
    addresses: Mapping[str, str]
    """Addresses by the keys of units."""
    on: frozenset[str]
    """Keys of the units that are switched on."""
    notes: tuple[Diagnostic, ...]


def fleet_of(tree: ForeignTree, name: str, target: Path) -> WrittenFleet:
    """Give the files of a fleet in the folder `target` for a tree."""
    return _Writer(tree, name_of(name), target).written()


@dataclass
class _Cell:
    settings: dict[str, Any] = field(default_factory=dict)
    todo: list[str] = field(default_factory=list)


@dataclass
class _Writer:
    tree: ForeignTree
    name: str
    target: Path
    notes: list[Diagnostic] = field(default_factory=list)
    _stacks: dict[str, str] = field(default_factory=dict)
    """Names of stacks by key of unit."""
    _cells: dict[str, str] = field(default_factory=dict)
    _enabled: dict[str, bool] = field(default_factory=dict)
    _secrets: set[str] = field(default_factory=set)
    """Variables of the environment that hold secrets of units."""
    _stateless: list[ForeignUnit] = field(default_factory=list)
    """Units whose state is a file that is not there."""
    _sharing: dict[str, str] = field(default_factory=dict)
    """Keys of units of one state, and for each another one that has it."""
    _unwritten: dict[tuple[str, Unreadable], list[str]] = field(default_factory=dict)
    """Units whose input can't be told, by what is written in one place for all of them."""
    _off: dict[str, list[str]] = field(default_factory=dict)
    """By keys of units that are off: what is to be done first."""
    _refused: dict[tuple[Diagnostic, ...], list[ForeignUnit]] = field(default_factory=dict)
    """Units by what is said against them."""

    def written(self) -> WrittenFleet:
        self._name_all()
        kinds = Counter(unit.backend.kind for unit in self.tree.units)
        kind = max(kinds, key=lambda name: (name in PATH_SETTINGS, kinds[name]))
        common = self._common_config(kind)
        sources = self._sources()
        cells: dict[str, _Cell] = {name: _Cell() for name in sorted(set(self._cells.values()))}
        config = self._fleet_config(kind, common, cells)
        addresses = {unit.key: self._address(unit.key) for unit in self.tree.units}
        self._sharing = dict(shared_states(self.tree.units, addresses))
        for unit in self.tree.units:
            self._write_state(unit, kind, cells[self._cells[unit.key]])
        stateless = [unit for unit in self._stateless if self._enabled[unit.key]]
        self.notes.extend(of_stateless(stateless, addresses))
        self.notes.extend(of_refused(faults, units, addresses) for faults, units in self._refused.items())
        for unit in self.tree.units:  # which units are switched off is known by now
            self._write_unit(unit, cells[self._cells[unit.key]])
        order = Order(self.tree.units, self._stacks, self._cells, self._enabled, self.tree.folder)
        needs = order.needs()
        self.notes.extend(not_written(*item, units) for item, units in self._unwritten.items())
        self.notes.extend(order.notes)
        defaults = shared_defaults(cell.settings for cell in cells.values())
        files = {
            "fleet.yaml": fleet_yaml(self.name, kind, config, sources, needs, self._secrets),
            f"defaults/{LEVEL}.yaml": document(defaults, []),
            **{f"{LEVEL}/{name}.yaml": document(cell.settings, cell.todo) for name, cell in cells.items()},
            ".gitignore": ".cellwright/\n",
        }
        units = sorted((self._address(unit.key), str(unit.position.file)) for unit in self.tree.units)
        return WrittenFleet(
            files=files,
            units=tuple(units),
            addresses=addresses,
            on=frozenset(key for key, on in self._enabled.items() if on),
            notes=(*self.tree.notes, *self.notes),
        )

    def _address(self, key: str) -> str:
        return f"{LEVEL}/{self._cells[key]}/{self._stacks[key]}"

    def _name_all(self) -> None:
        """Give every unit a cell and a stack; a stack has one source (but for its ref) in all cells."""
        self._cells = {unit.key: name_of(unit.cell) for unit in self.tree.units}
        wanted: dict[str, set[str]] = {}
        for unit in self.tree.units:
            wanted.setdefault(name_of(unit.stack), set()).add(_source_key(unit))
        taken: set[tuple[str, str]] = set()
        for unit in self.tree.units:
            stack, cell = name_of(unit.stack), self._cells[unit.key]
            if len(wanted[stack]) > 1 and stack != cell:
                stack = _fitting(f"{stack}-{cell}")
            number = 2
            while (cell, stack) in taken:
                stack, number = _fitting(f"{name_of(unit.stack)}-{number}"), number + 1
            taken.add((cell, stack))
            self._stacks[unit.key] = stack

    def _sources(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for unit in self.tree.units:
            on = unit.enabled and unit.inputs.get("enabled") is not False
            self._enabled[unit.key] = on and not unit.refused
            if on and unit.refused:
                self._off[unit.key] = [f"{item.summary}; {item.detail}" for item in unit.refused]
                self._refused.setdefault(unit.refused, []).append(unit)
            stack = self._stacks[unit.key]
            source: Any = unit.source
            if isinstance(source, Unreadable):
                self._leave_out(unit, "its source", source)
                source = "./stacks/TODO"
            if isinstance(source, Path):
                source = os.path.relpath(source, self.target)
                source = source if source.startswith("../") else f"./{source}"
            found.setdefault(stack, {"source": source})
        for stack, entry in found.items():
            cells = {self._cells[unit.key] for unit in self.tree.units if self._stacks[unit.key] == stack}
            if cells != set(self._cells.values()):
                entry["enabled"] = False
        return found

    def _leave_out(self, unit: ForeignUnit, what: str, value: Unreadable) -> None:
        """Switch a unit off: it must not be made a second time elsewhere."""
        self._enabled[unit.key] = False
        self._off.setdefault(unit.key, []).append(f"{what}: {value.why} ({value.position}): {value.text}")
        self.notes.append(
            error(
                f"{self._address(unit.key)} is switched off: {what} can't be told: {value.why}",
                f"it is written as: {value.text}; write the value and `enabled: true` into "
                f"{LEVEL}/{self._cells[unit.key]}.yaml",
                value.position,
            )
        )

    def _common_config(self, kind: str) -> dict[str, Any]:
        """Give the settings that all units of the kind share."""
        configs = [unit.backend.config for unit in self.tree.units if unit.backend.kind == kind]
        first = configs[0]
        return {
            name: value
            for name, value in first.items()
            if all(name in item and item[name] == value for item in configs)
            and not any(True for _ in unreadable_in(value))
        }

    def _fleet_config(
        self, kind: str, common: Mapping[str, Any], cells: Mapping[str, _Cell]
    ) -> dict[str, Any]:
        path = PATH_SETTINGS.get(kind)
        found: dict[str, Any] = {}
        names = sorted(
            {name for unit in self.tree.units if unit.backend.kind == kind for name in unit.backend.config}
        )
        for name in names:
            if name == path:
                continue
            if is_secret_setting(name) and not name.startswith("skip_"):
                self.notes.append(
                    warning(
                        f"the backend's '{name}' is not written into the fleet: it is a secret",
                        "give it by the environment of whoever runs Cellwright",
                        self.tree.units[0].backend.position,
                    )
                )
            elif name in common:
                found[name] = literal(common[name])
            else:
                self._by_cell(kind, name, found, cells)
        if path is not None:
            found[path] = "${unit.state}"
        return found

    def _by_cell(self, kind: str, name: str, found: dict[str, Any], cells: Mapping[str, _Cell]) -> None:
        """Write a setting that differs into the cells; each cell has one value."""
        key = f"state_{name}"
        found[name] = f"${{cell.{key}}}"
        for cell, content in cells.items():
            units = [
                unit
                for unit in self.tree.units
                if self._cells[unit.key] == cell and unit.backend.kind == kind
            ]
            values = [
                flow_style(literal(unit.backend.config.get(name))) for unit in units if _known(unit, name)
            ]
            if not values:
                content.settings[key] = None
                continue
            most = Counter(values).most_common(1)[0][0]
            for unit in units:
                value = unit.backend.config.get(name)
                if not _known(unit, name):
                    self._leave_out(unit, f"its state's {name}", next(unreadable_in(value)))
                elif flow_style(literal(value)) == most:
                    content.settings[key] = literal(value)
                else:
                    why = f"other units of the cell have another {name}"
                    self._leave_out(
                        unit, f"its state's {name}", Unreadable(str(value), unit.backend.position, why)
                    )

    def _write_unit(self, unit: ForeignUnit, cell: _Cell) -> None:
        stack = self._stacks[unit.key]
        entry: dict[str, Any] = {}
        cell.todo.extend(f"stacks.{stack}.enabled: {line}" for line in self._off.get(unit.key, ()))
        for name, value in unit.inputs.items():
            problem = next(unreadable_in(value), None) or self._missing(value)
            if problem is None and (fault := unit.unfit.get(name)) is not None:
                text = flow_style(self._text(value, unit))
                cell.todo.append(f"stacks.{stack}.{name}: {fault.summary}; {fault.detail}: {text}")
                continue
            if problem is None:
                entry[name] = self._text(value, unit)
                told = of_input(name, value, self._address(unit.key), unit.position, self.tree.folder)
                self.notes.extend(note for note in told if note not in self.notes)
                continue
            cell.todo.append(f"stacks.{stack}.{name}: {problem.why} ({problem.position}): {problem.text}")
            self._unwritten.setdefault((name, problem), []).append(self._address(unit.key))
        for name in sorted({"enabled", "version"} & entry.keys()):
            del entry[name]
            self.notes.append(
                error(
                    f"the input '{name}' of {self._address(unit.key)} is not written: the word "
                    "has a meaning of its own in a cell",
                    f"rename the stack's variable; the unit is {'on' if self._enabled[unit.key] else 'off'}",
                    unit.position,
                )
            )
        self._write_environment(unit, cell)
        settings = {"enabled": self._enabled[unit.key], **entry}
        refs = {_ref(item.source) for item in self.tree.units if self._stacks[item.key] == stack}
        if len(refs) > 1 and (version := _ref(unit.source)) is not None:
            settings["version"] = version
        cell.settings.setdefault("stacks", {})[stack] = settings

    def _write_environment(self, unit: ForeignUnit, cell: _Cell) -> None:
        """Write the environment of a unit's Terraform: a cell has one for all of its units."""
        for name, value in unit.environment.items():
            here = cell.settings.setdefault("environment", {})
            if here.setdefault(name, value) != value:
                self.notes.append(
                    error(
                        f"{self._address(unit.key)} wants {name} to be '{value}', and its cell has "
                        f"'{here[name]}'",
                        "a cell has one environment for all of its units: give the unit another cell",
                        unit.position,
                    )
                )

    def _write_state(self, unit: ForeignUnit, kind: str, cell: _Cell) -> None:
        path = PATH_SETTINGS.get(kind)
        backend = unit.backend
        if backend.kind != kind or path is None:
            why = f"its backend is {backend.kind}" + (
                f", that of the fleet is {kind}" if backend.kind != kind else ""
            )
            problem = None if backend.kind in PATH_SETTINGS else next(unreadable_in(backend.config), None)
            problem = problem or Unreadable(backend.kind, backend.position, why)
            self._leave_out(unit, "where its state lies", problem)
            return
        value = backend.config.get(path)
        problem = next(unreadable_in(value), None)
        if problem is None and not isinstance(value, str):
            problem = Unreadable(path, backend.position, f"the backend has no {path}")
        if problem is not None:
            self._leave_out(unit, "where its state lies", problem)
            return
        if (other := self._sharing.get(unit.key)) is not None:
            why = f"{self._address(other)} has the same state"
            self._leave_out(unit, "where its state lies", Unreadable(str(value), backend.position, why))
            return
        text = str(value)
        if kind == "local" and Path(text).is_absolute():
            if not Path(text).exists():
                self._stateless.append(unit)
            text = os.path.relpath(text, self.target)
        cell.settings.setdefault("states", {})[self._stacks[unit.key]] = literal(text)

    def _missing(self, value: ForeignValue) -> Unreadable | None:
        for item in leaves(value):
            if isinstance(item, Document):
                return Unreadable(str(item.position.file), item.position, why_late(item))
        for output in outputs_in(value):
            if output.unit not in self._cells:
                folder = self.tree.folder
                place = shown(Path(output.unit), folder) if folder is not None else output.unit
                text = f"{place}: {'.'.join(output.path)}"
                return Unreadable(text, output.position, "it takes an output of what is no unit of the tree")
            if not output.path:
                why = "it takes all outputs of a unit: name those that it needs"
                return Unreadable(self._address(output.unit), output.position, why)
            if not self._enabled[output.unit]:
                text = f"{self._address(output.unit)}: {'.'.join(output.path)}"
                return Unreadable(text, output.position, "it takes an output of a unit that is switched off")
        return None

    def _text(self, value: ForeignValue, unit: ForeignUnit) -> Json:
        match value:
            case OutputOf():
                return self._reference(value, unit)
            case FromEnvironment(variable):
                self._secrets.add(variable)
                return f"${{secret.{ENVIRONMENT}.{variable}}}"
            case Joined(parts=parts):
                return "".join(
                    str(self._text(part, unit))
                    if isinstance(part, OutputOf | FromEnvironment)
                    else escaped(scalar_text(part) or "")
                    for part in flat(parts)
                )
            case Mapping():
                return {str(name): self._text(item, unit) for name, item in value.items()}
            case list() | tuple():
                return [self._text(item, unit) for item in value]
            case _:
                return literal(value)

    def _reference(self, output: OutputOf, unit: ForeignUnit) -> str:
        cell, stack = self._cells[output.unit], self._stacks[output.unit]
        here = cell == self._cells[unit.key]
        where = stack if here else f"{LEVEL}/{cell}/{stack}"
        return f"${{output.{'.'.join((where, *output.path))}}}"


def _known(unit: ForeignUnit, name: str) -> bool:
    return not any(True for _ in unreadable_in(unit.backend.config.get(name)))


def _source_key(unit: ForeignUnit) -> str:
    source = unit.source
    if isinstance(source, Unreadable):
        return f"? {unit.key}"
    return str(source).partition("?ref=")[0]


def _ref(source: Path | str | Unreadable) -> str | None:
    return source.partition("?ref=")[2] or None if isinstance(source, str) else None


def _fitting(name: str) -> str:
    return name if name_fault(name) is None else name_of(name)
