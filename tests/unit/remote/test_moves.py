"""Renames and relocations by a server: the same words, the visitor's name, and what speaks against them."""

from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.api.fleet import relocate as relocate_document
from cellwright.api.fleet import rename as document
from cellwright.app.moves import rename as use_case
from cellwright.app.moves.preview import Preview
from cellwright.app.moves.rename_values import RenameRequest
from cellwright.cli import exit_codes
from cellwright.cli.main import main
from cellwright.cli.views.change import rename as view
from cellwright.model.runs.event import CELL_RENAMED
from cellwright.model.runs.run import RunStatus
from cellwright.remote.documents.moves import relocation_from, rename_plan_from, rename_report_from
from golden.cli import move_samples
from golden.rendering import drawn
from unit.console.kit import browser
from unit.console.rest.kit import api_of, program
from unit.remote.conftest import Served

RUN = "20261126-101010-aaaa"
REQUEST = RenameRequest(cell="client/acme", new="globex")


def test_what_a_server_tells_is_shown_as_in_the_folder() -> None:
    read = rename_plan_from(document.planned(move_samples.RENAME))
    assert drawn(view.planned(read), 80) == drawn(view.planned(move_samples.RENAME), 80)
    assert read.refused(REQUEST) == move_samples.RENAME.refused(REQUEST) != ()
    done = rename_report_from(document.renamed(move_samples.RENAMED))
    assert drawn(view.renamed(done), 80) == drawn(view.renamed(move_samples.RENAMED), 80)
    known = move_samples.RELOCATION
    assert relocation_from(relocate_document.relocation(known)) == known


def test_a_client_is_renamed_in_the_visitors_name(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = served.services.session.ledger(writing=True)
    ledger.recorder.finish_run(RUN, RunStatus.CANCELLED)
    command = ("rename", "client/acme", "umbrella", "--server", served.address)
    assert main((*command, "--dry-run")) == exit_codes.DONE
    assert "client/acme becomes client/umbrella" in capsys.readouterr().out
    assert (served.root / "clients/acme.yaml").exists()
    assert main((*command, "--yes", "--reason", "bought")) == exit_codes.DONE
    assert "client/acme is client/umbrella now; it had no state." in capsys.readouterr().out
    assert not (served.root / "clients/acme.yaml").exists()
    (event,) = [item for item in ledger.reader.events() if item.action == CELL_RENAMED]
    assert (event.actor, event.subject, event.reason) == ("Ada Lovelace", "client/acme", "bought")
    _finds_what_was_before(served, capsys)


def _finds_what_was_before(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    for more in ((), ("--server", served.address)):
        assert main(("runs", "client/umbrella", *more)) == exit_codes.DONE
        said = capsys.readouterr().out
        assert "renamed from client/acme on 20" in said
        assert RUN in said
        assert main(("events", "--subject", "client/umbrella", *more)) == exit_codes.DONE
        assert CELL_RENAMED in capsys.readouterr().out
    newest = program(served.services).get("/api/v1/events/latest?subject=client/umbrella&action=cell.renamed")
    assert [item["subject"] for item in newest.json()["events"]] == ["client/acme"]
    pages = browser(served.services)
    assert "client/acme on 20" in pages.get("/cells/client/umbrella").text
    assert RUN in pages.get("/cells/client/umbrella/history").text
    assert RUN in pages.get("/runs?cell=client/umbrella").text


def test_what_speaks_against_it_refuses_whoever_calls_the_api_without_a_look(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_case, "plan_rename", lambda *_: move_samples.RENAME)
    api = program(served.services)
    refused = api.post("/api/v1/cells/client/acme/rename", json={"new": "umbrella"})
    assert refused.status_code == 409
    assert "the new name would replace aws_s3_bucket.this" in refused.json()["detail"]
    assert (served.root / "clients/acme.yaml").exists()


OTHERS = replace(move_samples.RENAME, preview=Preview(plans={}, lost=()))


def test_what_would_be_lost_is_bound_to_what_was_seen(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plans = [OTHERS, move_samples.RENAME]
    monkeypatch.setattr(use_case, "_planned", lambda *_: plans.pop(0))
    command = ("rename", "client/acme", "umbrella", "--server", served.address, "--yes", "--allow-replace")
    assert main(command) == exit_codes.FINDINGS
    told = " ".join(capsys.readouterr().err.split())
    assert "would replace or destroy other resources than those that were shown" in told
    assert "by now: aws_s3_bucket.this of client/globex/storage (replace)" in told
    assert "cellwright rename client/acme umbrella --dry-run" in told
    assert (served.root / "clients/acme.yaml").exists()
    api = program(served.services)
    plans.append(move_samples.RENAME)
    body = {"new": "umbrella", "allow_replace": True, "seen": OTHERS.seen}
    assert api.post("/api/v1/cells/client/acme/rename", json=body).status_code == 409
    unseen = api.post("/api/v1/cells/client/acme/rename", json={"new": "umbrella", "allow_replace": True})
    assert (unseen.status_code, plans) == (409, [])
    assert "`allow_replace` says nothing of what may be replaced or destroyed" in unseen.json()["detail"]
    assert "send that plan's `seen` with it" in unseen.text
    assert (served.root / "clients/acme.yaml").exists()
    served.services.session.ledger(writing=True).recorder.finish_run(RUN, RunStatus.CANCELLED)
    plans += [move_samples.RENAME] * 2
    assert main(command) == exit_codes.DONE
    assert not (served.root / "clients/acme.yaml").exists()


@pytest.mark.parametrize(
    "command",
    [
        ("rename", "client/none", "other", "--yes"),
        ("rename", "client/acme", "globex", "--yes"),
        ("rename", "client/acme", "base/other", "--yes"),
        ("rename", "acme", "other", "--yes"),
        ("relocate", "client/acme", "--yes"),
        ("relocate", "client/none", "--yes"),
        ("relocate", "acme", "--yes"),
    ],
)
def test_what_is_refused_is_refused_in_the_same_words(
    served: Served, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    said = []
    for more in ((), ("--server", served.address)):
        assert main((*command, *more)) == exit_codes.FINDINGS
        said.append("".join(capsys.readouterr()))
    assert said[0] == said[1]


def test_whoever_may_change_one_client_gives_it_no_name_beyond(tmp_path: Path) -> None:
    one = (Grant(Role.OPERATOR, GrantScope(cells=("client/acme",))),)
    api = api_of(tmp_path, one)
    for path in ("rename/plan", "rename"):
        assert api.post(f"/api/v1/cells/client/acme/{path}", json={"new": "globex"}).status_code == 403
        assert api.post(f"/api/v1/cells/client/acme/{path}", json={"new": "other"}).status_code == 403
    body = {"from": "one", "to": "far"}
    assert api.post("/api/v1/cells/client/globex/relocate", json=body).status_code == 403
    assert api.get("/api/v1/cells/client/globex/relocation").status_code == 403
