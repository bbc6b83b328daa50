"""What client and daemon say to each other: one JSON object a line, over a socket of this user's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LINE_LIMIT = 8 << 20
"""The longest line either side takes; a grant names every word of a configuration that may be a type."""


class ControlError(Exception):
    """The other side said something unexpected, or that it cannot."""


@dataclass(frozen=True, slots=True)
class ProviderOrder:
    """One provider that a workspace uses, as its lock file and a mirror or `.terraform/providers` have it."""

    address: str
    """`registry.terraform.io/hashicorp/aws`."""
    folder: Path
    """Its unpacked package."""
    hashes: frozenset[str]
    """What the lock file allows."""
    remember: bool
    """Whether clean checks of its configuration may be remembered."""

    @property
    def name(self) -> str:
        """The type part of the address: `aws`."""
        return self.address.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class GrantOrder:
    """What a client asks for: to serve one command of Terraform in one folder."""

    workspace: Path
    command: str
    providers: tuple[ProviderOrder, ...]
    types: frozenset[str] | None
    """Names that may be types this unit uses (others do no harm); None for the whole schema."""

    def encode(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "workspace": str(self.workspace),
            "command": self.command,
            "types": None if self.types is None else sorted(self.types),
            "providers": [
                {
                    "address": order.address,
                    "folder": str(order.folder),
                    "hashes": sorted(order.hashes),
                    "remember": order.remember,
                }
                for order in self.providers
            ],
        }

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> "GrantOrder":
        """From JSON.

        Raises:
            ControlError: something is missing or of another type.
        """
        try:
            providers = tuple(
                ProviderOrder(
                    str(item["address"]),
                    Path(item["folder"]),
                    frozenset(map(str, item["hashes"])),
                    item["remember"] is True,
                )
                for item in body["providers"]
            )
            types = None if body["types"] is None else frozenset(map(str, body["types"]))
            return cls(Path(body["workspace"]), str(body["command"]), providers, types)
        except (KeyError, TypeError) as fault:
            raise ControlError(f"an order for a grant that lacks {fault}") from fault


@dataclass(frozen=True, slots=True)
class Tally:
    """What a grant did so far."""

    schemas: int = 0
    """Schema calls answered without a provider."""
    checks: int = 0
    """Provider configuration checks answered without a provider."""
    passed: int = 0
    """Calls passed on to a provider."""
    started: int = 0
    """Provider processes started."""
    seconds: float = 0.0
    """What the answered calls had taken when a provider answered them itself."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.schemas + other.schemas,
            self.checks + other.checks,
            self.passed + other.passed,
            self.started + other.started,
            self.seconds + other.seconds,
        )

    def encode(self) -> dict[str, float]:
        """As JSON."""
        return {
            "schemas": self.schemas,
            "checks": self.checks,
            "passed": self.passed,
            "started": self.started,
            "seconds": self.seconds,
        }

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> "Tally":
        """From JSON.

        Raises:
            ControlError: something is missing or of another type.
        """
        try:
            schemas, checks, passed, started = (
                int(body[name]) for name in ("schemas", "checks", "passed", "started")
            )
            return cls(schemas, checks, passed, started, float(body["seconds"]))
        except (KeyError, TypeError, ValueError) as fault:
            raise ControlError(f"a tally that lacks {fault}") from fault


def write_line(verb: str, body: Mapping[str, Any]) -> bytes:
    """One order or answer as a line."""
    return json.dumps({"verb": verb, "body": body}).encode() + b"\n"


def read_line(line: bytes) -> tuple[str, Mapping[str, Any]]:
    """Read one order or answer.

    Raises:
        ControlError: the line is none.
    """
    try:
        message = json.loads(line)
        verb, body = message["verb"], message["body"]
    except (ValueError, KeyError, TypeError) as fault:
        raise ControlError("a line that is no message") from fault
    if not isinstance(verb, str) or not isinstance(body, dict):
        raise ControlError("a line that is no message")
    return verb, body
