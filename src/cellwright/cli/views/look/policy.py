"""Policies, and the results of their tests."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.fleet.policy import PolicyInForce
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing, count, stacked
from cellwright.planning.policy.trials import TrialResult, Trials, UnseenRule


def policies(found: Sequence[PolicyInForce]) -> Group:
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


def tests(found: Trials) -> Group:
    """The tests that failed, the rules that no test has seen find anything, then how many there were."""
    failed = [item for item in found.results if not item.passed]
    total = _total(len(found.results), len(failed))
    return stacked(
        list(_failures(failed)), list(_unseen(found.unseen)), [total, *_unseen_total(found.unseen)]
    )


def _failures(failed: Sequence[TrialResult]) -> Iterator[RenderableType]:
    for item in failed:
        why = f": {item.fault}" if item.fault else ""
        yield Flowing(Text.assemble(("✗", palette.BAD), f" {item.path}: {item.name}{why}"), indent=4)


def _unseen(rules: Sequence[UnseenRule]) -> Iterator[RenderableType]:
    for rule in rules:
        said = rule.diagnostic()
        yield Flowing(
            Text.assemble(("✗", palette.BAD), f" {said.position}: {said.summary}; {said.detail}"), indent=4
        )


def _unseen_total(rules: Sequence[UnseenRule]) -> Iterator[RenderableType]:
    if rules:
        yield Text(f"{count(len(rules), 'rule')} not seen to find anything", style=palette.BAD)


def _total(tests: int, failed: int) -> Text:
    if failed:
        return Text(f"{failed} of {count(tests, 'test')} failed", style=palette.BAD)
    return Text.assemble(("✓", palette.GOOD), f" {count(tests, 'test')} passed")
