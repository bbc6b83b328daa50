import os

import pytest

from cellwright.model.text.search_path import absolute_entries, program_path, without_current_folder


@pytest.mark.parametrize(
    ("text", "kept"), [("/a:/b", "/a:/b"), (":/a:", "/a"), (".:/a:bin:./x:~/y", "/a"), ("", ""), (":.", "")]
)
def test_empty_and_relative_entries_are_left_out(text: str, kept: str) -> None:
    assert absolute_entries(text) == kept


def test_without_any_folder_left_programs_are_where_the_system_has_them() -> None:
    assert program_path({"PATH": "."}) == program_path({}) == os.defpath
    assert program_path({"PATH": ".:/a"}) == "/a"


def test_no_search_path_and_no_folder_of_the_user_depends_on_the_current_folder() -> None:
    given = {
        "PATH": ":/a",
        "PYTHONPATH": "",
        "LD_LIBRARY_PATH": "/l:",
        "HOME": ".",
        "XDG_CACHE_HOME": "c",
        "A": ".",
    }
    assert without_current_folder(given) == {"PATH": "/a", "LD_LIBRARY_PATH": "/l", "A": "."}
