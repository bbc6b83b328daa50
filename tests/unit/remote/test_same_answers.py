"""A command says the same, to people and to programs, whether it asks a server or the fleet's folder."""

import json
from pathlib import Path

import pytest

from cellwright.cli import exit_codes
from cellwright.cli.main import main
from cellwright.ledger.write.queueing import QueuedRun, QueuedUnit
from cellwright.model.runs.run import Outcome, RunStatus, UnitResult
from unit.app.certificates.kit import NOTHING_TO_LOOK_FOR, destroy, offboard
from unit.app.kit import APP
from unit.remote.conftest import Served

RUN = "20261126-101010-aaaa"
READING = (
    ("status",),
    ("status", "client/acme", "--limit", "1"),
    ("show",),
    ("show", "client/globex/app"),
    ("explain", "client/acme/app"),
    ("policy",),
    ("graph",),
    ("versions",),
    ("check",),
    ("capacity",),
    ("job", "form"),
    ("ip", "show"),
    ("ip", "check"),
    ("runs",),
    ("events",),
    ("events", "--last", "1"),
    ("events", "--action", "run.*", "--limit", "1"),
    ("events", "tip"),
    ("events", "verify"),
    ("logs", RUN),
)


def said(capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str]:
    code = main(command)
    return code, "".join(capsys.readouterr())


def test_what_only_looks(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    for command in READING:
        for form in ((), ("--json",)):
            here = said(capsys, *command, *form)
            there = said(capsys, *command, *form, "--server", served.address)
            assert here == there, command
            assert here[0] == exit_codes.DONE, (command, here)


CHANGES = (("cancel", "none"), ("pause", "none"), ("unpause", "none"))


def test_what_is_refused(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    (served.root / "clients" / "acme.yaml").write_text("stacks:\n  nope: {}\n")
    served.services.session.renew()
    for command in (("status", "client/none"), ("check",), ("status",), ("logs", "none"), *CHANGES):
        for form in ((), ("--json",)):
            here = said(capsys, *command, *form)
            there = said(capsys, *command, *form, "--server", served.address)
            assert here[0] == there[0] == exit_codes.FINDINGS, command
            assert here == there, command


def test_what_a_plan_is_made_of_is_refused_alike(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    (served.root / "stack" / "more.tf").write_text('resource "a" "b" {}\n')
    served.services.session.renew()
    parts = {
        ("--exclude", "a.c"): "none of the selected units has 'a.c'",
        ("--target", "a.c"): "none of the selected units has 'a.c'",
        ("--exclude", "a.b"): "has no -exclude: OpenTofu has it since 1.9",
    }
    for part, why in parts.items():
        for command in (("plan", "client/acme", *part), ("apply", "client/acme", "--yes", *part)):
            here = said(capsys, *command)
            there = said(capsys, *command, "--server", served.address)
            assert here[0] == there[0] == exit_codes.FINDINGS, (command, here, there)
            assert why in " ".join(here[1].split()), (command, here)
            assert here[1] == there[1], command
    assert len(served.services.session.ledger().reader.runs(limit=9)) == 1


def test_a_cancellation_is_the_visitors(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "cancel", RUN, "--reason", "wrong", "--server", served.address)
    assert (code, "Ada Lovelace has asked" in text) == (exit_codes.DONE, True)
    found = served.services.session.ledger().cancels.of_run(RUN)
    assert found is not None
    assert (found.requested_by, found.reason) == ("Ada Lovelace", "wrong")


def test_a_pause_is_the_visitors_and_ends_by_their_word(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = served.services.session.ledger(writing=True)
    found = ledger.reader.run(RUN)
    assert found is not None
    units = tuple(QueuedUnit(address=part.address) for part in found.units)
    ledger.recorder.reopen_run(RUN, queued=QueuedRun(task={}, units=units))
    until = ("--until", "2999-12-31T14:00Z", "--reason", "not at night")
    code, text = said(capsys, "pause", RUN, *until, "--server", served.address)
    assert (code, "Ada Lovelace has paused" in text) == (exit_codes.DONE, True), text
    paused = ledger.pauses.of_run(RUN)
    assert paused is not None
    assert (paused.reason, paused.until) == ("not at night", "2999-12-31T14:00:00.000000+00:00")
    code, text = said(capsys, "unpause", RUN, "--server", served.address)
    assert (code, f"run {RUN} goes on" in text) == (exit_codes.DONE, True)
    assert ledger.pauses.of_run(RUN) is None


@pytest.mark.parametrize(
    "command",
    [
        ("prune",),
        ("ledger", "adopt"),
        ("ledger", "init"),
        ("import", "terraform", "elsewhere"),
        ("ledger", "rekey", "--reason", "lost"),
        ("policy", "test"),
        ("events", "key"),
        ("events", "accept", "--reason", "moved"),
        ("ip", "move", "client/acme"),
        ("init", "elsewhere"),
        ("stacks",),
        ("stacks", "export", "elsewhere"),
        ("stacks", "update"),
        ("demo",),
        ("serve",),
        ("worker",),
    ],
)
def test_what_needs_the_folder_says_so(
    served: Served, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    code, text = said(capsys, *command, "--server", served.address)
    assert code == exit_codes.FINDINGS
    assert "can't run against a server" in text
    assert "--server" in text


def test_the_server_may_be_named_by_the_environment_and_a_fleet_comes_before_it(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELLWRIGHT_SERVER", served.address)
    monkeypatch.chdir("/")
    code, text = said(capsys, "status", "--json")
    assert (code, json.loads(text)["fleet"]) == (exit_codes.DONE, "trial")
    monkeypatch.setenv("CELLWRIGHT_SERVER", "https://nowhere.invalid")
    assert said(capsys, "status", "--fleet", str(served.root))[0] == exit_codes.DONE


def test_certificates(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    session = served.services.session
    destroy(session, (NOTHING_TO_LOOK_FOR,))
    offboard(session)
    there = ("--server", served.address)
    validated = ("certificate", "validate", "acme", "--findings", "gone")
    for command in (("certificate",), ("certificate", "issue", "acme"), ("certificate", "list"), validated):
        asked = said(capsys, *command, *there, "--json")
        assert asked[0] == exit_codes.DONE, (command, asked)
        assert json.loads(asked[1])
    listed = said(capsys, "certificate", "list")
    assert listed == said(capsys, "certificate", "list", *there)
    assert "final" in listed[1]
    for refused in (("issue", "acme", "-o", "out"), ("validate", "acme", "--findings", "x", "-o", "out")):
        code, text = said(capsys, "certificate", *refused, *there)
        assert (code, "writes no files here" in text) == (exit_codes.FINDINGS, True)
    missing = said(capsys, "certificate", "issue", "nobody")
    assert missing == said(capsys, "certificate", "issue", "nobody", *there)
    assert missing[0] == exit_codes.FINDINGS


def test_a_run_that_nobody_approved_is_refused_everywhere(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder = served.services.session.ledger(writing=True).recorder
    recorder.record_result(RUN, UnitResult(APP, Outcome.REFUSED))
    recorder.finish_run(RUN, RunStatus.FAILED)
    for more in ((), ("--server", served.address)):
        code, text = said(capsys, "runs", *more)
        assert (code, "refused" in text) == (exit_codes.DONE, True), text
        (found,) = json.loads(said(capsys, "runs", "--json", *more)[1])["runs"]
        assert (found["status"], found["refused"]) == ("refused", True)
        for word, listed in (("refused", [RUN]), ("failed", [])):
            document = json.loads(said(capsys, "runs", "--status", word, "--json", *more)[1])
            assert [item["run"] for item in document["runs"]] == listed


def test_addresses_in_a_file_are_read_where_they_are_named(
    served: Served, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is the client's: its addresses are sent, and its faults are told before anything is."""
    (served.root / "stack" / "more.tf").write_text('resource "a" "b" {}\n')
    served.services.session.renew()
    (desk := tmp_path / "desk").mkdir()
    monkeypatch.chdir(desk)
    (desk / "parts").write_text("# of today\na.c\n")
    (desk / "left").write_text("a.b\n")
    (desk / "many").write_text("".join(f"a.n{number}\n" for number in range(2_000)))
    (desk / "wrong").write_text("a.b\n\n a.b.id\n")
    cases = {
        ("--target-file", "parts"): "none of the selected units has 'a.c'",
        ("--exclude-file", "parts"): "none of the selected units has 'a.c'",
        ("--exclude-file", "left"): "has no -exclude: OpenTofu has it since 1.9",
        ("--target-file", "many"): "none of the selected units has 'a.n0'",
        ("--target-file", "wrong"): "wrong:3:2: error: 'a.b.id' is no address",
        ("--target-file", "absent"): "absent can't be read",
    }
    for part, why in cases.items():
        for command in (("plan", "client/acme", *part), ("apply", "client/acme", "--yes", *part)):
            here = said(capsys, *command, "--fleet", str(served.root))
            there = said(capsys, *command, "--server", served.address)
            assert here == there, command
            assert here[0] == exit_codes.FINDINGS, (command, here)
            assert why in " ".join(here[1].split()), (command, here)
    assert len(served.services.session.ledger().reader.runs(limit=9)) == 1
