"""Where the state of a component lies: its backend as Atmos completes it, and the workspace of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cellwright.foreign.atmos.component import Component
from cellwright.foreign.atmos.values import Values
from cellwright.foreign.paths import follows_workspaces, in_workspace
from cellwright.foreign.tree import ForeignBackend, ForeignValue, Unreadable
from cellwright.model.position import Position

CONTEXT = ("namespace", "tenant", "environment", "stage")
"""Variables that names of stacks and workspaces are made of."""


@dataclass(frozen=True, slots=True)
class Places:
    """Tells where states lie."""

    values: Values
    has_workspaces: bool

    def backend(
        self,
        component: Component,
        position: Position,
        context: Mapping[str, Any],
        source: Path | str | Unreadable,
    ) -> ForeignBackend:
        """Give the backend of a component; without a place if that can't be told."""
        stack = str(context["stack"])
        kind = self.values.value(component.sections.get("backend_type") or "local", stack, context)
        if not isinstance(kind, str):
            return _without_place("?", {}, position, "its kind of backend can't be told")
        written = component.section("backend").get(kind)
        told = self.values.value(written if written is not None else {}, stack, context)
        if not isinstance(told, Mapping):
            return _without_place(kind, {}, position, "the settings of its backend can't be told")
        found = _completed(kind, dict(told), component)
        if kind == "local":
            path = found.get("path", "terraform.tfstate")
            if isinstance(source, Path) and isinstance(path, str):
                found["path"] = str(source / path)
            elif not isinstance(path, str) or not Path(path).is_absolute():
                why = "it lies in the folder that Atmos makes of a source"
                return _without_place(kind, found, position, why)
        if not self.has_workspaces or kind == "http":
            return ForeignBackend(kind=kind, config=found, position=position)
        return self._in_workspace(kind, found, position, self.workspace(component, context))

    def _in_workspace(
        self, kind: str, found: Mapping[str, Any], position: Position, workspace: str | None
    ) -> ForeignBackend:
        if workspace is None:
            return _without_place(kind, found, position, "the name of its workspace can't be told")
        if not isinstance(found.get("workspace_key_prefix", ""), str):
            return _without_place(kind, found, position, "its workspace_key_prefix can't be told")
        if not follows_workspaces(kind):
            why = f"where the backend {kind} keeps the states of workspaces is not known here"
            return _without_place(kind, found, position, why)
        return ForeignBackend(kind=kind, config=dict(in_workspace(kind, found, workspace)), position=position)

    def workspace(self, component: Component, context: Mapping[str, Any]) -> str | None:
        """Name the workspace of a component; None if that can't be told."""
        metadata = component.metadata
        for name in ("terraform_workspace_template", "terraform_workspace"):
            if metadata.get(name) is not None:
                found = self.values.text(metadata[name], context)
                return None if found is None else found.replace("/", "-")
        pattern = metadata.get("terraform_workspace_pattern")
        if pattern is not None:
            return self._of_pattern(str(pattern), component, context)
        stack = str(context["stack"])
        return (f"{stack}-{component.name}" if component.base else stack).replace("/", "-")

    def _of_pattern(self, pattern: str, component: Component, context: Mapping[str, Any]) -> str | None:
        variables = component.section("vars")
        own: dict[str, ForeignValue] = {"component": component.name, "base-component": component.base}
        for name in (*CONTEXT, *own):
            if f"{{{name}}}" in pattern:
                value = own.get(name) or self.values.value(variables.get(name), "", context)
                if not isinstance(value, str | int) and value is not None:
                    return None
                pattern = pattern.replace(f"{{{name}}}", "" if value is None else str(value))
        return pattern.replace("/", "-")


def _completed(kind: str, found: dict[str, Any], component: Component) -> dict[str, Any]:
    prefix = str(component.metadata.get("name") or component.base or component.name).replace("/", "-")
    if kind == "s3":
        found.setdefault("key", "terraform.tfstate")
        if not found.get("workspace_key_prefix"):
            found["workspace_key_prefix"] = prefix
    elif kind == "azurerm":
        above = found.get("key")
        if isinstance(above, str | None):
            found["key"] = f"{above}/{prefix}.terraform.tfstate" if above else f"{prefix}.terraform.tfstate"
    return found


def _without_place(kind: str, config: Mapping[str, Any], position: Position, why: str) -> ForeignBackend:
    lost = Unreadable(kind, position, why)
    return ForeignBackend(
        kind=kind, config={**config, "key": lost, "path": lost, "prefix": lost}, position=position
    )
