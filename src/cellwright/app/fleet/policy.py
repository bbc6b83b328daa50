"""Policies looked at apart from any plan: which there are, and whether their own tests pass."""

from dataclasses import dataclass
from pathlib import Path

from cellwright.app.session.location import Location
from cellwright.app.session.policies import read_folder, read_policies
from cellwright.app.session.reading import read_fleet
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


def in_force(location: Location) -> tuple[PolicyInForce, ...]:
    """List the rules that are switched on.

    Raises:
        DiagnosticError: there is no fleet here, or its policies can't be read.
    """
    modules = [module for module in _of_fleet(location) if not module.is_test]
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


def try_policies(location: Location, folder: Path | None = None) -> tuple[TrialResult, ...]:
    """Run the policies' own tests: those in `folder`, else those of the fleet and of its packs.

    Raises:
        DiagnosticError: there are no policies, they can't be evaluated, or they have no tests.
    """
    modules = read_folder(folder) if folder is not None else _of_fleet(location)
    with RegoProcess() as rego:
        results = tuple(run_tests(rego, modules))
    if not results:
        detail = "a test is a rule called test_..., usually in a file NAME_test.rego"
        raise DiagnosticError(error("there are no tests of policies here", detail))
    return results


def _of_fleet(location: Location) -> tuple[Module, ...]:
    _, fleet, _ = read_fleet(location)
    read = read_policies(fleet)
    if has_errors(read.findings):
        raise DiagnosticError(*read.findings)
    return read.modules
