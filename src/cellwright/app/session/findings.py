"""Findings that are made of a loaded fleet as a whole."""

from dataclasses import replace

from cellwright.app.session.policies import ReadPolicies
from cellwright.fleet.config.settings import Configuration
from cellwright.fleet.fleet import Fleet, says_capacity
from cellwright.model.position import Position

_NOWHERE = Position("")


def with_address_findings(fleet: Fleet) -> Fleet:
    """Add what is found of addresses."""
    if not fleet.addresses.pools:
        return fleet
    from cellwright.ipam.fleet_book import with_address_findings  # noqa: PLC0415  for fleets that have pools

    return with_address_findings(fleet)


def with_capacity_findings(fleet: Fleet) -> Fleet:
    """Add what is found of the resources that places have."""
    if not says_capacity(fleet.capacity, fleet.levels):
        return fleet
    from cellwright.capacity.findings import with_capacity_findings  # noqa: PLC0415  for fleets that say so

    return with_capacity_findings(fleet)


def with_worker_findings(fleet: Fleet, configuration: Configuration) -> Fleet:
    """Add what is found of settings for many workers."""
    if not configuration.many_workers:
        return fleet
    from cellwright.app.session.many_workers import with_worker_findings  # noqa: PLC0415  for these fleets

    return with_worker_findings(fleet, configuration)


def with_policy_findings(fleet: Fleet, policies: ReadPolicies) -> Fleet:
    """Add what is found of policies."""
    if not policies.findings:
        return fleet
    found = (*fleet.diagnostics, *policies.findings)
    ordered = sorted(found, key=lambda item: (item.position or _NOWHERE, item.summary))
    return replace(fleet, diagnostics=tuple(ordered))
