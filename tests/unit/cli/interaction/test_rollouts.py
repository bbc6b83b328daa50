"""What is approved at the terminal is what was shown there."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from cellwright.cli.interaction import rollouts as room
from cellwright.cli.interaction.rollouts import Following, approve_rollout, confirmed
from cellwright.cli.invocation import Invocation
from cellwright.ledger.rollouts.values import RolloutSummary
from cellwright.rollout.state import Phase, RolloutStatus

ASKS = Following(detach=True, parallel=None, asks=True)


@pytest.fixture(name="approved")
def approved_fixture(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was approved: the names of plans, or the approval between waves."""
    found: list[object] = []
    waiting = ["seen"]

    def yes(*_: object) -> bool:
        waiting.append("planned while the question stood")
        return True

    def show(*_: object) -> SimpleNamespace:
        return SimpleNamespace(groups=tuple(SimpleNamespace(name=name) for name in waiting))

    def approve(_session: object, _actor: object, _rollout: str, groups: object, _reason: str) -> None:
        found.append(groups)

    for name, value in (
        ("interactive", lambda: True),
        ("show_rollout", show),
        ("show_one", lambda *_: 0),
        ("approve_groups", approve),
        ("answer", lambda *_: found.append("between waves")),
        ("confirmed", yes),
    ):
        monkeypatch.setattr(room, name, value)
    monkeypatch.setattr("cellwright.cli.views.change.rollouts.rollout", lambda _: ())
    return found


def invocation() -> Invocation:
    """One that shows nothing."""
    quiet = SimpleNamespace(show=lambda _: None)

    def look(use_case: Any, *given: object) -> Any:  # noqa: ANN401  as the invocation's own
        return use_case(None, *given)

    def act(use_case: Any, *given: object) -> Any:  # noqa: ANN401  as above
        return use_case(None, None, *given)

    found = SimpleNamespace(look=look, act=act, server=None, error=quiet)
    return cast("Invocation", cast("Any", found))


def test_plans_that_came_while_the_question_stood_are_not_approved(approved: list[object]) -> None:
    approve_rollout(invocation(), "ro-1", "", (), ASKS)
    assert approved == [("seen",)]


def test_who_names_plans_approves_these(approved: list[object]) -> None:
    approve_rollout(invocation(), "ro-1", "", ("named",), ASKS)
    assert approved == [("named",)]


@pytest.mark.parametrize("answer", ["yes", "y", "", None])
def test_of_another_answer_than_yes_it_is_said_that_nothing_was_done(
    monkeypatch: pytest.MonkeyPatch, answer: str | None
) -> None:
    shown: list[object] = []
    monkeypatch.setattr(room, "ask", lambda *_: answer)
    asking = cast("Invocation", SimpleNamespace(error=SimpleNamespace(show=shown.append)))
    assert confirmed(asking, "Begin? ") is (answer == "yes")
    assert ("nothing was done" in str(shown[-1])) is (answer != "yes")


def test_a_line_that_says_nothing_new_is_not_written_again() -> None:
    shown: list[object] = []
    told = room._Told(cast("Invocation", SimpleNamespace(error=SimpleNamespace(show=shown.append))))
    for succeeded in (0, 0, 1):
        phases = {Phase.WAITING.value: 3 - succeeded, Phase.SUCCEEDED.value: succeeded}
        told(cast("RolloutSummary", SimpleNamespace(status=RolloutStatus.RUNNING, why="", phases=phases)))
    assert [str(line)[-12:] for line in shown] == ["0 of 3 cells", "1 of 3 cells"]
