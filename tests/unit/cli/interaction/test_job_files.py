"""What a build hands from one of its steps to the next, and what is refused of it."""

import json
from pathlib import Path

import pytest

from cellwright.cli.interaction.job_files import (
    ApplyFile,
    OnboardFile,
    read_request,
    refuse_nameless,
    seen_plans,
    write_document,
)
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError

RUN = "20261122-214812-3f9a"


def written(folder: Path, content: object) -> Path:
    path = folder / "given.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_a_request_is_what_the_build_has_written(tmp_path: Path) -> None:
    hostile = "acme; $(touch pwned)\n`'\""
    given = {"name": hostile, "set": ["tier=gold"], "reason": hostile}
    found = read_request(written(tmp_path, given), OnboardFile)
    assert (found.name, found.set, found.reason, found.again) == (hostile, ["tier=gold"], hostile, False)
    assert read_request(written(tmp_path, {}), ApplyFile).selectors == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "valid dictionary"),
        ({"name": None}, "name: Input should be a valid string"),
        ({"name": "acme", "set": "tier=gold"}, "set: Input should be a valid list"),
        ({"name": "acme", "nmae": "x"}, "nmae: Extra inputs"),
        ({"name": "a" * 5_000}, "name: String should have at most"),
    ],
)
def test_what_is_no_request_is_refused_with_its_field(tmp_path: Path, content: object, told: str) -> None:
    with pytest.raises(DiagnosticError, match=told):
        read_request(written(tmp_path, content), OnboardFile)


def test_a_request_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="can't be read: No such file"):
        read_request(tmp_path / "none.json", ApplyFile)


def test_the_plans_that_were_shown_are_known_by_their_digests(tmp_path: Path) -> None:
    plans = [{"unit": "client/acme/app", "plan_digest": "d1", "more": 1}]
    path = tmp_path / "seen.json"
    write_document(path, {"run": {"run": RUN}, "waiting": plans})  # type: ignore[dict-item]  # JSON
    assert seen_plans(path, RUN) == {UnitAddress.parse("client/acme/app"): "d1"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"run": {"run": "other"}, "waiting": [{"unit": "a/b/c", "plan_digest": "d"}]}, "of run other, not"),
        ({"run": {"run": RUN}, "waiting": []}, "names no plan that waits"),
        ({"run": {"run": RUN}, "waiting": [{"unit": "nonsense", "plan_digest": "d"}]}, "does not say which"),
        ({"run": RUN}, "does not say which"),
        (None, "does not say which"),
    ],
)
def test_a_file_that_names_other_plans_approves_nothing(tmp_path: Path, content: object, told: str) -> None:
    with pytest.raises(DiagnosticError, match=told):
        seen_plans(written(tmp_path, content), RUN)


def test_a_document_that_can_t_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="can't be written: No such file"):
        write_document(tmp_path / "none" / "run.json", {})


def test_an_answer_that_nobody_gave_is_refused() -> None:
    for environment in ({}, {"CELLWRIGHT_ACTOR": " "}, {"CELLWRIGHT_ACTS_FOR": ""}):
        with pytest.raises(DiagnosticError, match="nobody is named who has approved"):
            refuse_nameless(environment)
    refuse_nameless({"CELLWRIGHT_ACTOR": "grace"})
    refuse_nameless({"CELLWRIGHT_ACTS_FOR": "grace"})
