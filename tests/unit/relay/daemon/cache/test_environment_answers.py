from pathlib import Path

import pytest

from cellwright.relay.daemon.cache import environment_answers
from cellwright.relay.daemon.cache.environment_answers import EnvironmentAnswers, RememberedAnswer
from cellwright.relay.daemon.cache.environment_key import EnvironmentKeys

HERE = {b"TOKEN": b"secret-of-ours"}


def answers_in(folder: Path) -> EnvironmentAnswers:
    return EnvironmentAnswers(folder, EnvironmentKeys(folder))


def test_answers_outlive_the_process_and_reveal_nothing(tmp_path: Path) -> None:
    answers_in(tmp_path).write("h1:x", HERE, "digest", 2)

    again = answers_in(tmp_path)
    assert again.read("h1:x", HERE) == RememberedAnswer("digest", 2)
    assert again.read("h1:x", {b"TOKEN": b"other"}) is None
    assert again.read("h1:y", HERE) is None
    (path,) = (tmp_path / "answers").iterdir()
    assert b"secret-of-ours" not in path.read_bytes()


def test_an_old_answer_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = answers_in(tmp_path)
    answers.write("h1:x", HERE, "digest", 2)
    monkeypatch.setattr(environment_answers, "_SECONDS_KEPT", -1.0)

    assert answers.read("h1:x", HERE) is None
    assert answers_in(tmp_path).read("h1:x", HERE) is None


def test_a_damaged_answer_counts_as_none(tmp_path: Path) -> None:
    answers_in(tmp_path).write("h1:x", HERE, "digest", 2)
    (path,) = (tmp_path / "answers").iterdir()
    path.write_bytes(path.read_bytes()[:-1])

    assert answers_in(tmp_path).read("h1:x", HERE) is None
