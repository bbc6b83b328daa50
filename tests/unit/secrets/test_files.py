"""What is a file's own: links, permissions, and things that are no files."""

import os
from pathlib import Path

import pytest

from cellwright.secrets.file import FileSource
from cellwright.secrets.source import SecretFault


@pytest.fixture(name="folder")
def folder_fixture(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    folder.mkdir()
    for path in (folder / "token", tmp_path / "outside"):
        path.touch(0o600)
        path.write_text("hunter2")
    return folder


def why(folder: Path, name: str) -> str:
    with pytest.raises(SecretFault) as caught:
        FileSource(folder).read(name)
    assert "hunter2" not in f"{caught.value.why} {caught.value.advice}"
    return caught.value.why


@pytest.mark.parametrize(
    ("content", "text"),
    [(b"a\n", b"a"), (b"a\r\n", b"a"), (b"a\n\n", b"a\n"), (b"a", b"a"), (b" a ", b" a "), (b"\na", b"\na")],
)
def test_one_line_break_at_the_end_is_no_part_of_it(folder: Path, content: bytes, text: bytes) -> None:
    (folder / "token").write_bytes(content)
    assert FileSource(folder).read("token") == text


def test_links_are_followed_as_long_as_they_stay_inside(folder: Path) -> None:
    (folder / "..data").mkdir()
    (folder / "token").rename(folder / "..data/token")
    (folder / "token").symlink_to("..data/token")  # as Kubernetes has them
    assert FileSource(folder).read("token") == b"hunter2"


@pytest.mark.parametrize("target", ["../outside", "{outside}"])
def test_a_link_that_leads_out_is_refused(folder: Path, target: str) -> None:
    (folder / "link").symlink_to(target.format(outside=folder.parent / "outside"))
    assert why(folder, "link") == f"'link' is a link that leads out of {folder}"


def test_so_is_a_folder_that_is_one(folder: Path) -> None:
    (folder / "sub").symlink_to("..")
    assert "leads out of" in why(folder, "sub/outside")
    assert "leads out of" in why(folder, "../outside")


def test_links_in_a_circle(folder: Path) -> None:
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    assert "'a' in" in why(folder, "a")


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644])
def test_a_file_that_is_open_to_everybody_is_refused(folder: Path, mode: int) -> None:
    (folder / "token").chmod(mode)
    assert why(folder, "token") == "the file 'token' is open to all users of this machine"


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe", 0o600)
    assert why(folder, "pipe") == "'pipe' is no file"
    (folder / "sub").mkdir()
    assert why(folder, "sub") == "'sub' is no file"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SecretFault) as caught:
        FileSource(tmp_path / "absent").read("token")
    assert caught.value.down


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_file_that_may_not_be_read(folder: Path) -> None:
    (folder / "token").chmod(0)
    assert "can't be read: Permission denied" in why(folder, "token")
