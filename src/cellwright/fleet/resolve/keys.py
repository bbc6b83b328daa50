"""A cell's own keys, for `${cell.*}`: each resolved once, in the order in which they need each other."""

from cellwright.fleet.config.reserved_keys import RESERVED
from cellwright.fleet.resolve.faults import AbsentFault, ReferenceFault, ToldFault
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.resolve.reference_names import Names
from cellwright.fleet.resolve.resolver import Notes, Resolver
from cellwright.fleet.resolve.visibility import Standpoint, step_into
from cellwright.model.suggestion import advice
from cellwright.model.value import Value


class CellKeys:
    """Resolves a cell's keys on demand and remembers them."""

    def __init__(self, root: Setting, standpoint: Standpoint, notes: Notes) -> None:
        self._root = root
        self._notes = notes
        self._built_in = {"name": standpoint.address.cell, "level": standpoint.address.level}
        self._resolver = Resolver(Names(standpoint, self.value).lookup, notes)
        self._values: dict[tuple[str, ...], Value] = {}
        self._failed: set[tuple[str, ...]] = set()
        self._pending: list[tuple[str, ...]] = []

    def all(self) -> dict[str, Value]:
        """Resolve every key that has no meaning of its own; faulty ones are left out."""
        values: dict[str, Value] = {}
        for key, setting in self._root.present():
            if key in RESERVED:
                continue
            if setting.plain:
                values[key] = setting.written()
            else:
                try:
                    values[key] = self.value((key,))
                except ReferenceFault as fault:
                    self._notes.fail(fault, setting.node.position)
        return values

    def value(self, path: tuple[str, ...]) -> Value:
        """Give the value at `path`.

        Raises:
            ReferenceFault: there is no such key, it depends on itself, or it is faulty.
        """
        if path in self._values:
            return self._values[path]
        if path in self._failed:
            raise ToldFault
        if path in self._pending:
            cycle = [*self._pending[self._pending.index(path) :], path]
            shown = " -> ".join(f"cell.{'.'.join(link)}" for link in cycle)
            raise ReferenceFault(f"a key refers to itself: {shown}", "give one of them a value of its own")
        failures = self._notes.failures
        self._pending.append(path)
        try:
            value = self._find(path)
        finally:
            self._pending.pop()
        if self._notes.failures > failures:
            self._failed.add(path)
            raise ToldFault
        self._values[path] = value
        return value

    def _find(self, path: tuple[str, ...]) -> Value:
        if path[0] in RESERVED:
            detail = "set a key of the cell's own and refer to it from both places"
            raise ReferenceFault(f"'{path[0]}' can't be referred to", detail)
        setting = self._root
        for index, key in enumerate(path):
            if setting.entries is None:
                label = ".".join(("cell", *path[:index]))
                return step_into(self._resolver.setting(setting), path[index:], label)
            child = setting.get(key)
            if child is None:
                if len(path) == 1 and key in self._built_in:
                    return self._built_in[key]
                known = [name for name, _ in setting.present() if index or name not in RESERVED]
                raise AbsentFault(f"the cell has no key '{'.'.join(path[: index + 1])}'", advice(key, known))
            setting = child
        return self._resolver.setting(setting)
