"""A component of Atmos in one stack: what it inherits, what it is called, where its state lies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cellwright.foreign.atmos.manifest import OVERRIDES, REPLACE, merge
from cellwright.foreign.atmos.reading import mapping as _mapping
from cellwright.foreign.secrets import closed
from cellwright.foreign.tree import ForeignValue

_SECTIONS = (
    "vars",
    "settings",
    "backend",
    "backend_type",
    "env",
    "command",
    "providers",
    "dependencies",
    "source",
)


_NOT_PASSED_ON = frozenset({"inherits", "type"})


@dataclass(frozen=True, slots=True)
class Component:
    """One component, all that it inherits merged in."""

    name: str
    sections: Mapping[str, Any]
    metadata: Mapping[str, Any]
    own: Mapping[str, Any] = field(default_factory=dict)
    """Sections without those of its stack: its own and what it inherits."""
    inherited: frozenset[str] = frozenset()
    """Keys of its metadata that it has from others: versions of Atmos differ in that."""

    @property
    def folder(self) -> str:
        """Name the folder of its root module."""
        found = self.metadata.get("component") or self.sections.get("component")
        return found if isinstance(found, str) else self.name

    @property
    def base(self) -> str:
        """Name what it is an instance of; empty if it is the component itself."""
        return "" if self.folder == self.name else self.folder

    @property
    def is_real(self) -> bool:
        """Whether it has a state: not one that is only inherited from."""
        return self.metadata.get("type") != "abstract"

    def section(self, name: str) -> Mapping[str, Any]:
        """Give a section; an empty one if there is none."""
        found = self.sections.get(name)
        return found if isinstance(found, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Merging:
    """How a tree merges what components inherit."""

    lists: str = REPLACE
    metadata: bool = True
    """Whether metadata is inherited."""


def component_of(stack: Mapping[str, Any], name: str, how: Merging) -> Component:
    """Merge what a stack says of a component: of all, of Terraform's, of what it inherits, its own."""
    of_terraform = _mapping(stack.get("terraform"))
    found: dict[str, Any] = {}
    for section in _SECTIONS:
        if section in stack:
            found[section] = stack[section]
    found = merge(found, {key: value for key, value in of_terraform.items() if key in _SECTIONS}, how.lists)
    of_all = merge(_mapping(stack.get("metadata")), _mapping(of_terraform.get("metadata")), how.lists)
    components = _mapping(_mapping(stack.get("components")).get("terraform"))
    own, metadata = _inherited(components, name, (), how)
    written = _mapping(_mapping(components.get(name)).get("metadata"))
    overrides = _mapping(own.get(OVERRIDES))
    sections = merge(merge(found, own, how.lists), overrides, how.lists)
    return Component(
        name,
        {key: _closed(key, value) for key, value in sections.items()},
        merge(of_all, metadata, how.lists),
        own,
        frozenset(metadata.keys() - written.keys()),
    )


def _closed(section: str, value: ForeignValue) -> ForeignValue:
    """Give a section without its secrets; a backend says by itself which of its settings are secret."""
    return value if section == "backend" else closed(value)


def _inherited(
    components: Mapping[str, Any], name: str, seen: tuple[str, ...], how: Merging
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the sections of a component with those of what it inherits, and its metadata."""
    own = _mapping(components.get(name))
    metadata = _mapping(own.get("metadata"))
    found: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    written = metadata.get("inherits")
    parents = written if isinstance(written, list) else [written] if isinstance(written, str) else []
    legacy = own.get("component")
    if not parents and isinstance(legacy, str) and legacy in components and legacy != name:
        parents = [legacy]
    for parent in parents:
        if isinstance(parent, str) and parent not in seen and parent != name:
            below, of_parent = _inherited(components, parent, (*seen, name), how)
            found = merge(found, below, how.lists)
            passed = of_parent.keys() - _NOT_PASSED_ON if how.metadata else of_parent.keys() & {"component"}
            kept = merge(kept, {key: of_parent[key] for key in passed}, how.lists)
    sections = {key: value for key, value in own.items() if key != "metadata"}
    return merge(found, sections, how.lists), merge(kept, metadata, how.lists)
