"""The messages between client and daemon: one JSON object a line, over a socket of this user's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

LINE_LIMIT = 8 << 20
"""The longest line either side takes; a grant request has every word of a configuration in it."""


class MessageError(Exception):
    """The other side sent something unexpected, or an error."""


@dataclass(frozen=True, slots=True)
class ProviderRequest:
    """One provider that a workspace uses, as its lock file names it, and its package on this machine."""

    address: str
    """`registry.terraform.io/hashicorp/aws`."""
    folder: Path
    """Its unpacked package."""
    hashes: frozenset[str]
    """The checksums that the lock file allows."""
    schema_from_code: bool
    """Whether its schemas depend on nothing but its code; else also the environment decides."""
    cache_checks: bool
    """Whether clean checks of its configuration may be answered from the cache."""

    @property
    def name(self) -> str:
        """The type part of the address: `aws`."""
        return self.address.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """A request to serve one command of Terraform in one folder."""

    workspace: Path
    """The folder that Terraform runs in, resolved."""
    command: str
    """Terraform's subcommand: `plan`."""
    providers: tuple[ProviderRequest, ...]
    types: frozenset[str] | None
    """Names that may be types which the unit uses (others do no harm); None for the whole schema."""

    def as_asked(self) -> "GrantRequest":
        """The same with nothing left out, and nothing answered that is not asked in the same environment."""
        providers = (
            replace(provider, schema_from_code=False, cache_checks=False) for provider in self.providers
        )
        return replace(self, types=None, providers=tuple(providers))

    def encode(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "workspace": str(self.workspace),
            "command": self.command,
            "types": None if self.types is None else sorted(self.types),
            "providers": [
                {
                    "address": provider.address,
                    "folder": str(provider.folder),
                    "hashes": sorted(provider.hashes),
                    "schema_from_code": provider.schema_from_code,
                    "cache_checks": provider.cache_checks,
                }
                for provider in self.providers
            ],
        }

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> "GrantRequest":
        """From JSON.

        Raises:
            MessageError: something is missing or of another type.
        """
        try:
            providers = tuple(
                ProviderRequest(
                    str(item["address"]),
                    Path(item["folder"]),
                    frozenset(map(str, item["hashes"])),
                    schema_from_code=item["schema_from_code"] is True,
                    cache_checks=item["cache_checks"] is True,
                )
                for item in body["providers"]
            )
            types = None if body["types"] is None else frozenset(map(str, body["types"]))
            return cls(Path(body["workspace"]), str(body["command"]), providers, types)
        except (KeyError, TypeError) as fault:
            raise MessageError(f"a request for a grant without {fault}") from fault


@dataclass(frozen=True, slots=True)
class GrantUsage:
    """What the relay has done for a grant so far."""

    schemas: int = 0
    """Schema calls answered without a provider."""
    checks: int = 0
    """Provider configuration checks answered without a provider."""
    forwarded: int = 0
    """Calls forwarded to a provider."""
    changing: int = 0
    """Calls forwarded that may change something: those of an apply."""
    started: int = 0
    """Provider processes started."""
    seconds: float = 0.0
    """How long the answered calls had taken when a provider answered them itself."""

    def __add__(self, other: "GrantUsage") -> "GrantUsage":
        return GrantUsage(
            self.schemas + other.schemas,
            self.checks + other.checks,
            self.forwarded + other.forwarded,
            self.changing + other.changing,
            self.started + other.started,
            self.seconds + other.seconds,
        )

    def encode(self) -> dict[str, float]:
        """As JSON."""
        return {
            "schemas": self.schemas,
            "checks": self.checks,
            "forwarded": self.forwarded,
            "changing": self.changing,
            "started": self.started,
            "seconds": self.seconds,
        }

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> "GrantUsage":
        """From JSON.

        Raises:
            MessageError: something is missing or of another type.
        """
        try:
            schemas, checks, forwarded, changing, started = (
                int(body[name]) for name in ("schemas", "checks", "forwarded", "changing", "started")
            )
            return cls(schemas, checks, forwarded, changing, started, float(body["seconds"]))
        except (KeyError, TypeError, ValueError, OverflowError) as fault:
            raise MessageError(f"the usage of a grant without {fault}") from fault


def write_line(verb: str, body: Mapping[str, Any]) -> bytes:
    """One request or answer as a line."""
    return json.dumps({"verb": verb, "body": body}).encode() + b"\n"


def read_line(line: bytes) -> tuple[str, Mapping[str, Any]]:
    """Read one request or answer.

    Raises:
        MessageError: the line is not a message.
    """
    try:
        message = json.loads(line)
        verb, body = message["verb"], message["body"]
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise MessageError("a line that is not a message") from fault
    if not isinstance(verb, str) or not isinstance(body, dict):
        raise MessageError("a line that is not a message")
    return verb, body
