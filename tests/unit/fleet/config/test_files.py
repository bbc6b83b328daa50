"""Reading files: only what should be read."""

import os
import socket
from pathlib import Path

import pytest

from cellwright.fleet.config.files import FleetFiles, shown_path
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.limits import DOCUMENT_BYTES


def fault(root: Path, name: str) -> str:
    with pytest.raises(DiagnosticError) as caught:
        FleetFiles(root).read_text(name)
    return str(caught.value)


def test_text_without_its_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfa: \xc3\xa9")
    assert FleetFiles(tmp_path).read_text("a.yaml") == "a: é"


def test_missing(tmp_path: Path) -> None:
    assert fault(tmp_path, "a/b.yaml").startswith("a/b.yaml:1:1: error: the file can't be read: No such file")


def test_binary_is_placed_where_it_stops_being_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("a: 1\né: ".encode() + b"\xff\xfe\x00")
    assert fault(tmp_path, "a.yaml").startswith("a.yaml:2:4: error: the file is not UTF-8 text")


def test_huge(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"a: 1\n" * 2_000_000)
    assert "10,000,000 bytes, a settings document at most 1,048,576" in fault(tmp_path, "a.yaml")
    (tmp_path / "b.yaml").write_bytes(b"#" * DOCUMENT_BYTES)
    assert FleetFiles(tmp_path).read_text("b.yaml")


def test_neither_folder_nor_pipe_nor_socket(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "no regular file" in fault(tmp_path, "folder.yaml")
    assert "no regular file" in fault(tmp_path, "pipe.yaml")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(tmp_path / "socket.yaml"))
        assert "can't be read" in fault(tmp_path, "socket.yaml")


def test_a_link_inside_is_followed_and_one_outside_is_not(tmp_path: Path) -> None:
    root = tmp_path / "fleet"
    (root / "sub").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text("a: 1")
    (root / "real.yaml").write_text("a: 2")
    (root / "sub/inside.yaml").symlink_to("../real.yaml")
    (root / "escape.yaml").symlink_to("../outside.yaml")
    (root / "folder").symlink_to("..")
    (root / "circle.yaml").symlink_to("circle.yaml")
    assert FleetFiles(root).read_text("sub/inside.yaml") == "a: 2"
    assert "leaves the fleet repository" in fault(root, "escape.yaml")
    assert "leaves the fleet repository" in fault(root, "folder/outside.yaml")
    assert "leaves the fleet repository" in fault(root, "../outside.yaml")
    assert "can't be read" in fault(root, "circle.yaml")


def test_a_root_that_is_itself_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.yaml").write_text("a: 1")
    (tmp_path / "link").symlink_to("real")
    assert FleetFiles(tmp_path / "link").read_text("a.yaml") == "a: 1"


def test_names_that_no_file_can_have(tmp_path: Path) -> None:
    files = FleetFiles(tmp_path)
    assert not files.exists("a\0b")
    assert "can't be read" in fault(tmp_path, "a\0b") or "leaves" in fault(tmp_path, "a\0b")
    assert "can't be read" in fault(tmp_path, "a" * 5_000)


def test_names_that_are_no_text_can_be_shown() -> None:
    assert shown_path(os.fsdecode(b"a\xff.yaml")) == "a\\udcff.yaml"
