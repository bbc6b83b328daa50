"""Outputs and locks of single units by a server, and commands that say why they need the fleet's folder."""

import pytest

from cellwright.api.fleet import outputs as outputs_document
from cellwright.api.runs import locks as document
from cellwright.app.by_hand.outputs import OutputRequest
from cellwright.app.by_hand.unlocking import UNLOCKED, FoundLocks
from cellwright.cli import exit_codes
from cellwright.cli.main import main
from cellwright.cli.views.change import locks as view
from cellwright.engine.lease.keeper import this_process
from cellwright.ledger.leases import Lease
from cellwright.remote import by_hand
from cellwright.remote.client import ApiClient
from golden.cli import hand_samples
from golden.rendering import drawn
from unit.app.clients.offboarding.kit import APP, stands
from unit.console.kit import TOKEN
from unit.console.rest.kit import program
from unit.remote.conftest import Served


class Answers(ApiClient):
    """A server that has one document."""

    def get(self, *_path: str, query: object = ()) -> object:  # noqa: ARG002  the client's
        return self.environment["document"]


def answering(found: object) -> ApiClient:
    return Answers("http://localhost", TOKEN, {"document": found})  # type: ignore[dict-item]  # as above


@pytest.mark.parametrize("found", [hand_samples.LOCKED, hand_samples.FREE, hand_samples.NAMELESS])
def test_who_holds_a_unit_is_told_as_in_the_folder(found: FoundLocks) -> None:
    read = by_hand.find_locks(answering(document.locks(found, removed=False)), str(found.unit))
    assert drawn(view.locks(read), 80) == drawn(view.locks(found), 80)


def test_outputs_are_told_as_in_the_folder() -> None:
    known = hand_samples.OUTPUTS
    request = OutputRequest(unit=str(known.unit))
    assert by_hand.outputs(answering(outputs_document.unit_outputs(known)), request) == known


def test_a_unit_that_was_never_applied_has_no_outputs_here_and_there(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (("output", "client/acme/app"), ("output", "acme"), ("unlock", "client/acme/none")):
        said = []
        for more in ((), ("--server", served.address)):
            assert main((*command, *more)) == exit_codes.FINDINGS, command
            said.append("".join(capsys.readouterr()))
        assert said[0] == said[1], command


def test_a_lease_that_ran_out_is_taken_away_in_the_visitors_name(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = served.services.session.ledger(writing=True)
    stands(ledger)
    assert isinstance(ledger.leases.acquire(APP, this_process("apply"), 600), Lease)
    monkeypatch.setattr("cellwright.app.by_hand.unlocking._lock", lambda *_: None)
    command = ("unlock", str(APP), "--yes", "--server", served.address)
    assert main(command) == exit_codes.FINDINGS
    assert "is being worked on by" in "".join(capsys.readouterr())
    assert main((*command, "--although-held", "it is the test's own")) == exit_codes.DONE
    assert "the lease of client/acme/app were taken away" in "".join(capsys.readouterr())
    (event,) = [item for item in ledger.reader.events() if item.action == UNLOCKED]
    assert (event.actor, event.reason) == ("Ada Lovelace", "it is the test's own")
    assert ledger.reader.lease_holders() == {}


def test_nothing_is_taken_from_somebody_who_came_since(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = served.services.session.ledger(writing=True)
    stands(ledger)
    assert isinstance(ledger.leases.acquire(APP, this_process("apply"), 600), Lease)
    monkeypatch.setattr("cellwright.app.by_hand.unlocking._lock", lambda *_: None)
    body = {"fencing": None, "although_held": "I saw nobody"}
    answer = program(served.services).post("/api/v1/units/client/acme/app/unlock", json=body)
    assert answer.status_code == 409
    assert "held by somebody else by now" in answer.json()["detail"]
    assert list(ledger.reader.lease_holders()) == [APP]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("terraform", "client/acme/app", "--", "state", "list"), "a server has no terminal for it"),
        (("shell", "client/acme/app"), "a server has no terminal for it"),
        (("move", "client/*/app", "extra", "a.b"), "as they are on this machine"),
        (("output", "client/acme/app", "--reveal"), "a server shows no sensitive output"),
    ],
)
def test_what_needs_the_folder_says_why_and_what_a_server_does_instead(
    served: Served, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], why: str
) -> None:
    at = command.index("--") if "--" in command else len(command)
    assert main((*command[:at], "--server", served.address, *command[at:])) == exit_codes.FINDINGS
    said = " ".join("".join(capsys.readouterr()).split())
    assert why in said
    assert "leave out --server" in said
