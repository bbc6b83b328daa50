"""Differences between a unit, or a cell, before and after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cellwright.app.fleet.comparing.change import Change, Side, Subject
from cellwright.app.fleet.comparing.values import input_changes, value_changes
from cellwright.app.session.snapshot import Snapshot, Stacks
from cellwright.fleet.fleet import Cell
from cellwright.model.binary import KEYS
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.hidden_keys import SENSITIVE, without_hidden
from cellwright.model.names import means_secret
from cellwright.model.states.secret_backend import without_secrets
from cellwright.model.states.state_place import state_place
from cellwright.model.unit import Backend, StackPin, Unit
from cellwright.stacks.source.address import LocalSource, parse_source
from cellwright.stacks.source.tree import StackTree

_NAMED_FILES = 3


@dataclass
class StackFiles:
    """Compares the files of stacks that lie in the repository, each stack once."""

    before: Stacks
    after: Stacks
    known: dict[StackPin, str] = field(default_factory=dict)

    def changed(self, pin: StackPin) -> str:
        """Name the files of a stack that differ: `main.tf, outputs.tf and 2 more`; "" if none does."""
        if pin not in self.known:
            self.known[pin] = self._changed(pin)
        return self.known[pin]

    def _changed(self, pin: StackPin) -> str:
        try:
            if not isinstance(parse_source(pin.source), LocalSource):
                return ""  # the same address is the same files
            before, after = self.before.catalogue.tree(pin), self.after.catalogue.tree(pin)
        except DiagnosticError:
            return ""  # a finding of one of the sides says so
        return "" if before.digest == after.digest else _named(before, after)


def _named(before: StackTree, after: StackTree) -> str:
    old = {file.path: (file.sha256, file.executable) for file in before.files}
    new = {file.path: (file.sha256, file.executable) for file in after.files}
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    rest = len(paths) - _NAMED_FILES
    return ", ".join(paths[:_NAMED_FILES]) + (f" and {rest} more" if rest > 0 else "")


@dataclass(frozen=True, slots=True)
class UnitComparison:
    """Compares units and cells of two snapshots."""

    before: Snapshot
    after: Snapshot
    files: StackFiles

    def unit(self, before: Unit, after: Unit, own_file: str) -> tuple[Change, ...]:
        """Give what differs between a unit's settings; `own_file` is where its cell's own files begin."""
        return (
            *self._stack(before, after),
            *self._inputs(before, after, own_file),
            *_environment(before.environment, after.environment),
            *_sides(Subject.NEEDS, "needs", _needs(before), _needs(after)),
            *_sides(Subject.STATE, "state", _place(before), _place(after)),
            *_backend_settings(before, after),
            *_program(before, after),
        )

    def cell(self, before: Cell, after: Cell) -> tuple[Change, ...]:
        """Give what differs between a cell's own keys."""
        hidden = before.sensitive | after.sensitive
        old, new = without_hidden(before.settings, hidden), without_hidden(after.settings, hidden)
        return tuple(
            Change(Subject.KEY, ".".join(steps), was, now) for steps, was, now in value_changes(old, new)
        )

    def _stack(self, before: Unit, after: Unit) -> Iterator[Change]:
        yield from _sides(Subject.STACK, "source", before.stack.shown_source, after.stack.shown_source)
        yield from _sides(Subject.STACK, "version", before.stack.version, after.stack.version)
        same = (before.stack.source, before.stack.version) == (after.stack.source, after.stack.version)
        if same and (files := self.files.changed(after.stack)):
            yield Change(Subject.FILES, "files", None, Side.of(files))

    def _inputs(self, before: Unit, after: Unit, own_file: str) -> Iterator[Change]:
        hidden = self._sensitive(self.before, before) | self._sensitive(self.after, after)
        for name in sorted(before.inputs.keys() | after.inputs.keys()):
            old, new = before.inputs.get(name), after.inputs.get(name)
            for steps, was, now in input_changes(old, new, sensitive=name in hidden, own_file=own_file):
                position = new.origin.position if new is not None else None
                yield Change(Subject.INPUT, ".".join((name, *steps)), was, now, position)

    @staticmethod
    def _sensitive(snapshot: Snapshot, unit: Unit) -> frozenset[str]:
        try:
            return snapshot.stacks.facts(unit.stack).sensitive | unit.secret_inputs
        except DiagnosticError:
            return frozenset(unit.inputs)  # whoever does not know shows nothing


def _sides(subject: Subject, path: str, before: str | None, after: str | None) -> Iterator[Change]:
    if before != after:
        yield Change(subject, path, _side(before), _side(after))


def _side(text: str | None) -> Side | None:
    return None if text is None else Side.of(text)


def _environment(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old != new and means_secret(name):
            old, new = (None if value is None else SENSITIVE for value in (old, new))
            yield Change(Subject.ENVIRONMENT, f"environment.{name}", _side(old), _side(new))
        else:
            yield from _sides(Subject.ENVIRONMENT, f"environment.{name}", old, new)


def _needs(unit: Unit) -> str:
    return ", ".join(sorted(map(str, unit.needs)))


def _place(unit: Unit) -> str:
    return str(state_place(Backend(unit.backend.kind, without_secrets(unit.backend.config)), unit.address))


def _backend_settings(before: Unit, after: Unit) -> Iterator[Change]:
    """Yield the settings of a state's backend that differ though the place does not."""
    if before.backend.kind != after.backend.kind or _place(before) != _place(after):
        return
    old, new = without_secrets(before.backend.config), without_secrets(after.backend.config)
    for steps, was, now in value_changes(old, new):
        yield Change(Subject.STATE, ".".join(("state", *steps)), was, now)


def _program(before: Unit, after: Unit) -> Iterator[Change]:
    for name, old, new in zip(KEYS, before.stack.binary, after.stack.binary, strict=True):
        yield from _sides(Subject.PROGRAM, f"terraform.{name}", old, new)
