"""One cell's units: each stack of its level with inputs, order, state and environment."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from cellwright.fleet.fleet import Cell, StackSettings
from cellwright.fleet.resolve.contracts import Contracts, KnownStack
from cellwright.fleet.resolve.faults import ReferenceFault
from cellwright.fleet.resolve.inputs import OWN_KEYS, misfits, missing_input, unknown_input
from cellwright.fleet.resolve.keys import CellKeys
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.resolve.reference_names import Names
from cellwright.fleet.resolve.resolver import Notes, Resolver
from cellwright.fleet.resolve.shared_layers import Common
from cellwright.fleet.resolve.state_key import StateBackend
from cellwright.fleet.resolve.visibility import Standpoint
from cellwright.fleet.yaml.node import Node, get_node, kind_of
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import error
from cellwright.model.position import Position
from cellwright.model.scalar_text import as_text
from cellwright.model.unit import Backend, Input, Unit
from cellwright.model.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class CellParts:
    """A cell, ready for its units to be made."""

    cell: Cell
    root: Setting
    own: tuple[Node, ...]
    standpoint: Standpoint
    keys: CellKeys
    common: Common
    contracts: Contracts
    state: StateBackend
    notes: Notes


def make_units(parts: CellParts, only: Collection[str] | None = None) -> Iterator[Unit]:
    """Make the unit of every stack of the cell's level, or of some; disabled ones included."""
    labels = _labels(parts.cell.settings)
    stacks = parts.root.get("stacks")
    for stack in parts.standpoint.level.stacks.values():
        if only is not None and stack.name not in only:
            continue
        settings = stacks.get(stack.name) if stacks is not None else None
        yield _Making(parts, stack, settings).unit(labels)


def _labels(settings: Mapping[str, Value]) -> dict[str, str]:
    texts = ((key, as_text(value)) for key, value in settings.items())
    return {key: text for key, text in texts if text is not None}


class _Making:
    """The making of one unit."""

    def __init__(self, parts: CellParts, stack: StackSettings, settings: Setting | None) -> None:
        self._parts = parts
        self._stack = stack
        self._settings = settings
        self._address = parts.standpoint.units[stack.name]

    def unit(self, labels: Mapping[str, str]) -> Unit:
        parts, stack = self._parts, self._stack
        enabled = self._enabled()
        pin = parts.contracts.pin(stack.source, self._version())
        known = parts.contracts.known(pin, self._pinned_at())
        inputs = self._inputs(known, enabled=enabled)
        if enabled and known is not None and parts.notes.whole:
            missing = [name for name in known.required if name not in inputs]
            place = self._own_place()
            parts.notes.findings.extend(missing_input(stack.name, name, place) for name in missing)
        return Unit(
            address=self._address,
            stack=pin,
            enabled=enabled,
            inputs=inputs,
            needs=tuple(self._needs()),
            backend=self._backend(),
            environment=parts.cell.environment,
            labels=labels,
            position=parts.cell.position,
        )

    def _inputs(self, known: KnownStack | None, *, enabled: bool) -> dict[str, Input]:
        if self._settings is None or self._settings.entries is None:
            return {}
        parts = self._parts
        # A unit that is switched off may refer to what only cells have in which it is on.
        notes = parts.notes if enabled else Notes(whole=False)
        names = Names(parts.standpoint, parts.keys.value, self._address)
        resolver = Resolver(names.lookup, notes, self._address)
        inputs: dict[str, Input] = {}
        for name, setting in self._settings.entries.items():
            if name in OWN_KEYS:
                continue
            if known is not None and name not in known.contract.variables:
                finding = unknown_input(self._stack.name, name, self._settings, known)
                parts.notes.findings.append(finding)
            elif not setting.unset:
                inputs[name] = self._input(setting, name, known, resolver)
        return inputs

    def _input(self, setting: Setting, name: str, known: KnownStack | None, resolver: Resolver) -> Input:
        common = self._parts.common
        variable = known.contract.variables[name] if known is not None else None
        shared = common.input(setting)
        if shared is not None:
            if variable is not None:
                verdict = common.verdict(setting, variable)
                if verdict is None:
                    verdict = tuple(misfits(self._stack.name, variable, setting, shared.value))
                    common.judge(setting, variable, verdict)
                self._parts.notes.findings.extend(verdict)
            return shared
        failures = resolver.notes.failures
        value = resolver.setting(setting)
        if variable is not None and resolver.notes.failures == failures:
            findings = misfits(self._stack.name, variable, setting, value)
            self._parts.notes.findings.extend(findings)
        return Input(value, common.origin(setting))

    def _backend(self) -> Backend:
        parts = self._parts
        names = Names(parts.standpoint, parts.keys.value, self._address, outputs=False)
        failures = parts.notes.failures
        backend = parts.state.of_unit(Resolver(names.lookup, parts.notes))
        if parts.notes.failures > failures:
            parts.notes.stateless.append(self._address)
        return backend

    def _needs(self) -> Iterator[UnitAddress]:
        standpoint = self._parts.standpoint
        for need in self._stack.needs:
            if need in standpoint.units:
                yield standpoint.units[need]
            elif "." in need:
                level, _, stack = need.partition(".")
                try:
                    yield standpoint.below(level, stack)
                except ReferenceFault as fault:
                    self._parts.notes.fail(fault, self._stack.position)

    def _enabled(self) -> bool:
        value = self._choice("enabled")
        if isinstance(value, bool):
            return value
        return self._stack.enabled

    def _version(self) -> str | None:
        value = self._choice("version")
        return value if isinstance(value, str) else self._stack.version

    def _choice(self, key: str) -> Value:
        """Resolve one of Cellwright's own keys; None if it is not set, or not what it must be."""
        setting = self._settings.get(key) if self._settings is not None else None
        if setting is None or setting.plain:
            # A wrong kind has been told with the document.
            return setting.node.value if setting is not None else None
        parts = self._parts
        names = Names(parts.standpoint, parts.keys.value, self._address, outputs=False)
        failures = parts.notes.failures
        value = Resolver(names.lookup, parts.notes).setting(setting)
        if parts.notes.failures > failures:
            return None
        wanted, kind = (bool, "true or false") if key == "enabled" else (str, "a string")
        if not isinstance(value, wanted):
            summary = f"'{key}' must be {kind}, not {kind_of(value)}"
            parts.notes.findings.append(error(summary, "mend what it refers to", setting.node.position))
        return value

    def _pinned_at(self) -> Position:
        setting = self._settings.get("version") if self._settings is not None else None
        return setting.node.position if setting is not None else self._stack.position

    def _own_place(self) -> Position:
        """Tell where the cell's own files speak of the stack, or else where they start."""
        for root in self._parts.own:
            stacks = get_node(root, "stacks")
            if stacks is not None and self._stack.name in (stacks.entries or {}):
                return stacks.key_position(self._stack.name)
        return self._parts.cell.position
