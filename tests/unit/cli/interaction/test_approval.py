import io
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import pytest

from cellwright.cli.interaction import approval
from cellwright.cli.interaction.approval import TerminalApprover, confirm_offboarding, read_line
from cellwright.cli.screen.screen import Screen
from cellwright.engine.approval import Uninterrupted
from cellwright.model.diagnostic import DiagnosticError
from golden.cli import samples

PLANS = {samples.ACME_APP: samples.APP_PLAN}


def never() -> bool:
    return False


@dataclass
class Pressed:
    level: int = 0

    def requested(self) -> int:
        return self.level


@dataclass
class View:
    pauses: int = 0

    def paused(self) -> AbstractContextManager[None]:
        self.pauses += 1
        return nullcontext()


@pytest.fixture
def screen() -> Screen:
    return Screen(io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True), width=80)


def shown(screen: Screen) -> str:
    stream = screen.stream
    assert isinstance(stream, io.TextIOWrapper)
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode()


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> "TypeIn":
    return TypeIn(monkeypatch)


@dataclass
class TypeIn:
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, text: str) -> None:
        self.monkeypatch.setattr("sys.stdin", io.StringIO(text))
        self.monkeypatch.setattr(approval, "_input_ready", lambda _seconds: True)
        self.monkeypatch.setattr(approval, "interactive", lambda: True)


@pytest.mark.parametrize(
    ("typed", "approved"),
    [("yes\n", True), (" yes \n", True), ("y\n", False), ("YES\n", False), ("\n", False), ("", False)],
)
def test_only_yes_approves_what_was_shown(
    screen: Screen, type_in: TypeIn, typed: str, *, approved: bool
) -> None:
    type_in(typed)
    view = View()
    assert TerminalApprover(screen, view, Uninterrupted()).approve(PLANS, never) is approved
    assert view.pauses == 1
    text = shown(screen)
    assert text.index("aws_ecs_task_definition.app") < text.index("Plan: ") < text.index("Apply these plans?")
    assert ("none of these plans is applied" in text) is not approved


def test_ctrl_c_instead_of_an_answer_is_a_no(screen: Screen) -> None:
    assert not TerminalApprover(screen, View(), Pressed(1)).approve(PLANS, never)


def test_a_question_that_is_withdrawn_is_not_answered(screen: Screen) -> None:
    assert TerminalApprover(screen, View(), Uninterrupted()).approve(PLANS, lambda: True) is None
    text = shown(screen)
    assert "elsewhere" in text
    assert "Not approved" not in text


def test_ctrl_c_while_waiting_for_an_answer_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    pressed = Pressed()

    def nothing_typed(_seconds: float) -> bool:
        pressed.level = 1
        return False

    monkeypatch.setattr(approval, "_input_ready", nothing_typed)
    assert read_line(pressed) is None


@pytest.mark.parametrize("typed", ["acm\n", "yes\n", "", "ACME\n"])
def test_nothing_else_than_the_name_confirms_offboarding(screen: Screen, type_in: TypeIn, typed: str) -> None:
    type_in(typed)
    with pytest.raises(DiagnosticError, match="'acme' was not typed"):
        confirm_offboarding(screen, "acme", Uninterrupted())


def test_the_name_confirms_offboarding(screen: Screen, type_in: TypeIn) -> None:
    type_in("acme\n")
    confirm_offboarding(screen, "acme", Uninterrupted())
    assert "destroys all infrastructure of 'acme'" in shown(screen)


def test_without_a_terminal_offboarding_can_t_be_confirmed(screen: Screen) -> None:
    with pytest.raises(DiagnosticError, match="--yes"):
        confirm_offboarding(screen, "acme", Uninterrupted())
