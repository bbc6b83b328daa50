"""Typer's conversion is left out only where it changes nothing."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
import typer

from cellwright.cli.invocation import Invocation
from cellwright.cli.late_interrupts import interrupts_as_before
from cellwright.cli.parser.command import CommonArguments, command

GIVEN: list["Arguments"] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments(CommonArguments):
    name: Annotated[str, typer.Argument(metavar="NAME")]
    others: Annotated[list[str] | None, typer.Argument(metavar="[OTHER]...")] = None
    words: Annotated[list[str] | None, typer.Option("--word")] = None
    reason: Annotated[str, typer.Option("--reason")] = ""
    amount: Annotated[int | None, typer.Option("--amount", min=1)] = None
    place: Annotated[Path | None, typer.Option("--place")] = None


@command(Arguments)
def made(_invocation: Invocation, arguments: Arguments) -> int:
    """Keep what was given."""
    GIVEN.append(arguments)
    return 0


def given(*arguments: str) -> Arguments:
    GIVEN.clear()
    with interrupts_as_before():
        assert made.main(args=list(arguments), prog_name="made", standalone_mode=False) == 0
    return GIVEN[0]


def test_what_was_not_given_is_as_declared() -> None:
    assert given("a") == Arguments(name="a")


def test_text_stays_text_and_several_are_a_list() -> None:
    found = given("a", "b", "1", "--word", "x", "--word", "2", "--reason", "because")
    assert found == Arguments(name="a", others=["b", "1"], words=["x", "2"], reason="because")


def test_numbers_and_paths_are_converted() -> None:
    found = given("a", "--amount", "3", "--place", "here", "--fleet", "/there")
    assert (found.amount, found.place, found.fleet) == (3, Path("here"), Path("/there"))


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["a", "--amount", "many"], "Invalid value for '--amount'"),
        (["a", "--amount", "0"], "Invalid value for '--amount'"),
        ([], "NAME"),
        (["a", "--reason"], "--reason"),
    ],
)
def test_what_is_wrong_is_told(
    arguments: list[str], why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["made"])
    with pytest.raises(SystemExit) as caught:
        made.main(args=arguments, prog_name="made")
    assert caught.value.code == 2
    assert why in capsys.readouterr().err
