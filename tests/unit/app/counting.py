"""Counts what a use case makes: loads of the fleet, readings of stacks and policies, toolchains and so on."""

from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

_COUNTED = {
    "loads": "cellwright.app.session.snapshot.load_fleet",
    "stacks": "cellwright.stacks.catalogue.gather_tree",
    "policies": "cellwright.app.session.snapshot.read_policies",
    "toolchains": "cellwright.app.session.binaries.toolchain.assemble_toolchain",
    "databases": "cellwright.ledger.database.database.SqliteFile",
    "schemas": "cellwright.ledger.opening.schema_version",
}


class Made:
    """How often each was made since it was last asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._counts: Counter[str] = Counter()
        for name, place in _COUNTED.items():
            module, _, attribute = place.rpartition(".")
            monkeypatch.setattr(place, self._counting(name, _get(module, attribute)))

    def __call__(self) -> dict[str, int]:
        """Give the counts that are not zero, and begin again."""
        found, self._counts = dict(self._counts), Counter()
        return found

    def _counting(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: object, **named: object) -> object:
            self._counts[name] += 1
            return real(*arguments, **named)

        return counted


def _get(module: str, attribute: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(import_module(module), attribute)
    return found
