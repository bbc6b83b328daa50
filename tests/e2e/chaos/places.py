"""Where a fleet's states lie, looked at from outside: what each one really holds, whatever was answered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from e2e.kit.bucket import NAME, SETTINGS, keys_in
from e2e.kit.state_server import StateServer


class States(Protocol):
    """The states of one fleet."""

    @property
    def settings(self) -> Mapping[str, Any] | None:
        """`state` of the fleet's fleet.yaml; None for what is used without one."""

    def content(self, unit: str) -> bytes:
        """The state of a unit; empty where there is none."""

    def put(self, unit: str, content: bytes) -> None:
        """Replace the state of a unit, as `state push -force` does."""

    def unlock(self) -> list[str]:
        """Remove all locks, as a person does who knows that nobody works there; says which."""


@dataclass(frozen=True, slots=True)
class LocalStates:
    """Files in the fleet's own folder."""

    root: Path
    settings: None = None

    def content(self, unit: str) -> bytes:
        path = self._path(unit)
        return path.read_bytes() if path.exists() else b""

    def put(self, unit: str, content: bytes) -> None:
        self._path(unit).write_bytes(content)

    def _path(self, unit: str) -> Path:
        return self.root / ".cellwright" / "states" / f"{unit}.tfstate"

    def unlock(self) -> list[str]:
        return []


@dataclass(frozen=True, slots=True)
class ServedStates:
    """On a state server."""

    server: StateServer

    @property
    def settings(self) -> Mapping[str, Any]:
        return self.server.settings

    def content(self, unit: str) -> bytes:
        return self.server.states.get(f"/{unit}", b"")

    def put(self, unit: str, content: bytes) -> None:
        self.server.states[f"/{unit}"] = content

    def unlock(self) -> list[str]:
        left = list(self.server.locks)
        self.server.locks.clear()
        return left


@dataclass(frozen=True, slots=True)
class BucketStates:
    """In a bucket of the emulated S3."""

    client: Any

    @property
    def settings(self) -> Mapping[str, Any]:
        return {"backend": "s3", "config": SETTINGS}

    def content(self, unit: str) -> bytes:
        key = f"{unit}.tfstate"
        return (
            self.client.get_object(Bucket=NAME, Key=key)["Body"].read()
            if key in keys_in(self.client)
            else b""
        )

    def put(self, unit: str, content: bytes) -> None:
        self.client.put_object(Bucket=NAME, Key=f"{unit}.tfstate", Body=content)

    def unlock(self) -> list[str]:
        left = [key for key in keys_in(self.client) if key.endswith(".tflock")]
        for key in left:
            self.client.delete_object(Bucket=NAME, Key=key)
        return left


def triggers_in(states: States, unit: str) -> list[str] | None:
    """What a worker's resource was made for, by its state; None if the state holds no whole one."""
    try:
        resources = json.loads(states.content(unit) or b"{}").get("resources", [])
    except ValueError:
        return None
    for resource in resources:
        for instance in resource["instances"]:
            if resource["type"] == "terraform_data" and instance.get("status") != "tainted":
                value: list[str] = instance["attributes"]["triggers_replace"]["value"]
                return value
    return None
