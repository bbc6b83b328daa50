"""Policy: which policies judge a fleet's plans, and whether the policies' own tests pass."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Fleet
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, has_errors
from cellwright.model.position import Position
from cellwright.planning.policy.judging import (
    judging_modules,
    metadata_by_package,
    rules_asked,
)
from cellwright.planning.policy.module import Module, RuleMetadata
from cellwright.rego.evaluator import RegoProcess


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """A rule that judges every plan of the fleet."""

    rule: str
    metadata: RuleMetadata
    levels: tuple[str, ...]
    """The names of its Rego rules: `deny`, `warn`."""


def list_policies(session: FleetSession) -> tuple[PolicyInForce, ...]:
    """List the rules that are switched on.

    Raises:
        DiagnosticError: a policy can't be read.
    """
    modules = judging_modules(_of_fleet(session))
    if not modules:
        return ()
    metadata = metadata_by_package(modules)
    with RegoProcess(environment=session.environment) as rego:
        asked = rules_asked(rego.read(modules))
    names: defaultdict[str, list[str]] = defaultdict(list)
    for package, rule in asked:
        names[package].append(rule)
    return tuple(
        PolicyInForce(package, metadata[package], tuple(names[package])) for package in sorted(names)
    )


def policy_faults(
    fleet: Fleet, modules: Sequence[Module], environment: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """Find what keeps policies from being evaluated as they are meant, and packs that judge nothing."""
    try:
        with RegoProcess(environment=environment) as rego:
            readings = rego.read(modules)
    except DiagnosticError as fault:
        return fault.diagnostics
    asked = [
        module.path
        for module, reading in zip(modules, readings, strict=True)
        if reading.rules and not module.is_test
    ]
    return tuple(_idle_packs(fleet, asked))


def _idle_packs(fleet: Fleet, asked: Sequence[str]) -> Iterator[Diagnostic]:
    """Find packs that are switched on and have no rule that is asked about plans."""
    folder = fleet.policies.folder
    detail = "a rule is called deny, violation or warn, or starts with one of these and `_`"
    for pack, position in fleet.policies.packs.items():
        if not any(path.startswith(f"{folder}/{pack}/") for path in asked):
            yield error(f"no rule of the policy pack '{pack}' is asked about plans", detail, position)
    if not asked and not fleet.policies.packs:
        yield error(f"no rule in {folder} is asked about plans", detail, Position(folder))


def _of_fleet(session: FleetSession) -> tuple[Module, ...]:
    read = session.snapshot().policies
    if has_errors(read.findings):
        raise DiagnosticError(*read.findings)
    return read.modules
