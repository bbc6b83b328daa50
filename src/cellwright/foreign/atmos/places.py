"""Where the state of a component lies: its backend as Atmos completes it, and the workspace of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cellwright.foreign.atmos.component import Component
from cellwright.foreign.atmos.reading import mapping
from cellwright.foreign.atmos.values import Values
from cellwright.foreign.expressions.values import NoValue
from cellwright.foreign.files import backend_in, configuration_in, constants
from cellwright.foreign.paths import PATH_SETTINGS, follows_workspaces, in_workspace
from cellwright.foreign.tree import ForeignBackend, ForeignValue, Unreadable
from cellwright.model.position import Position

CONTEXT = ("namespace", "tenant", "environment", "stage")
"""Variables that names of stacks and workspaces are made of."""
_WRITTEN = "backend.tf.json"
_PLACES: Mapping[str, str] = {"azurerm": "key", "gcs": "prefix", "s3": "workspace_key_prefix"}
"""By backend: the setting that Atmos makes of a component's name."""


@dataclass(frozen=True, slots=True)
class Places:
    """Tells where states lie."""

    values: Values
    has_workspaces: bool
    separator: str = "-"
    """What stands for `/` in names of places that are made of a component's."""
    generates: bool = True
    """Whether Atmos writes the backend beside the code; else the code has one itself."""

    def backend(
        self,
        component: Component,
        position: Position,
        context: Mapping[str, Any],
        source: Path | str | Unreadable,
    ) -> ForeignBackend:
        """Give the backend of a component; without a place if that can't be told."""
        kind, found = "?", dict[str, Any]()
        try:
            kind = self._kind(component, context)
            found = self._settings(kind, component, context)
            in_code = self._in_code(source)
            if not kind:
                kind, found = _of_code(in_code, source)
            else:
                self._complete(kind, found, component, in_code[0] if in_code is not None else kind)
            if kind == "local":
                found["path"] = _local(found, source)
            if self.has_workspaces and kind != "http":
                found = self._in_workspace(kind, found, self.workspace(component, context))
        except NoValue as fault:
            return _without_place(kind or "local", found, position, fault.why)
        return ForeignBackend(kind=kind, config=found, position=position)

    def _in_code(self, source: Path | str | Unreadable) -> tuple[str, dict[str, Any]] | None:
        """Give the backend that the code of a component has itself, not one that Atmos has written there."""
        for file in configuration_in(source, self.values.root) if isinstance(source, Path) else ():
            block = None if self.generates and file.path.name == _WRITTEN else backend_in((file,))
            if block is not None:
                return (block.labels[0] if block.labels else block.kind), constants(file, block.body)
        return None

    def _kind(self, component: Component, context: Mapping[str, Any]) -> str:
        """Name the backend; nothing if only the code has one."""
        written = component.sections.get("backend_type") or ""
        kind = self.values.value(written, str(context["stack"]), context)
        if not isinstance(kind, str):
            raise NoValue("its kind of backend can't be told")
        return kind

    def _settings(self, kind: str, component: Component, context: Mapping[str, Any]) -> dict[str, Any]:
        backend = component.section("backend")
        if kind and backend and kind not in backend:
            raise NoValue(f"its `backend` has no section '{kind}'")
        found = self.values.value(backend.get(kind) or {}, str(context["stack"]), context)
        if not isinstance(found, Mapping):
            raise NoValue("the settings of its backend can't be told")
        return dict(found)

    def _complete(self, kind: str, found: dict[str, Any], component: Component, in_code: str) -> None:
        """Complete the settings of a backend as Atmos does."""
        if in_code != kind and not self.generates:
            raise NoValue(f"its code has the backend {in_code}")
        name = _PLACES.get(kind, "")
        own = mapping(mapping(component.own.get("backend")).get(kind))
        above = found.get(name)
        if not name or (above and (kind != "azurerm" or name in own)):
            return
        metadata = component.metadata
        if not metadata.get("name") and "component" in component.inherited:
            raise NoValue(
                f"what its {name} is made of differs by version of Atmos: write its {name}, or "
                "`metadata.component` at the component itself"
            )
        base = str(metadata.get("name") or component.base or component.name)
        prefix = base if self.separator == "/" else base.replace("/", self.separator)
        if kind != "azurerm":
            found[name] = prefix
        elif isinstance(above, str | None):
            found[name] = f"{above}/{prefix}.terraform.tfstate" if above else f"{prefix}.terraform.tfstate"

    def _in_workspace(self, kind: str, found: Mapping[str, Any], workspace: str | None) -> dict[str, Any]:
        if workspace is None:
            raise NoValue("the name of its workspace can't be told")
        if not isinstance(found.get("workspace_key_prefix", ""), str):
            raise NoValue("its workspace_key_prefix can't be told")
        if not follows_workspaces(kind):
            raise NoValue(f"where the backend {kind} keeps the states of workspaces is not known here")
        return dict(in_workspace(kind, found, workspace))

    def workspace(self, component: Component, context: Mapping[str, Any]) -> str | None:
        """Name the workspace of a component; None if that can't be told."""
        metadata = component.metadata
        for name in ("terraform_workspace_template", "terraform_workspace_pattern", "terraform_workspace"):
            if metadata.get(name) is None:
                continue
            if name == "terraform_workspace_pattern":
                return self._of_pattern(str(metadata[name]), component, context)
            found = self.values.text(metadata[name], context)
            return None if found is None else found.replace("/", "-")
        stack = str(context["stack"])
        return (f"{stack}-{component.name}" if component.base else stack).replace("/", "-")

    def _of_pattern(self, pattern: str, component: Component, context: Mapping[str, Any]) -> str | None:
        variables = component.section("vars")
        own: dict[str, ForeignValue] = {"component": component.name, "base-component": component.base}
        for name in (*CONTEXT, "region", *own):
            if f"{{{name}}}" in pattern:
                value = own.get(name) or self.values.value(variables.get(name), "", context)
                if not isinstance(value, str | int) and value is not None:
                    return None
                pattern = pattern.replace(f"{{{name}}}", "" if value is None else str(value))
        return None if "{" in pattern else pattern.replace("/", "-")


def _of_code(
    in_code: tuple[str, dict[str, Any]] | None, source: Path | str | Unreadable
) -> tuple[str, dict[str, Any]]:
    if in_code is None and not isinstance(source, Path):
        raise NoValue("it has no `backend_type`, and its code is not here")
    return in_code or ("local", {})


def _local(found: Mapping[str, Any], source: Path | str | Unreadable) -> str:
    """Give where a state lies that is a file."""
    path = found.get("path", "terraform.tfstate")
    if isinstance(path, str) and (isinstance(source, Path) or Path(path).is_absolute()):
        return str(source / path) if isinstance(source, Path) else path
    raise NoValue("it lies in the folder that Atmos makes of a source")


def _without_place(kind: str, config: Mapping[str, Any], position: Position, why: str) -> ForeignBackend:
    lost = Unreadable(kind, position, why)
    name = PATH_SETTINGS.get(kind, "")
    return ForeignBackend(kind=kind, config={**config, name: lost}, position=position)
