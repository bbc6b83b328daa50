"""What the relay serves: which commands of which programs, which providers, and how far it trusts each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from cellwright.model.binary import PRODUCTS, Product
from cellwright.terraform.install.version_constraint import parse_constraint

SETTING = "CELLWRIGHT_RELAY"
_OFF = frozenset(("0", "false", "no", "off"))
_OLDEST: Mapping[Product, tuple[int, int]] = {"terraform": (1, 9), "tofu": (1, 9)}
NEWEST_TRIED: Mapping[Product, tuple[int, int]] = {"terraform": (1, 15), "tofu": (1, 12)}
"""The newest minor release whose calls to providers are known (docs/relay.md)."""
_COMMANDS = frozenset(("apply", "destroy", "init", "plan", "refresh", "show", "validate"))
WITHOUT_PROVIDERS = frozenset(("force-unlock", "output", "state", "version", "workspace"))
"""Commands in which no provider is started, so the relay has nothing to do."""
_REGISTRIES = frozenset(("registry.terraform.io", "registry.opentofu.org"))
"""Both serve the same builds of the providers in `_KNOWN`."""


@dataclass(frozen=True, slots=True)
class ProviderTrust:
    """How far a provider is trusted to answer the same question in the same way."""

    schema_from_code: bool
    """Whether its schemas depend on nothing but its code; else also the environment decides."""
    cache_checks: bool
    """Whether a clean check of its configuration may be cached: it depends on nothing but the provider's
    code, the configuration and the environment."""


_KNOWN: Mapping[str, tuple[str, ProviderTrust]] = {
    # Its schema has neither defaults nor validators that look beyond the value: see docs/relay.md.
    "hashicorp/aws": (">= 5.0, < 7.0", ProviderTrust(schema_from_code=True, cache_checks=True)),
}
_UNKNOWN = ProviderTrust(schema_from_code=False, cache_checks=False)


def why_switched_off(environment: Mapping[str, str], *, setting: bool, flag: bool) -> str | None:
    """Who switched the relay off; None if nobody did. `flag` is false with `--no-relay`."""
    if not flag:
        return "--no-relay"
    if environment.get(SETTING, "").strip().lower() in _OFF:
        return f"{SETTING} is off"
    return None if setting else "terraform.relay in fleet.yaml is off"


def why_not_served(product: Product, version: Version, command: str) -> str | None:
    """Why this program or this command runs without the relay; None if it is served."""
    if _minor(version) < _OLDEST[product]:
        oldest = ".".join(map(str, _OLDEST[product]))
        return f"{PRODUCTS[product]} {version} is older than {oldest}"
    return None if command in _COMMANDS else f"not made for `{product} {command}`"


def why_untried(product: Product, version: Version) -> str | None:
    """Say that a program is newer than those that were tried; None if it is not.

    Its calls to providers may differ, so nothing is left out of a schema and every check is asked.
    """
    if _minor(version) <= NEWEST_TRIED[product]:
        return None
    newest = ".".join(map(str, NEWEST_TRIED[product]))
    return (
        f"{PRODUCTS[product]} {version} is newer than {newest}, the newest tried: "
        "schemas are served whole and every check is asked"
    )


def trust_in(address: str, version: str) -> ProviderTrust:
    """How far a provider is trusted: more than others if it is known."""
    host, _, source = address.partition("/")
    known = _KNOWN.get(source) if host in _REGISTRIES else None
    return known[1] if known is not None and _allows(known[0], version) else _UNKNOWN


def is_excepted(address: str, excepted: Collection[str]) -> bool:
    """Whether the settings keep a provider from the relay: by its address, with or without the registry."""
    return address in excepted or address.partition("/")[2] in excepted


def _minor(version: Version) -> tuple[int, int]:
    return version.major, version.minor


def _allows(constraint: str, version: str) -> bool:
    try:
        return parse_constraint(constraint).allows(Version(version))
    except InvalidVersion:
        return False
