import pytest

from cellwright.ci.mark import Standing, marked, standing

PATHS = ("a.yml", "vars/a.groovy", "Dockerfile", "a.md", "plugins.txt", "run.sh")


@pytest.mark.parametrize("path", PATHS)
def test_what_was_written_is_known_again(path: str) -> None:
    before, after = marked(path, "one\n"), marked(path, "two")
    assert standing(None, after) is Standing.NEW
    assert standing(before, before) is Standing.UNCHANGED
    assert standing(before, after) is Standing.UPDATED


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("old", "new"), [("one", "other"), ("one\n", "one\n\n"), ("Written", "written"), ("one\n", "one\r\n")]
)
def test_any_change_by_hand_is_noticed(path: str, old: str, new: str) -> None:
    by_hand = marked(path, "one\n").replace(old, new, 1)
    assert standing(by_hand, marked(path, "two\n")) is Standing.CHANGED_BY_HAND


@pytest.mark.parametrize("path", PATHS)
def test_lines_after_the_mark_are_a_change(path: str) -> None:
    assert standing(marked(path, "one\n") + "more\n", marked(path, "two")) is Standing.CHANGED_BY_HAND


@pytest.mark.parametrize("found", ["", "jobs: {}\n", "\ufffd"])
def test_a_file_of_others_is_not_ours(found: str) -> None:
    assert standing(found, marked("a.yml", "jobs: {}\n")) is Standing.CHANGED_BY_HAND
