"""Runs the command line inside the test's process, with stand-ins for the use cases."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cellwright.cli.main import main
from cellwright.model.value import Json
from unit.cli.opened import Opened


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Json:
        """The one JSON document on standard output; more or less than one fails the test."""
        assert self.out.endswith("\n")
        found: Json = json.loads(self.out)
        return found


Run = Callable[..., Answer]


@pytest.fixture(autouse=True)
def _no_terminal_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the width and colours that the test run's own terminal has."""
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> Answer:
        code = main(list(arguments))
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return call


@dataclass(slots=True)
class StandIn:
    """Replaces a use case: records its arguments and returns (or raises) what the test says."""

    answer: object
    given: tuple[object, ...] = ()
    named: dict[str, object] | None = None

    def __call__(self, *given: object, **named: object) -> object:
        self.given, self.named = given, named
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer(*given) if callable(self.answer) else self.answer


Place = Callable[[str, object], StandIn]


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    """Replace a use case by a stand-in: `place("app.status.status.status", value)`.

    A fleet is found wherever one is looked for.
    """

    monkeypatch.setattr("cellwright.app.session.session.FleetSession", Opened)
    monkeypatch.setenv("CELLWRIGHT_ACTOR", "ada")

    def put(where: str, answer: object) -> StandIn:
        stand_in = StandIn(answer)
        monkeypatch.setattr(f"cellwright.{where}", stand_in)
        return stand_in

    return put
