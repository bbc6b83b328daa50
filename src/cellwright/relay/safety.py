"""What the relay is used for: providers known to be safe with it, Terraform versions and commands tried."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from cellwright.terraform.install.version_constraint import parse_constraint

SETTING = "CELLWRIGHT_RELAY"
_OFF = frozenset(("0", "false", "no", "off"))
_TRIED_TERRAFORM = parse_constraint(">= 1.11, < 1.12")
_TRIED_COMMANDS = frozenset(("apply", "destroy", "init", "plan", "refresh", "show", "validate"))
WITHOUT_PROVIDERS = frozenset(("force-unlock", "output", "state", "version", "workspace"))
"""Commands in which no provider is started: nothing to save, nothing to explain."""


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a provider is trusted to answer the same question the same way."""

    remember_checks: bool
    """Whether a clean check of its configuration may be remembered: it depends on nothing but the provider's
    code, the configuration and the environment."""


_KNOWN: Mapping[str, tuple[str, Trust]] = {
    # Its schema has neither defaults nor validators that look beyond the value: see docs/relay.md.
    "registry.terraform.io/hashicorp/aws": (">= 5.0, < 6.0", Trust(remember_checks=True)),
}


def why_off(environment: Mapping[str, str], *, setting: bool, flag: bool) -> str | None:
    """Why somebody switched the relay off; None if nobody did. `flag` is false with `--no-relay`."""
    if not flag:
        return "--no-relay"
    if environment.get(SETTING, "").strip().lower() in _OFF:
        return f"{SETTING} is off"
    return None if setting else "terraform.relay in fleet.yaml is off"


def why_not_tried(product: str, version: Version, command: str) -> str | None:
    """Why this Terraform or this command runs without the relay; None if both have been tried with it."""
    if product != "terraform":
        return f"not tried with {product}"
    if not _TRIED_TERRAFORM.allows(version):
        return f"not tried with Terraform {version}, only with {_TRIED_TERRAFORM.text}"
    return None if command in _TRIED_COMMANDS else f"not tried with `terraform {command}`"


def trust_in(address: str, version: str, trusted: Collection[str]) -> Trust | None:
    """How far a provider is trusted; None if it is not known and nobody has said that it is safe.

    A provider that a fleet's settings call safe (`trusted`: addresses, with or without the registry) has its
    schema cached, but its checks are always asked.
    """
    known = _KNOWN.get(address)
    if known is not None and _allows(known[0], version):
        return known[1]
    if address in trusted or address.partition("/")[2] in trusted:
        return Trust(remember_checks=False)
    return None


def _allows(constraint: str, version: str) -> bool:
    try:
        return parse_constraint(constraint).allows(Version(version))
    except InvalidVersion:
        return False
