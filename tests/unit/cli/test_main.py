import atexit
import dataclasses
import os
import re
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from cellwright import __version__
from cellwright.app.session.location import Location
from cellwright.cli import command_line
from cellwright.cli.command_files import command_files
from cellwright.cli.invocation import Invocation
from cellwright.cli.main import main
from cellwright.model.diagnostic import DiagnosticError, error, warning
from cellwright.model.position import Position
from golden.cli import samples
from unit.cli.conftest import Place, Run
from unit.cli.opened import Opened

COMMANDS = [file.name for file in command_files()]
STATUS = "app.status.status.status"
FAULT = DiagnosticError(
    error("unknown key 'teir'", "did you mean 'tier'?", Position("clients/acme/client.yaml", 3, 1)),
    warning("the fleet is not in a git repository"),
)


def test_the_version_is_printed(run: Run) -> None:
    answer = run("--version")
    assert (answer.code, answer.out) == (0, f"cellwright {__version__}\n")


def test_classes_are_defined_with_kept_code(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[bool] = []

    def noted(_app: object) -> None:
        found.append("exec" in vars(dataclasses))
        raise KeyboardInterrupt

    monkeypatch.setattr(f"{command_line.__name__}.get_command", noted)
    run("check")
    assert found == [True]
    assert "exec" not in vars(dataclasses)


def test_an_interrupt_before_the_command_begins_is_told_as_one(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_app: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"{command_line.__name__}.get_command", interrupted)
    answer = run("check")
    assert (answer.code, answer.err) == (130, "error: interrupted\n")


def test_an_interrupt_while_python_ends_changes_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    last: list[Callable[[], None]] = []
    monkeypatch.setattr(atexit, "register", last.append)
    before = signal.getsignal(signal.SIGINT)
    run("--version")
    try:
        last[-1]()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interrupt_while_the_ledger_is_closed_adds_nothing_to_the_answer(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)
    closed: list[int] = []

    def interrupted(_invocation: Invocation) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        closed.append(len(closed))

    monkeypatch.setattr(Invocation, "close", interrupted)
    answer = run("check", "--json")
    assert closed == [0]
    assert answer.code != 130
    assert "interrupted" not in answer.out + answer.err
    assert isinstance(answer.document, dict)  # one alone
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_lists_every_command_with_its_summary(run: Run, option: str) -> None:
    answer = run(option)
    assert answer.code == 0
    for file in command_files():
        assert re.search(rf"^  {file.name} +{re.escape(file.summary)}$", answer.out, re.MULTILINE)


def test_without_a_command_there_is_help_and_the_code_of_a_usage_error(run: Run) -> None:
    answer = run()
    assert answer.code == 2
    assert "Usage: cellwright" in answer.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_text(run: Run, name: str) -> None:
    answer = run(name, "--help")
    assert answer.code == 0
    assert answer.out.startswith(f"Usage: cellwright {name} [OPTIONS]")
    assert "Accepted everywhere:" in answer.out


def test_help_keeps_to_eighty_columns(run: Run) -> None:
    for arguments in [["--help"], *([name, "--help"] for name in COMMANDS)]:
        assert max(len(line) for line in run(*arguments).out.splitlines()) <= 80


def test_a_mistyped_command_gets_a_suggestion(run: Run) -> None:
    answer = run("chek")
    said = "error: unknown command 'chek'; did you mean 'check'? Run 'cellwright --help'\n"
    assert (answer.code, answer.out, answer.err) == (2, "", said)


@pytest.mark.parametrize(
    "arguments",
    [
        ["chek", "--json"],
        ["--json", "status", "--nonsense"],
        ["logs", "--json"],
        ["onboard", "acme", "--set", "nonsense", "--yes", "--json"],
        ["runs", "--limit", "0", "--json"],
        ["graph", "--format", "nonsense", "--json"],
    ],
)
def test_a_usage_error_is_one_json_document_too(run: Run, arguments: list[str]) -> None:
    answer = run(*arguments)
    assert answer.code == 2
    assert isinstance(answer.document, dict)
    assert answer.document["diagnostics"]


def test_json_after_two_dashes_is_no_option(run: Run, place: Place) -> None:
    place(STATUS, FAULT)
    answer = run("status", "--", "--json")
    assert answer.out == ""
    assert "unknown key" in answer.err


def test_expected_failures_are_printed_one_per_line_on_standard_error(run: Run, place: Place) -> None:
    place(STATUS, FAULT)
    answer = run("status")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines() == [
        "clients/acme/client.yaml:3:1: error: unknown key 'teir'; did you mean 'tier'?",
        "warning: the fleet is not in a git repository",
    ]


def test_expected_failures_are_one_json_document(run: Run, place: Place) -> None:
    place(STATUS, FAULT)
    answer = run("status", "--json")
    assert (answer.code, answer.err) == (1, "")
    assert answer.document == {
        "diagnostics": [
            {
                "severity": "error",
                "summary": "unknown key 'teir'",
                "detail": "did you mean 'tier'?",
                "file": "clients/acme/client.yaml",
                "line": 3,
                "column": 1,
            },
            {
                "severity": "warning",
                "summary": "the fleet is not in a git repository",
                "detail": "",
                "file": None,
                "line": None,
                "column": None,
            },
        ]
    }


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_bug_is_one_line_and_a_file_that_only_its_owner_reads(
    run: Run, place: Place, temporary: Path
) -> None:
    place(STATUS, KeyError("hunter2"))
    answer = run("status")
    assert answer.code == 70
    assert len(answer.err.splitlines()) == 1
    assert "hunter2" not in answer.err
    [file] = temporary.iterdir()
    assert str(file) in answer.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Traceback" in file.read_text()
    assert "KeyError" in file.read_text()


def test_a_bug_is_one_json_document(run: Run, place: Place, temporary: Path) -> None:
    place(STATUS, RecursionError("deep"))
    answer = run("status", "--json")
    assert (answer.code, answer.err) == (70, "")
    assert str(temporary) in str(answer.document)


def test_a_bug_is_reported_even_if_its_traceback_can_t_be_saved(
    run: Run, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    place(STATUS, KeyError("x"))
    answer = run("status")
    assert answer.code == 70
    assert "No space left on device" in answer.err


def test_a_refusal_of_the_operating_system_names_the_file(run: Run, place: Place, temporary: Path) -> None:
    place(STATUS, PermissionError(13, "Permission denied", "/fleet/.cellwright/ledger.db"))
    answer = run("status")
    assert answer.code == 1
    assert answer.err.startswith("error: /fleet/.cellwright/ledger.db: Permission denied")
    assert list(temporary.iterdir())


@pytest.mark.parametrize("json", [[], ["--json"]])
def test_an_interrupted_command_ends_with_130(run: Run, place: Place, json: list[str]) -> None:
    place(STATUS, KeyboardInterrupt())
    answer = run("status", *json)
    assert answer.code == 130
    assert "interrupted" in (str(answer.document) if json else answer.err)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--fleet", "there", "--ledger", "postgresql://db/x", "--no-relay", "status"],
        ["status", "--fleet", "there", "--ledger", "postgresql://db/x", "--no-relay"],
        ["--fleet", "elsewhere", "--no-relay", "status", "--fleet=there", "--ledger=postgresql://db/x"],
    ],
)
def test_common_options_are_taken_before_and_after_the_command(
    run: Run, place: Place, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOMETHING", "ambient")
    use_case = place(STATUS, samples.STATUS)
    assert run(*arguments).code == 0
    opened = use_case.given[0]
    assert isinstance(opened, Opened)
    location = opened.location
    assert (location.fleet, location.ledger, location.relay) == (Path("there"), "postgresql://db/x", False)
    assert location.environment["SOMETHING"] == "ambient"


def test_options_that_are_not_given_stay_unset(run: Run, place: Place) -> None:
    use_case = place(STATUS, samples.STATUS)
    run("status")
    assert use_case.given[0] == Opened(Location(fleet=Path.cwd(), environment=dict(os.environ)))


def test_json_before_the_command_holds_for_it(run: Run, place: Place) -> None:
    place(STATUS, samples.STATUS)
    assert run("--json", "status").document == run("status", "--json").document


def test_the_arguments_of_the_process_are_taken_by_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["cellwright", "--version"])
    assert main() == 0
    assert __version__ in capsys.readouterr().out


def test_what_takes_long_beforehand_is_said_where_it_disturbs_no_document(run: Run, place: Place) -> None:
    def slowly(session: Opened, *_: object) -> object:
        session.notice("fetching a program")
        return samples.STATUS

    place(STATUS, slowly)
    answer = run("status", "--json")

    assert answer.err == "fetching a program\n"
    assert isinstance(answer.document, dict)
