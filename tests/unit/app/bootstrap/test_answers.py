"""Answers are keys of a file that people may edit."""

from pathlib import Path

import pytest

from cellwright.app.bootstrap.answers import FILE, Answers
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json


def test_a_null_is_written_and_is_not_one_that_is_missing(tmp_path: Path) -> None:
    answers = Answers(tmp_path)
    assert answers.put("region", "eu-west-1")
    assert answers.put("stacks.state.days", None)
    assert not answers.put("stacks.state.days", None)
    assert "days: null" in (tmp_path / FILE).read_text()


@pytest.mark.parametrize("value", ["x", ["a", "b"], {"k": "v"}, True, 3])
def test_what_was_written_is_written_once(tmp_path: Path, value: Json) -> None:
    answers = Answers(tmp_path)
    assert answers.put("a.b", value)
    assert not answers.put("a.b", value)
    assert answers.get("a.b") == value


def test_a_file_that_is_no_yaml_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text("a: [\n")
    with pytest.raises(DiagnosticError) as failure:
        Answers(tmp_path).get("a")
    assert failure.value.diagnostics[0].position is not None
