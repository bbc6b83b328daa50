"""`job offboard`: the name as it was typed, the plans that were seen, and who has answered."""

import json
from pathlib import Path

import pytest

from cellwright.app.clients.offboard import OffboardRequest
from golden.cli import life_samples, samples
from unit.cli.conftest import Place, Run
from unit.cli.opened import Opened

SEEN = {"cell": "client/globex", "run": life_samples.PLAN_RUN, "digest": "5f0c", "told": "3 units"}


@pytest.fixture(name="seen")
def _seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CELLWRIGHT_ACTOR", "grace")
    monkeypatch.setattr(Opened, "ledger", lambda _opened: None, raising=False)  # it may be used
    file = tmp_path / "seen.json"
    file.write_text(json.dumps(SEEN))
    return file


def test_what_was_seen_is_carried_out(run: Run, place: Place, seen: Path) -> None:
    use_case = place("app.clients.offboard.offboard", life_samples.OFFBOARDED)
    answer = run("job", "offboard", "globex", "--seen", str(seen), "--reason", "gone")
    assert answer.code == 0, answer.err
    assert use_case.given[2] == OffboardRequest(
        name="globex", reason="gone", hooks=True, planned=life_samples.PLAN_RUN, planned_digest="5f0c"
    )


@pytest.mark.parametrize("typed", ["", "Globex", "globex ", "acme", "client/globex"])
def test_another_name_than_the_client_s_does_nothing(run: Run, place: Place, seen: Path, typed: str) -> None:
    use_case = place("app.clients.offboard.offboard", life_samples.OFFBOARDED)
    answer = run("job", "offboard", "--seen", str(seen), "--", typed)
    assert answer.code == 1
    assert "the name 'globex' was not typed" in answer.err
    assert not use_case.given


def test_without_a_person_s_name_nothing_is_done(
    run: Run, place: Place, seen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CELLWRIGHT_ACTOR")
    use_case = place("app.clients.offboard.offboard", life_samples.OFFBOARDED)
    answer = run("job", "offboard", "globex", "--seen", str(seen))
    assert answer.code == 1
    assert "nobody is named who has approved" in " ".join(answer.err.split())
    assert not use_case.given


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cell": "client/globex", "run": 7, "digest": "x"}'])
def test_a_file_of_something_else_is_a_finding(run: Run, place: Place, seen: Path, text: str) -> None:
    use_case = place("app.clients.offboard.offboard", life_samples.OFFBOARDED)
    seen.write_text(text)
    answer = run("job", "offboard", "globex", "--seen", str(seen))
    assert answer.code == 1
    assert "seen.json" in answer.err
    assert not use_case.given


def test_what_is_shown_is_written_for_the_next_step_and_the_code_says_whether_it_may_be_confirmed(
    run: Run, place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "out.json"
    place("cli.interaction.run_plans.report_of", samples.PLANNED)
    for found, code in (
        (life_samples.TO_CONFIRM, 0),
        (life_samples.DENIED, 1),
        (life_samples.OUT_OF_DATE, 1),
    ):
        use_case = place("app.jobs.leaving.look_at_offboard_plan", found)
        answer = run("job", "offboard-look", "globex", "--run", found.run.id, "--out", str(file))
        assert answer.code == code
        assert found.judged is not None
        assert found.judged.told() in answer.out
        document = json.loads(file.read_text())
        assert (document["run"], document["digest"]) == (found.run.id, found.digest)
        assert document["may_be_confirmed"] is (code == 0)
        assert use_case.given[2].run == found.run.id  # type: ignore[attr-defined]  # the request
