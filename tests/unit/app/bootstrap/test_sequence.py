"""Steps in their order: a dry run only looks, questions come first, a step that fails is on record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cellwright.app.bootstrap import sequence
from cellwright.app.bootstrap.sequence import BootstrapRequest, bootstrap, named
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, Standing, Step, done, to_do, waits
from cellwright.model.diagnostic import DiagnosticError, error
from unit.app.bootstrap.kit import make_site


@dataclass
class MadeUpStep:
    """A step of a test."""

    name: str
    fails: int = 0
    """How often it fails in the middle."""
    asks: Sequence[Question] = ()
    waiting: bool = False
    title: str = "made up"
    acts: list[str] = field(default_factory=list)

    def questions(self, site: Site) -> Sequence[Question]:
        del site
        return self.asks

    def look(self, site: Site) -> Look:
        del site
        if self.waiting:
            return waits("for something")
        return done() if self.acts[-1:] == ["done"] else to_do("act")

    def act(self, site: Site) -> Sequence[str]:
        del site
        if self.fails:
            self.fails -= 1
            self.acts.append("half")
            raise DiagnosticError(error("half-way", "again"))
        self.acts.append("done")
        return ["acted"]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[MadeUpStep]:
    made = [MadeUpStep("first"), MadeUpStep("second"), MadeUpStep("third")]
    given: tuple[Step, ...] = tuple(made)
    monkeypatch.setattr(sequence, "STEPS", given)
    return made


def recorded(site: Site) -> list[tuple[str, str]]:
    events = site.session.ledger().reader.events()
    return [(item.action.removeprefix("bootstrap.step_"), item.subject) for item in events]


def test_a_step_that_fails_half_way_is_recorded_and_taken_again(
    tmp_path: Path, steps: list[MadeUpStep]
) -> None:
    steps[1].fails = 1
    site = make_site(tmp_path)
    with pytest.raises(DiagnosticError, match="half-way"):
        bootstrap(site, BootstrapRequest())
    assert [step.acts for step in steps] == [["done"], ["half"], []]
    found = bootstrap(site, BootstrapRequest())
    assert [item.taken for item in found] == [False, True, True]
    assert recorded(site) == [
        ("began", "bootstrap/first"),
        ("ended", "bootstrap/first"),
        ("began", "bootstrap/second"),
        ("failed", "bootstrap/second"),
        ("began", "bootstrap/second"),
        ("ended", "bootstrap/second"),
        ("began", "bootstrap/third"),
        ("ended", "bootstrap/third"),
    ]


def test_a_dry_run_looks_at_all_and_changes_nothing(tmp_path: Path, steps: list[MadeUpStep]) -> None:
    site = make_site(tmp_path)
    found = bootstrap(site, BootstrapRequest(dry_run=True))
    assert [item.look.standing for item in found] == [Standing.TO_DO] * 3
    assert [step.acts for step in steps] == [[], [], []]
    assert recorded(site) == []


def test_it_ends_after_the_step_that_was_named(tmp_path: Path, steps: list[MadeUpStep]) -> None:
    bootstrap(make_site(tmp_path), BootstrapRequest(until="second"))
    assert [step.acts for step in steps] == [["done"], ["done"], []]


def test_it_ends_where_a_step_waits(tmp_path: Path, steps: list[MadeUpStep]) -> None:
    steps[1].waiting = True
    found = bootstrap(make_site(tmp_path), BootstrapRequest())
    assert [item.name for item in found] == ["first", "second"]
    assert steps[2].acts == []


@pytest.mark.usefixtures("steps")
def test_a_step_that_there_is_not_is_refused() -> None:
    with pytest.raises(DiagnosticError, match="its steps: first, second, third"):
        named("fourth")


def test_what_nobody_answers_is_asked_for_by_its_key(tmp_path: Path, steps: list[MadeUpStep]) -> None:
    steps[0].asks = [Question("some.key", "What is it?")]
    with pytest.raises(DiagnosticError, match=r"bootstrap --set some\.key=VALUE"):
        bootstrap(make_site(tmp_path), BootstrapRequest())
    assert steps[0].acts == []


def test_an_answer_that_is_no_choice_is_refused(tmp_path: Path, steps: list[MadeUpStep]) -> None:
    steps[0].asks = [Question("kind", "Which?", "c", choices=("a", "b"))]
    with pytest.raises(DiagnosticError, match="one of a, b"):
        bootstrap(make_site(tmp_path), BootstrapRequest())


def test_answers_are_kept_and_not_asked_again(tmp_path: Path, steps: list[MadeUpStep]) -> None:
    steps[0].asks = [Question("kind", "Which?", "a"), Question("more", "What?", "x, y", listed=True)]
    site = make_site(tmp_path)
    bootstrap(site, BootstrapRequest(answers={"kind": "b"}))
    assert site.answers.text("kind") == "b"
    assert site.answers.texts("more") == ("x", "y")
    assert "holds no secret" in (tmp_path / "bootstrap/tools.yaml").read_text()
