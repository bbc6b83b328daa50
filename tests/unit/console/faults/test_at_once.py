"""Two people who do the same at the same moment: one of them gets it, and the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from cellwright.console.services import Services
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import Decision
from unit.app.session.repository.test_serving import Remote, remote
from unit.console.faults.kit import FILE, server_of
from unit.console.runs.conftest import as_visitor, ledger, services
from unit.console.runs.test_answers import APPROVER, SEEN, asked, decisions, give
from unit.git.origins import git

__all__ = ["asked", "ledger", "remote", "services"]


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Let all begin at one moment; gives their answers in order."""
    barrier = Barrier(len(works))

    def begin(work: Callable[[], Any]) -> Any:  # noqa: ANN401  whatever it gives
        barrier.wait(60)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


@pytest.mark.parametrize("sizes", [("3", "3"), ("3", "4")], ids=["alike", "different"])
def test_one_name_at_two_servers(remote: Remote, sizes: tuple[str, str]) -> None:
    shared = remote.folder / "ledger.db"
    url = str(remote.bare)
    with (
        server_of(remote.folder, url, "a", "Ada Lovelace", shared) as (ada, _),
        server_of(remote.folder, url, "b", "Grace Hopper", shared) as (grace, _),
    ):
        for each in (ada, grace):
            each.page.get("/onboard")
        answers = at_once(
            lambda: ada.onboard(**{"stacks.app.size": sizes[0]}),
            lambda: grace.onboard(**{"stacks.app.size": sizes[1]}),
        )
        assert ada.runs() == 1
        assert ada.dirty() == grace.dirty() == ()
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses[0] == 303, [answer.text for answer in answers]
        assert statuses[1] in {303, 409, 422}
        if sizes[0] != sizes[1]:
            assert statuses[1] != 303
        for answer in answers:
            if answer.status_code != 303:
                assert "there is a client of this name already" in answer.text or (
                    "somebody else has changed the same" in answer.text
                ), answer.text
        log = git("log", "--format=%s", "main", "--", FILE, cwd=remote.bare)
        assert log.splitlines() == ["Onboard client/initech"]
        winner = [answer.status_code for answer in answers].index(303)
        assert f"size: {sizes[winner]}" in git("show", f"main:{FILE}", cwd=remote.bare)


@pytest.mark.parametrize("second", ["approve", "reject"])
def test_one_plan_by_two_people(services: Services, asked: Ledger, second: str) -> None:
    people = {name: as_visitor(services, APPROVER, name=name) for name in ("Ada Lovelace", "Grace Hopper")}
    ada, grace = people.values()
    answers = at_once(lambda: give(ada, SEEN), lambda: give(grace, SEEN, second))
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [303, 409]
    first = statuses.index(303)
    winner = list(people)[first]
    decision = (Decision.APPROVED, Decision(f"{second.removesuffix('e')}ed"))[first]
    assert set(decisions(asked).values()) == {(decision, winner)}, "one outcome for both plans"
    assert winner in answers[1 - first].text, "who was first"
    actions = {event.action: event.actor for event in asked.reader.latest_events(2)}
    loser = next(name for name in people if name != winner)
    assert actions == {f"run.{decision.value}": winner, "run.answer_refused": loser}, "both are on record"
