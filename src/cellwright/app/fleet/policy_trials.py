"""Policy tests: run on demand, and by `check` for the policies that are the fleet's own."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cellwright.app.session.policies import read_folder, shipped_texts
from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Fleet
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, has_errors
from cellwright.model.position import Position
from cellwright.planning.policy.module import Module
from cellwright.planning.policy.trials import Trials
from cellwright.rego.evaluator import RegoProcess

_FORM = "a test is a rule called test_..., usually in a file NAME_test.rego (docs/policies.md shows one)"


def run_fleet_tests(session: FleetSession) -> Trials:
    """Run the tests of the fleet's policies and of its packs.

    Raises:
        DiagnosticError: a policy can't be read or evaluated, or there are no tests.
    """
    read = session.snapshot().policies
    if has_errors(read.findings):
        raise DiagnosticError(*read.findings)
    return _tried(read.modules, session.environment)


def run_folder_tests(folder: Path, environment: Mapping[str, str] | None = None) -> Trials:
    """Run the tests of the policies in a folder; needs no fleet.

    Raises:
        DiagnosticError: there are no policies, one can't be read or evaluated, or there are no tests.
    """
    return _tried(read_folder(folder), environment)


def trial_faults(
    fleet: Fleet, modules: Sequence[Module], environment: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """Find failing tests, rules that no test has seen find anything, and packs without tests.

    Only of what is the fleet's own: a pack that is equal to the shipped one was tested before it was shipped.

    Raises:
        DiagnosticError: the policies can't be evaluated.
    """
    own = [module for group in _own_groups(fleet, modules) for module in group]
    if not own:
        return ()
    with RegoProcess(environment=environment) as rego:
        trials = rego.try_out(modules, [module.path for module in own])
    tested = {result.path for result in trials.results}
    failed = [result.diagnostic() for result in trials.results if not result.passed]
    return (*failed, *_unseen(fleet, modules, trials, tested))


def _unseen(
    fleet: Fleet, modules: Sequence[Module], trials: Trials, tested: set[str]
) -> Iterator[Diagnostic]:
    """Name each rule that was not seen, or the folder if nothing in it is a test."""
    for group in _own_groups(fleet, modules):
        paths = {module.path for module in group}
        unseen = [rule for rule in trials.unseen if rule.path in paths]
        if unseen and not paths & tested:
            folder = unseen[0].path.rpartition("/")[0]
            summary = f"the policies in {folder} have no tests: nobody has seen them find anything"
            yield error(summary, _FORM, Position(unseen[0].path, unseen[0].line, unseen[0].column))
        else:
            yield from (rule.diagnostic() for rule in unseen)


def _own_groups(fleet: Fleet, modules: Sequence[Module]) -> Iterator[list[Module]]:
    """Yield the modules of each folder: those beside the packs, then each pack that is no shipped one."""
    folder = fleet.policies.folder
    packs = {pack: f"{folder}/{pack}/" for pack in fleet.policies.packs}
    beside = [module for module in modules if not module.path.startswith(tuple(packs.values()))]
    if beside:
        yield beside
    for pack, start in packs.items():
        group = [module for module in modules if module.path.startswith(start)]
        if {module.path.removeprefix(start): module.source for module in group} != shipped_texts(pack):
            yield group


def _tried(modules: Sequence[Module], environment: Mapping[str, str] | None) -> Trials:
    with RegoProcess(environment=environment) as rego:
        trials = rego.try_out(modules, [module.path for module in modules])
    if not trials.results:
        raise DiagnosticError(error("there are no tests of policies here", _FORM))
    return trials
