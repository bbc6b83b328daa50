"""Reads a tree of Atmos: a cell for each stack, a unit for each real component of it."""

import fnmatch
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cellwright.foreign.atmos.component import Component, Merging, component_of
from cellwright.foreign.atmos.manifest import REPLACE, Manifests
from cellwright.foreign.atmos.places import CONTEXT, Places
from cellwright.foreign.atmos.reading import PLACES, Templated, mapping, read_yaml
from cellwright.foreign.atmos.settings import FILES, Settings
from cellwright.foreign.atmos.values import VERSIONS, Values
from cellwright.foreign.atmos.vendored import Vendored
from cellwright.foreign.environment import of_environment, steering
from cellwright.foreign.files import shown
from cellwright.foreign.sources import SourceMap
from cellwright.foreign.tree import (
    ForeignTree,
    ForeignUnit,
    ForeignValue,
    Unreadable,
)
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, warning
from cellwright.model.names import means_secret
from cellwright.model.position import Position

_STEERING = (
    "ATMOS_BASE_PATH",
    "ATMOS_COMPONENTS_",
    "ATMOS_PROFILE",
    "ATMOS_STACKS_",
    "TF_CLI_ARGS",
    "TF_WORKSPACE",
)
_ENVIRONMENT = frozenset({"AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"})
"""Variables that a cell may set without being asked."""


def read_atmos(
    root: Path,
    environment: Mapping[str, str],
    sources: SourceMap | None = None,
    is_secret: Callable[[str], bool] = means_secret,
) -> ForeignTree:
    """Read all stacks of a tree.

    Raises:
        DiagnosticError: a file can't be read (all faults), or there is no stack.
    """
    return _Reading(root, sources or SourceMap(), environment, is_secret).read()


@dataclass
class _Stack:
    """One stack, merged."""

    name: str
    file: Path
    content: Mapping[str, Any]


@dataclass
class _Reading:
    root: Path
    sources: SourceMap
    environment: Mapping[str, str]
    is_secret: Callable[[str], bool]
    faults: list[Diagnostic] = field(default_factory=list)
    notes: dict[tuple[object, str], Diagnostic] = field(default_factory=dict)
    _locks: Mapping[str, Any] | None = None
    """Tracks of locked versions, once they are read."""
    _merging: Merging = field(default_factory=Merging)
    _keys: dict[tuple[str, str], str] = field(default_factory=dict)
    """Keys of units by names of stack and component."""

    def __post_init__(self) -> None:
        self._values = Values(self.root, self.environment, self._keys, self.is_secret)
        self._places = Places(self._values, has_workspaces=True)
        self._settings = Settings(self.root, self._values)

    def read(self) -> ForeignTree:
        self._settings.read()
        for note in self._settings.notes:
            self._note(note)
        has_workspaces = self._of_terraform("workspaces_enabled") is not False
        self._places = Places(
            self._values,
            has_workspaces=has_workspaces,
            separator=str(
                self._settings.get("components", "terraform", "workspace", "prefix_separator") or "-"
            ),
            generates=self._settings.get("components", "terraform", "auto_generate_backend_file")
            is not False,
        )
        self._merging = Merging(
            str(self._settings.get("settings", "list_merge_strategy") or REPLACE),
            self._settings.get("stacks", "inherit", "metadata") is not False,
        )
        stacks = list(self._stacks())
        found: list[tuple[_Stack, Component]] = []
        for stack in stacks:
            for component in self._components(stack):
                key = (stack.name, component.name)
                if key in self._keys:
                    self._note(
                        error(
                            f"the stack '{stack.name}' has '{component.name}' in two files",
                            "the second one is left out",
                            self._at(stack, component.name),
                        )
                    )
                    continue
                self._keys[key] = "/".join(key)
                found.append((stack, component))
        if self.faults:
            raise DiagnosticError(*self.faults)
        if not found:
            raise DiagnosticError(
                *self.notes.values(),
                error(
                    f"no stack of {self.root} has a component of Terraform",
                    "a fleet is made of those; name the folder of an atmos.yaml whose stacks have some",
                ),
            )
        units = tuple(self._unit(stack, component) for stack, component in found)
        self._tell_of_environment()
        read = self._values.from_environment.keys() & self.environment.keys()
        return ForeignTree(
            units=units, folder=self.root, notes=tuple(self.notes.values()), from_environment=frozenset(read)
        )

    def _of_terraform(self, *path: str) -> Any:  # noqa: ANN401  as it is written
        return self._settings.get("components", "terraform", *path)

    def _stacks(self) -> Iterator[_Stack]:
        base = self._settings.folder("stacks", "base_path", default="stacks")
        manifests = Manifests(self.root, base, self.sources, self._merging.lists)
        for path in sorted({*base.rglob("*.yaml"), *base.rglob("*.yml")}):
            if not self._is_included(path.relative_to(base).as_posix()):
                continue
            try:
                content = manifests.merged(path)
            except DiagnosticError as fault:
                self.faults.extend(fault.diagnostics)
                continue
            yield _Stack("", path, content)
        for note in manifests.notes:
            self._note(note)

    def _is_included(self, name: str) -> bool:
        included = self._settings.get("stacks", "included_paths") or ["**/*"]
        excluded = self._settings.get("stacks", "excluded_paths") or []
        return any(_matches(name, item) for item in included) and not any(
            _matches(name, item) for item in excluded
        )

    def _components(self, stack: _Stack) -> Iterator[Component]:
        components = stack.content.get("components")
        of_terraform = components.get("terraform") if isinstance(components, Mapping) else None
        for other in sorted(set(components or ()) - {"terraform"}) if isinstance(components, Mapping) else ():
            advice = "a fleet has root modules of Terraform alone"
            self._note(warning(f"components of '{other}' are not taken over", advice, self._at(stack)))
        for name in sorted(of_terraform or ()):
            component = component_of(stack.content, name, self._merging)
            if not component.is_real:
                continue
            stack.name = stack.name or self._name(stack, component)
            if not stack.name:
                self._note(
                    error(
                        "the name of the stack can't be told, so none of its components is taken over",
                        "its name_template does more than name values, or they are not there; give the "
                        "manifest a `name:`",
                        self._at(stack),
                    )
                )
                return
            yield component

    def _name(self, stack: _Stack, component: Component) -> str:
        own = stack.content.get("name")
        if isinstance(own, str | Templated):
            return self._values.text(own, self._naming(component)) or ""
        template, pattern = (
            self._settings.get("stacks", "name_template"),
            self._settings.get("stacks", "name_pattern"),
        )
        variables = component.section("vars")
        if isinstance(template, str) and template:
            return self._values.text(template, self._naming(component)) or ""
        if isinstance(pattern, str) and pattern:
            for name in CONTEXT:
                if f"{{{name}}}" in pattern:
                    value = self._values.value(variables.get(name), "", self._naming(component))
                    if not isinstance(value, str):
                        return ""
                    pattern = pattern.replace(f"{{{name}}}", value)
            return pattern
        return self._manifest(stack)

    def _naming(self, component: Component) -> Mapping[str, Any]:
        """Give what a template may name that names a stack."""
        return {**component.sections, "vars": component.section("vars"), "atmos_component": component.name}

    def _manifest(self, stack: _Stack) -> str:
        base = self._settings.folder("stacks", "base_path", default="stacks")
        return stack.file.relative_to(base).with_suffix("").as_posix()

    def _unit(self, stack: _Stack, component: Component) -> ForeignUnit:
        context = self._context(stack, component)
        position = self._at(stack, component.name)
        vendored = Vendored(
            self.root, self.sources, self._values, str(self._settings.get("vendor", "base_path") or "")
        )
        folder = self._settings.folder("components", "terraform", "base_path", default="components/terraform")
        source = vendored.source(component, folder, position, stack.name, context)
        inputs = self._inputs(stack, component, context)
        self._tell(stack, component)
        return ForeignUnit(
            key=self._keys[stack.name, component.name],
            cell=stack.name,
            stack=component.name,
            source=source,
            inputs=inputs,
            enabled=component.metadata.get("enabled") is not False,
            backend=self._places.backend(component, position, context, source),
            environment=self._environment(stack, component, context),
            needs=tuple(self._needs(stack, component, context)),
            position=position,
        )

    def _inputs(
        self, stack: _Stack, component: Component, context: Mapping[str, Any]
    ) -> Mapping[str, ForeignValue]:
        found = self._values.value(component.sections.get("vars") or {}, stack.name, context)
        if isinstance(found, Mapping):
            return found
        lost = found if isinstance(found, Unreadable) else None
        self._note(
            error(
                f"the inputs of '{component.name}' in {stack.name} are not written: "
                + (lost.why if lost else "they are no mapping"),
                f"they are: {lost.text if lost else found}",
                lost.position if lost else self._at(stack, component.name),
            )
        )
        return {}

    def _environment(self, stack: _Stack, component: Component, context: Mapping[str, Any]) -> dict[str, str]:
        """Give the variables of the environment that a cell may set; `_tell` names the others."""
        found = {
            name: self._values.value(value, stack.name, context)
            for name, value in component.section("env").items()
            if name in _ENVIRONMENT
        }
        for name, value in found.items():
            if not isinstance(value, str):
                position = (
                    value.position if isinstance(value, Unreadable) else self._at(stack, component.name)
                )
                summary = f"{name} of '{component.name}' in {stack.name} is not written: it can't be told"
                self._note(warning(summary, "write it into the cell's `environment`", position))
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def _context(self, stack: _Stack, component: Component) -> Mapping[str, Any]:
        versions = self._versions(stack)
        found = {
            **component.sections,
            VERSIONS: versions,
            "version": {name: item.get("digest") or item.get("version") for name, item in versions.items()},
            "metadata": component.metadata,
            "stack": stack.name,
            "component": component.name,
            "atmos_stack": stack.name,
            "atmos_component": component.name,
            "atmos_stack_file": self._manifest(stack),
            "atmos_manifest": self._manifest(stack),
        }
        return {**found, "workspace": self._places.workspace(component, found)}

    def _versions(self, stack: _Stack) -> Mapping[str, Mapping[str, Any]]:
        """Give the locked versions of a stack's track, by name."""
        if self._locks is None:
            path = self.root / str(self._settings.get("version", "lock_file") or "versions.lock.yaml")
            self._locks = mapping(read_yaml(path, self.root).get("tracks")) if path.is_file() else {}
        written = mapping(stack.content.get("version")).get("track")
        track = written or self._settings.get("version", "track") or "default"
        return {name: mapping(item) for name, item in mapping(self._locks.get(str(track))).items()}

    def _needs(self, stack: _Stack, component: Component, context: Mapping[str, Any]) -> Iterator[str]:
        written = component.section("settings").get("depends_on")
        entries = list(written.values()) if isinstance(written, Mapping) else written
        more = component.section("dependencies").get("components")
        for item in (
            *(entries if isinstance(entries, list) else ()),
            *(more if isinstance(more, list) else ()),
        ):
            if not isinstance(item, Mapping):
                continue
            name = item.get("component") or item.get("name")
            there = self._values.value(item.get("stack", stack.name), stack.name, context)
            if any(part in item for part in CONTEXT):
                values = {
                    **component.section("vars"),
                    **{part: item[part] for part in CONTEXT if part in item},
                }
                other = Component(component.name, {**component.sections, "vars": values}, {})
                there = self._name(_Stack("", stack.file, {}), other)
            key = self._keys.get((there, name)) if isinstance(there, str) and isinstance(name, str) else None
            if key is not None:
                yield key
            else:
                self._note(
                    warning(
                        f"'{component.name}' of {stack.name} is no longer made to wait for '{name}'",
                        "it is no component of a stack of the tree, or its stack's name can't be told",
                        self._at(stack, component.name),
                    )
                )

    def _tell(self, stack: _Stack, component: Component) -> None:
        if component.metadata.get("locked") is True:
            self._note(
                warning(
                    f"'{component.name}' of {stack.name} is locked, and is not here",
                    "switch it off in its cell by `enabled: false`, or protect it: docs/policies.md",
                    self._at(stack, component.name),
                )
            )
        for name, advice in (
            ("env", "allow it by `terraform.environment_allow` and write it into the cell's `environment`"),
            ("providers", "Cellwright generates no files: put it into the root module"),
            ("command", "name the program by `terraform:` in fleet.yaml"),
            ("hooks", "nothing runs beside Terraform: do it in the pipeline"),
        ):
            written = component.sections.get(name)
            if written and not (name == "env" and mapping(written).keys() <= _ENVIRONMENT):
                summary = f"`{name}` of '{component.name}' is not taken over"
                position = self._at(stack, component.name)
                self.notes.setdefault((None, summary), warning(summary, advice, position))  # once

    def _tell_of_environment(self) -> None:
        for note in of_environment(self._values.from_environment, self._values.secrets, self.environment):
            self._note(note)
        for note in steering(self.environment, _STEERING, Position(FILES[0], 1, 1)):
            self._note(note)

    def _at(self, stack: _Stack, component: str = "") -> Position:
        """Tell where a stack stands, or a component of it."""
        found = mapping(stack.content.get(PLACES)).get(component)
        return found if isinstance(found, Position) else Position(shown(stack.file, self.root), 1, 1)

    def _note(self, item: Diagnostic) -> None:
        self.notes.setdefault((item.position, item.summary), item)


def _matches(name: str, pattern: object) -> bool:
    """Tell whether a path is one that a pattern means; `**` stands for any folders, also none."""
    text = str(pattern)
    if not text.endswith((".yaml", ".yml")):
        names = {name.removesuffix(".yaml").removesuffix(".yml"), name}
    else:
        names = {name}
    return any(
        fnmatch.fnmatchcase(item, text) or fnmatch.fnmatchcase(item, text.replace("**/", ""))
        for item in names
    )
