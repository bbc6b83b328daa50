"""Policy: which policies judge a fleet's plans, and whether the policies' own tests pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.session.policies import read_folder
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError, error, has_errors
from cellwright.planning.policy.judging import TrialResult, metadata_by_package, run_tests
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
    modules = [module for module in _of_fleet(session) if not module.is_test]
    metadata = metadata_by_package(modules)
    rules = {
        package: tuple(
            dict.fromkeys(rule for module in modules if module.package == package for rule in module.rules())
        )
        for package in sorted(metadata)
    }
    return tuple(
        PolicyInForce(package, metadata[package], names) for package, names in rules.items() if names
    )


def run_fleet_tests(session: FleetSession) -> tuple[TrialResult, ...]:
    """Run the tests of the fleet's policies and of its packs.

    Raises:
        DiagnosticError: a policy can't be read or evaluated, or there are no tests.
    """
    return _run_tests(_of_fleet(session), session.environment)


def run_folder_tests(folder: Path, environment: Mapping[str, str] | None = None) -> tuple[TrialResult, ...]:
    """Run the tests of the policies in a folder; needs no fleet.

    Raises:
        DiagnosticError: there are no policies, one can't be read or evaluated, or there are no tests.
    """
    return _run_tests(read_folder(folder), environment)


def _run_tests(modules: Sequence[Module], environment: Mapping[str, str] | None) -> tuple[TrialResult, ...]:
    with RegoProcess(environment=environment) as rego:
        results = tuple(run_tests(rego, modules))
    if not results:
        detail = "a test is a rule called test_..., usually in a file NAME_test.rego"
        raise DiagnosticError(error("there are no tests of policies here", detail))
    return results


def _of_fleet(session: FleetSession) -> tuple[Module, ...]:
    read = session.snapshot().policies
    if has_errors(read.findings):
        raise DiagnosticError(*read.findings)
    return read.modules
