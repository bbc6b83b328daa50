"""The state backend of fleet.yaml, for each unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from cellwright.fleet.yaml.node import Node
from cellwright.model.diagnostic import error
from cellwright.model.states.secret_backend import is_secret_setting
from cellwright.model.text.system_text import argument_fault, path_fault
from cellwright.model.text.url_credentials import split_url
from cellwright.model.unit import Backend
from cellwright.model.value import Json, Value

if TYPE_CHECKING:
    from cellwright.fleet.resolve.resolver import Resolver


_REFERENCE = "\0"
"""Stands for a reference where a text is looked at."""

_PATHS = frozenset({"path", "workspace_dir"})
"""Settings of the `local` backend that name files."""


class StateBackend:
    """The backend of fleet.yaml, its references resolved for each unit; without any, units share it."""

    def __init__(self, kind: str, config: Mapping[str, Node]) -> None:
        self._kind = kind
        self._config = config
        plain = all(node.plain for node in config.values())
        self._shared = self._backend({key: node.value for key, node in config.items()}) if plain else None

    def secrets(self) -> Iterator[tuple[str, Node]]:
        """Yield the settings that are secret and hold references."""
        for key, node in self._config.items():
            yield from _secrets(key, node)

    def of_unit(self, resolver: Resolver) -> Backend:
        """Resolve the backend of a unit; `resolver` must refuse outputs."""
        if self._shared is not None:
            return self._shared
        return self._backend({key: _resolved(key, node, resolver) for key, node in self._config.items()})

    def _backend(self, config: Mapping[str, Value]) -> Backend:
        # Without outputs, every value is known.
        return Backend(self._kind, cast("Mapping[str, Json]", config))


def _secrets(key: str, node: Node) -> Iterator[tuple[str, Node]]:
    if node.plain:
        return
    if is_secret_setting(key) or _is_url_with_password(node):
        yield key, node
    elif isinstance(node.content, dict):
        for name, child in node.content.items():
            yield from _secrets(name, child)
    elif isinstance(node.content, list):
        for child in node.content:
            yield from _secrets(key, child)


def _is_url_with_password(node: Node) -> bool:
    """Tell whether a reference stands where a URL has its credentials."""
    if not isinstance(node.content, tuple):
        return False
    url = split_url("".join(part if isinstance(part, str) else _REFERENCE for part in node.content))
    return url is not None and _REFERENCE in url.credentials


def _resolved(key: str, node: Node, resolver: Resolver) -> Value:
    value = resolver.node(node)
    if isinstance(value, str) and (fault := (path_fault if key in _PATHS else argument_fault)(value)):
        resolver.notes.findings.append(error(f"state.config.{key} can't be used", fault, node.position))
        return ""
    return value
