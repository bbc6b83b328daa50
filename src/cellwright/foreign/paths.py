"""Which setting of a backend names the state, and where a workspace has its own."""

from collections.abc import Mapping
from typing import Any

PATH_SETTINGS: Mapping[str, str] = {
    "azurerm": "key",
    "consul": "path",
    "cos": "key",
    "gcs": "prefix",
    "http": "address",
    "kubernetes": "secret_suffix",
    "local": "path",
    "oci": "key",
    "oss": "key",
    "pg": "schema_name",
    "s3": "key",
}
"""By backend: the setting that differs from unit to unit. Other backends are not taken over."""

_LOCAL_WORKSPACES = "terraform.tfstate.d"


def in_workspace(kind: str, config: Mapping[str, Any], workspace: str) -> Mapping[str, Any]:
    """Give a backend's settings such that the default workspace is where `workspace` has its state."""
    found = {name: value for name, value in config.items() if name not in _OF_WORKSPACES}
    name = PATH_SETTINGS.get(kind, "")
    path = config.get(name)
    if not isinstance(path, str):
        return found
    if kind == "s3":
        prefix = config.get("workspace_key_prefix") or "env:"
        return {**found, name: f"{prefix}/{workspace}/{path}"}
    if kind == "local":
        folder, _, file = path.rpartition("/")
        where = config.get("workspace_dir") or _LOCAL_WORKSPACES
        below = where if str(where).startswith("/") else f"{folder}/{where}"
        return {**found, name: f"{below}/{workspace}/{file}"}
    if kind == "azurerm":
        return {**found, name: f"{path}env:{workspace}"}
    return found


_OF_WORKSPACES = frozenset({"workspace_key_prefix", "workspace_dir"})
"""Settings that say where the states of workspaces lie: units are in none."""


def follows_workspaces(kind: str) -> bool:
    """Tell whether it is known where a backend keeps the states of its workspaces."""
    return kind in {"azurerm", "local", "s3"}
