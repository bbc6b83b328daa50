"""Whether programs may be fetched, and from where: the settings, and the environment which is stronger."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cellwright.model.binary import Product
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.web_address import address_fault
from cellwright.terraform.install.fetch.product_releases import (
    RELEASES,
    ProductReleases,
    releases_variable,
)

FETCH_VARIABLE = "CELLWRIGHT_FETCH"
_OFF = frozenset(("0", "false", "no", "off"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """What `terraform:` in fleet.yaml says about fetching."""

    allowed: bool = True
    mirrors: tuple[tuple[Product, str], ...] = ()
    """Addresses that stand for the products' own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """Whether and from where programs are fetched."""

    forbidden_by: str | None = None
    """What says that nothing is fetched; None if it may be."""
    releases: Mapping[Product, ProductReleases] = field(default_factory=lambda: RELEASES)


def fetch_policy(
    settings: FetchSettings,
    environment: Mapping[str, str],
    releases: Mapping[Product, ProductReleases] = RELEASES,
) -> FetchPolicy:
    """Combine the settings with the environment.

    Raises:
        DiagnosticError: an address in the environment can't be one.
    """
    mirrors = dict(settings.mirrors)
    for product, its in releases.items():
        if address := environment.get(releases_variable(its)):
            if fault := address_fault(address):
                summary = f"{releases_variable(its)} can't be used: {fault}"
                raise DiagnosticError(error(summary, f"write an address such as {its.address}"))
            mirrors[product] = address
    forbidden_by = None
    if environment.get(FETCH_VARIABLE, "").lower() in _OFF:
        forbidden_by = f"{FETCH_VARIABLE}={environment[FETCH_VARIABLE]}"
    elif not settings.allowed:
        forbidden_by = "`terraform.fetch: false` in fleet.yaml"
    return FetchPolicy(
        forbidden_by=forbidden_by,
        releases={
            product: replace(its, address=mirrors.get(product, its.address))
            for product, its in releases.items()
        },
    )
