"""A check that passed passes again only while all that it looked at is the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from passed_before import AGAIN, Check, check_of


@pytest.fixture(name="check")
def check_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Check]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(AGAIN, raising=False)
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks/main.tf").write_text("first")
    check_of("named", [tmp_path / "stacks"], "1.0").remember()
    return lambda: check_of("named", [tmp_path / "stacks"], "1.0")


def test_unchanged_it_has_passed(check: Callable[[], Check]) -> None:
    assert check().passed()


def test_what_was_found_is_given_again(check: Callable[[], Check]) -> None:
    assert check().found() == b""

    check().remember(b"many words")

    assert check().found() == b"many words"


def test_asked_for_again_it_has_not(check: Callable[[], Check], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(AGAIN, "1")

    assert not check().passed()
    assert check().found() is None


@pytest.mark.parametrize(("file", "content"), [("main.tf", "second"), ("more.tf", ""), ("a/b.tf", "first")])
def test_another_content_has_not(check: Callable[[], Check], tmp_path: Path, file: str, content: str) -> None:
    path = tmp_path / "stacks" / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)

    assert not check().passed()


def test_a_file_of_another_name_has_not(check: Callable[[], Check], tmp_path: Path) -> None:
    (tmp_path / "stacks/main.tf").rename(tmp_path / "stacks/other.tf")

    assert not check().passed()


def test_another_program_has_not(tmp_path: Path, check: Callable[[], Check]) -> None:
    assert check().passed()
    assert not check_of("named", [tmp_path / "stacks"], "1.1").passed()
