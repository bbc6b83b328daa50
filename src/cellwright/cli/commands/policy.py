"""List the policies that judge every plan; `policy test` tests them.

Panel: Look 170
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command, group
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing, count, stacked

if TYPE_CHECKING:
    from cellwright.app.fleet.policy import PolicyInForce
    from cellwright.cli.session import Session
    from cellwright.planning.policy.judging import TrialResult


@group(CommonArguments)
def policy(session: Session, _arguments: CommonArguments) -> int:
    """List the policies that judge every plan of this fleet before it can be applied."""
    from cellwright.api import policy as document
    from cellwright.app.fleet import policy as use_case

    found = use_case.list_policies(session.fleet)
    session.answer(lambda: policies_view(found), lambda: document.policies(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class TestArguments(CommonArguments):
    """The arguments of `policy test`."""

    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            help="A folder of policies; default: those of the fleet and of its packs.",
            show_default=False,
        ),
    ] = None


@command(TestArguments, of=policy)
def test(session: Session, arguments: TestArguments) -> int:
    """Run the policies' tests: the rules whose names begin with test_."""
    from cellwright.api import policy as document
    from cellwright.app.fleet import policy as use_case

    folder = arguments.folder
    found = use_case.run_folder_tests(folder) if folder else use_case.run_fleet_tests(session.fleet)
    session.answer(lambda: tests_view(found), lambda: document.policy_tests(found))
    return exit_codes.DONE if all(item.passed for item in found) else exit_codes.FINDINGS


def policies_view(found: Sequence[PolicyInForce]) -> Group:
    """One line per rule: its title and the clause of a standard that it enforces."""
    if not found:
        return Group(Text("no policies: every plan passes (docs/policies.md)"))
    rows = [
        (
            Text(item.rule, style=palette.STRONG),
            Text(item.metadata.title),
            Text(item.metadata.clause, style=palette.FAINT),
        )
        for item in found
    ]
    return stacked([Columns(rows)], [Text(count(len(found), "rule"))])


def tests_view(found: Sequence[TrialResult]) -> Group:
    """The tests that failed, then how many there were."""
    failed = [item for item in found if not item.passed]
    return stacked(list(_failures(failed)), [_total(len(found), len(failed))])


def _failures(failed: Sequence[TrialResult]) -> Iterator[RenderableType]:
    for item in failed:
        why = f": {item.fault}" if item.fault else ""
        yield Flowing(Text.assemble(("✗", palette.BAD), f" {item.path}: {item.name}{why}"), indent=4)


def _total(tests: int, failed: int) -> Text:
    if failed:
        return Text(f"{failed} of {count(tests, 'test')} failed", style=palette.BAD)
    return Text.assemble(("✓", palette.GOOD), f" {count(tests, 'test')} passed")
