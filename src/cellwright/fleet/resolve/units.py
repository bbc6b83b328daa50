"""Makes a cell's units: each stack of its level with inputs, dependencies, backend and environment."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from cellwright.fleet.config.settings import OWN_KEYS
from cellwright.fleet.fleet import Cell, OpenUse, StackSettings
from cellwright.fleet.resolve.cell_summary import labels_of_cell
from cellwright.fleet.resolve.contracts import Contracts, KnownStack
from cellwright.fleet.resolve.inputs import (
    deprecated_input,
    input_findings,
    missing_input,
    undecided_input,
    unguarded_secret,
    unknown_input,
    unmarked_input,
)
from cellwright.fleet.resolve.lookup import CellKeys, ReferenceLookup
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.resolve.reference_faults import ReferenceFault
from cellwright.fleet.resolve.resolver import Notes, Resolver
from cellwright.fleet.resolve.resources import used_resources
from cellwright.fleet.resolve.sensitivity import SensitiveKeys, SettingsAt, trace_back, trace_on
from cellwright.fleet.resolve.shared_inputs import SharedInputs
from cellwright.fleet.resolve.state_backend import StateBackend
from cellwright.fleet.resolve.visibility import ReferenceScope
from cellwright.fleet.yaml.node import Node, get_node, kind_name
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.hidden_keys import KeyPath
from cellwright.model.position import Position
from cellwright.model.unit import Backend, Input, StackPin, Unit
from cellwright.model.value import Value, is_known, references_in, secrets_in


@dataclass(frozen=True, slots=True, kw_only=True)
class CellContext:
    """All that a cell's units are made from."""

    cell: Cell
    root: Setting
    own: tuple[Node, ...]
    scope: ReferenceScope
    keys: CellKeys
    shared: SharedInputs
    contracts: Contracts
    state: StateBackend
    notes: Notes
    sensitive: SensitiveKeys
    """The keys that hold secrets; filled by `find_sensitive_keys`."""


def make_units(context: CellContext, only: Collection[str] | None = None) -> Iterator[Unit]:
    """Make the unit of every stack of the cell's level, or of some; disabled ones included."""
    labels = labels_of_cell(context.cell)
    stacks = context.root.get("stacks")
    for stack in context.scope.level.stacks.values():
        if only is not None and stack.name not in only:
            continue
        settings = stacks.get(stack.name) if stacks is not None else None
        yield _UnitBuilder(context, stack, settings).unit(labels)


def find_sensitive_keys(context: CellContext) -> None:
    """Find the keys of the cell that hold secrets: what sensitive variables take, and what is made of it."""
    keys, host = context.sensitive, context.scope.placement
    directory = context.scope.directory
    declared: dict[KeyPath, str] = {
        (key,): "fleet.yaml calls it sensitive" for key in directory.sensitive_keys
    }
    keys.own.update({path: why for path, why in declared.items() if context.root.get(path[0]) is not None})
    keys.host.update(dict.fromkeys(host.sensitive if host is not None else (), ""))
    keys.host.update(declared)
    values = SettingsAt(context.root, context.cell.settings, host.settings if host is not None else {})
    for path, node in trace_back(keys, values, _sinks(context)).items():
        context.notes.findings.append(_undeclared(context.scope.level.placement or "", path, node))
    trace_on(keys, context.root)


def _sinks(context: CellContext) -> Iterator[tuple[Setting, str]]:
    """Yield the values of sensitive variables that take something, and secret settings of the backend."""
    for key, node in context.state.secrets():
        yield Setting(node, node.plain), f"it goes into '{key}' of the state's settings"
    stacks = context.root.get("stacks")
    quiet = replace(context, notes=Notes(complete=False))
    for stack in context.scope.level.stacks.values():
        settings = stacks.get(stack.name) if stacks is not None else None
        if settings is None or settings.plain:
            continue
        known = _UnitBuilder(quiet, stack, settings).known()
        for name, setting in settings.present():
            if known is not None and name in known.secret and not setting.plain:
                yield setting, f"it goes into the sensitive input '{name}' of stack '{stack.name}'"


def _undeclared(placement: str, path: KeyPath, node: Node) -> Diagnostic:
    key = path[0]
    return error(
        f"a sensitive value takes '{key}' of the {placement}, but nothing says that it is a secret there",
        f"write `sensitive_keys: [{key}]` in fleet.yaml, so that the {placement} does not show it; or "
        f"`public_keys: [{key}]` if it is no secret",
        node.position,
    )


class _UnitBuilder:
    """Makes one unit."""

    def __init__(self, context: CellContext, stack: StackSettings, settings: Setting | None) -> None:
        self._context = context
        self._stack = stack
        self._settings = settings
        self._address = context.scope.units[stack.name]
        self._secret_inputs: list[str] = []

    def unit(self, labels: Mapping[str, str]) -> Unit:
        context, stack = self._context, self._stack
        enabled = self._enabled()
        pin = self._pin()
        known = context.contracts.known(pin, self._pinned_at())
        inputs = self._inputs(known, enabled=enabled)
        pin = context.contracts.decided(pin, inputs)
        if enabled:
            context.notes.findings.extend(self._undecided(pin, inputs))
            self._note_resources(known, inputs)
        if enabled and known is not None and context.notes.complete:
            missing = [name for name in known.required if name not in inputs]
            place = self._own_position()
            context.notes.findings.extend(missing_input(stack.name, name, place) for name in missing)
        return Unit(
            address=self._address,
            stack=pin,
            enabled=enabled,
            inputs=inputs,
            needs=tuple(self._needs()),
            backend=self._backend(),
            environment=context.cell.environment,
            labels=labels,
            position=context.cell.position,
            secret_inputs=frozenset(self._secret_inputs),
        )

    def known(self) -> KnownStack | None:
        """Give the stack; None if it can't be read."""
        return self._context.contracts.known(self._pin(), self._pinned_at())

    def _pin(self) -> StackPin:
        context, stack = self._context, self._stack
        return context.contracts.pin(stack.source, self._version(), context.cell.binary)

    def _inputs(self, known: KnownStack | None, *, enabled: bool) -> dict[str, Input]:
        if self._settings is None or self._settings.entries is None:
            return {}
        context = self._context
        # A disabled unit may refer to keys that only cells have in which it is enabled.
        notes = context.notes if enabled else Notes(complete=False)
        names = ReferenceLookup(context.scope, context.keys.value, self._address)
        resolver = Resolver(names.lookup, notes, self._address)
        inputs: dict[str, Input] = {}
        for name, setting in self._settings.entries.items():
            if name in OWN_KEYS:
                continue
            if known is not None and name not in known.contract.variables:
                finding = unknown_input(self._stack.name, name, self._settings, known)
                context.notes.findings.append(finding)
            elif not setting.unset:
                inputs[name] = self._input(setting, name, known, resolver)
                if not setting.plain and known is not None and name not in known.secret:
                    self._check_secrets(setting, name, enabled=enabled)
                    if enabled:
                        self._note_open_uses(name, inputs[name])
                if known is not None and known.contract.variables[name].deprecated is not None:
                    variable = known.contract.variables[name]
                    context.notes.findings.append(
                        deprecated_input(self._stack.name, variable, self._settings)
                    )
        return inputs

    def _input(self, setting: Setting, name: str, known: KnownStack | None, resolver: Resolver) -> Input:
        known_inputs = self._context.shared
        variable = known.contract.variables[name] if known is not None else None
        shared = known_inputs.input(setting)
        if shared is not None:
            if variable is not None:
                findings = known_inputs.findings(setting, variable)
                if findings is None:
                    findings = tuple(input_findings(self._stack.name, variable, setting, shared.value))
                    known_inputs.add_findings(setting, variable, findings)
                self._context.notes.findings.extend(findings)
            return shared
        failures = resolver.notes.failures
        value = resolver.setting(setting)
        if variable is not None and resolver.notes.failures == failures:
            self._context.notes.findings.extend(input_findings(self._stack.name, variable, setting, value))
            if secrets_in(value) and not (variable.sensitive or variable.ephemeral):
                self._context.notes.findings.append(unguarded_secret(self._stack.name, variable, setting))
        return Input(value, known_inputs.origin(setting))

    def _note_resources(self, known: KnownStack | None, inputs: Mapping[str, Input]) -> None:
        """Note what the unit uses of the resources that places have."""
        if not self._stack.uses:
            return
        contract = known.contract if known is not None else None
        used, findings = used_resources(self._stack, inputs, contract)
        if used:
            self._context.notes.resources[self._address] = used
        # What is missing may be in what could not be resolved.
        self._context.notes.findings.extend(findings if self._context.notes.complete else ())

    def _note_open_uses(self, name: str, given: Input) -> None:
        """Note the outputs that an input takes whose variable is not marked: none may be sensitive."""
        self._context.notes.open_uses.extend(
            OpenUse(self._address, name, reference, given.origin.position)
            for reference in references_in(given.value)
        )

    def _check_secrets(self, setting: Setting, name: str, *, enabled: bool) -> None:
        """Note that an input takes a secret though its variable is not marked; report it if it is certain."""
        found = self._context.sensitive.reason(setting)
        if found is None:
            return
        self._secret_inputs.append(name)
        why, reference, node = found
        if why and enabled:
            finding = unmarked_input(self._stack.name, name, f"'${{{reference}}}', which is sensitive: {why}")
            self._context.notes.findings.append(replace(finding, position=node.position))

    def _undecided(self, pin: StackPin, inputs: Mapping[str, Input]) -> Iterator[Diagnostic]:
        """Report the inputs that decide where a module comes from, but are known only when the unit runs."""
        known = self._context.contracts.known(pin)
        for name in sorted(known.contract.deciding) if known is not None else ():
            if name in inputs and not is_known(inputs[name].value):
                yield undecided_input(self._stack.name, name, inputs[name])

    def _backend(self) -> Backend:
        context = self._context
        names = ReferenceLookup(context.scope, context.keys.value, self._address, outputs=False)
        failures = context.notes.failures
        backend = context.state.of_unit(Resolver(names.lookup, context.notes))
        if context.notes.failures > failures:
            context.notes.unresolved_backends.append(self._address)
        return backend

    def _needs(self) -> Iterator[UnitAddress]:
        scope = self._context.scope
        for need in self._stack.needs:
            if need in scope.units:
                yield scope.units[need]
            elif "." in need:
                level, _, stack = need.partition(".")
                try:
                    yield scope.below(level, stack)
                except ReferenceFault as fault:
                    self._context.notes.fail(fault, self._stack.position)

    def _enabled(self) -> bool:
        value = self._own_key("enabled")
        if isinstance(value, bool):
            return value
        return self._stack.enabled

    def _version(self) -> str | None:
        value = self._own_key("version")
        return value if isinstance(value, str) else self._stack.version

    def _own_key(self, key: str) -> Value:
        """Resolve one of Cellwright's own keys; None if it is not set, or of a wrong type."""
        setting = self._settings.get(key) if self._settings is not None else None
        if setting is None or setting.plain:
            # A wrong type was reported with the document.
            return setting.node.value if setting is not None else None
        context = self._context
        names = ReferenceLookup(context.scope, context.keys.value, self._address, outputs=False)
        failures = context.notes.failures
        value = Resolver(names.lookup, context.notes).setting(setting)
        if context.notes.failures > failures:
            return None
        wanted, kind = (bool, "true or false") if key == "enabled" else (str, "a string")
        if not isinstance(value, wanted):
            summary = f"'{key}' must be {kind}, not {kind_name(value)}"
            context.notes.findings.append(error(summary, "correct what it refers to", setting.node.position))
        return value

    def _pinned_at(self) -> Position:
        setting = self._settings.get("version") if self._settings is not None else None
        return self._context.keys.written_at(setting) if setting is not None else self._stack.position

    def _own_position(self) -> Position:
        """Tell where the cell's own files set the stack, or else where they start."""
        for root in self._context.own:
            stacks = get_node(root, "stacks")
            if stacks is not None and self._stack.name in (stacks.entries or {}):
                return stacks.key_position(self._stack.name)
        return self._context.cell.position
