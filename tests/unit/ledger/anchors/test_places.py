"""Files and git notes keep lines in order; what can't be kept or read is a finding."""

import os
from pathlib import Path

import pytest

from cellwright.fleet.fleet import AnchorSetting
from cellwright.git.repository import Repository
from cellwright.ledger.anchors.places import NEWEST, FilePlace, NotePlace, Surroundings, place_of
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import NOBODY, put_under_git

REF = "refs/notes/cellwright-audit"


def test_a_file_only_grows_and_its_newest_lines_are_read(tmp_path: Path) -> None:
    place = FilePlace(tmp_path / "anchors.log")
    assert place.lines() == ()
    for number in range(NEWEST + 2):
        with place.path.open("a") as file:
            file.write(f"{number}\n")
    place.append("last\n", 3)
    lines = place.lines()
    assert (len(lines), lines[0], lines[-1]) == (NEWEST, "3\n", "last\n")


def test_a_file_that_cant_be_used_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="can't be written: No such file"):
        FilePlace(tmp_path / "absent" / "anchors.log").append("x\n", 1)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DiagnosticError, match="can't be written"):
        FilePlace(link).append("x\n", 1)
    with pytest.raises(DiagnosticError, match="can't be read: Is a directory"):
        FilePlace(tmp_path).lines()


def test_notes_are_kept_with_the_commit_and_need_no_name(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    put_under_git(tmp_path)
    environment = {**NOBODY, "PATH": os.environ["PATH"]}
    place = NotePlace(Repository.containing(tmp_path, environment), REF)
    assert list(place.lines()) == []
    place.append('{"a": 1}\n', 1)
    place.append('{"b": 2}\n', 2)
    assert list(place.lines()) == ['{"a": 1}', '{"b": 2}']


def test_notes_need_a_repository_and_a_commit(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="no git repository"):
        NotePlace(None, REF).append("x\n", 1)
    repository = Repository.create(tmp_path, os.environ)
    with pytest.raises(DiagnosticError, match="no commit"):
        NotePlace(repository, REF).append("x\n", 1)


def test_a_place_is_made_of_its_setting(tmp_path: Path) -> None:
    around = Surroundings(tmp_path, None, {})
    assert place_of(AnchorSetting("file", "audit/a.log"), around).name == str(tmp_path / "audit/a.log")
    assert place_of(AnchorSetting("file", "/var/a.log"), around).name == "/var/a.log"
    assert place_of(AnchorSetting("git_note", REF), around).name == REF
    assert place_of(AnchorSetting("s3", "bucket/a/b/", 7), around).name == "s3://bucket/a/b"
