"""When the relay steps aside: switched off, Terraform or command untested, provider not known to be safe."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from cellwright.terraform.install.version_constraint import parse_constraint

SETTING = "CELLWRIGHT_RELAY"
_OFF = frozenset(("0", "false", "no", "off"))
_TESTED_TERRAFORM = parse_constraint(">= 1.11, < 1.12")
_TESTED_COMMANDS = frozenset(("apply", "destroy", "init", "plan", "refresh", "show", "validate"))
WITHOUT_PROVIDERS = frozenset(("force-unlock", "output", "state", "version", "workspace"))
"""Commands in which Terraform starts no provider, so the relay has nothing to do."""


@dataclass(frozen=True, slots=True)
class ProviderTrust:
    """How far a provider is trusted to answer the same question in the same way."""

    cache_checks: bool
    """Whether a clean check of its configuration may be cached: it depends on nothing but the provider's
    code, the configuration and the environment."""


_KNOWN: Mapping[str, tuple[str, ProviderTrust]] = {
    # Its schema has neither defaults nor validators that look beyond the value: see docs/relay.md.
    "registry.terraform.io/hashicorp/aws": (">= 5.0, < 6.0", ProviderTrust(cache_checks=True)),
}


def why_switched_off(environment: Mapping[str, str], *, setting: bool, flag: bool) -> str | None:
    """Who switched the relay off; None if nobody did. `flag` is false with `--no-relay`."""
    if not flag:
        return "--no-relay"
    if environment.get(SETTING, "").strip().lower() in _OFF:
        return f"{SETTING} is off"
    return None if setting else "terraform.relay in fleet.yaml is off"


def why_not_tested(product: str, version: Version, command: str) -> str | None:
    """Why this Terraform or this command runs without the relay; None if both are tested with it."""
    if product != "terraform":
        return f"not tested with {product}"
    if not _TESTED_TERRAFORM.allows(version):
        return f"not tested with Terraform {version}, only with {_TESTED_TERRAFORM.text}"
    return None if command in _TESTED_COMMANDS else f"not tested with `terraform {command}`"


def trust_in(address: str, version: str, trusted: Collection[str]) -> ProviderTrust | None:
    """How far a provider is trusted; None if it is neither known to be safe nor declared safe.

    A provider that the settings declare safe (`trusted`: addresses, with or without the registry) has its
    schema cached, but the checks of its configuration are always asked of the provider.
    """
    known = _KNOWN.get(address)
    if known is not None and _allows(known[0], version):
        return known[1]
    if address in trusted or address.partition("/")[2] in trusted:
        return ProviderTrust(cache_checks=False)
    return None


def _allows(constraint: str, version: str) -> bool:
    try:
        return parse_constraint(constraint).allows(Version(version))
    except InvalidVersion:
        return False
