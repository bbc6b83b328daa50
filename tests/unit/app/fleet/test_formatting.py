"""`fmt` through the command line: what it writes, what it leaves alone, what it says."""

import json
from pathlib import Path

import pytest
import yaml

from every_command import answer
from unit.app.kit import NOBODY, make_fleet

HOOKS = Path(__file__).parents[4] / ".pre-commit-hooks.yaml"
UNTIDY = "stacks:\n    app:   {size:  2} # why\n"
TIDY = "stacks:\n  app: {size: 2} # why\n"


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    make_fleet(tmp_path, acme=UNTIDY, broken="a: [1\n")
    (tmp_path / "stack" / "values.yaml").write_text("a:   1\n")
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "own.yaml").write_text("a:   1\n")
    return tmp_path


def fmt(root: Path, *arguments: str, code: int = 0) -> str:
    found, text = answer(("fmt", *arguments), root, NOBODY)
    assert found == code, text
    return text


def test_it_writes_what_it_can_and_says_what_it_can_t(fleet: Path) -> None:
    said = fmt(fleet, code=1)
    assert (fleet / "clients" / "acme.yaml").read_text() == TIDY
    assert (fleet / "clients" / "broken.yaml").read_text() == "a: [1\n"
    assert (fleet / "stacks" / "own.yaml").read_text() == "a:   1\n"
    assert said.startswith("clients/acme.yaml\nstack/values.yaml\n\nclients/broken.yaml:2:1: error: ")
    assert said.endswith("\n2 files formatted\n")


def test_check_and_diff_write_nothing(fleet: Path) -> None:
    (fleet / "clients" / "broken.yaml").unlink()
    assert fmt(fleet, "--check", code=1) == "clients/acme.yaml\nstack/values.yaml\n\n2 files to format\n"
    assert fmt(fleet, "--diff", "clients/acme.yaml") == (
        "--- clients/acme.yaml\n+++ clients/acme.yaml (formatted)\n@@ -1,2 +1,2 @@\n stacks:\n"
        "-    app:   {size:  2} # why\n+  app: {size: 2} # why\n\n1 file to format\n"
    )
    assert (fleet / "clients" / "acme.yaml").read_text() == UNTIDY
    document = json.loads(fmt(fleet, "--check", "--json", code=1))
    assert document["changed"] == ["clients/acme.yaml", "stack/values.yaml"]


def test_only_the_folder_of_stacks_is_left_alone_not_what_begins_with_its_name(fleet: Path) -> None:
    (fleet / "clients" / "broken.yaml").unlink()
    (fleet / "stacks-defaults.yaml").write_text(UNTIDY)
    fmt(fleet)
    assert (fleet / "stacks-defaults.yaml").read_text() == TIDY
    assert (fleet / "stacks" / "own.yaml").read_text() == "a:   1\n"


def test_what_is_formatted_stays(fleet: Path) -> None:
    path = fleet / "clients" / "acme.yaml"
    path.write_text(TIDY)
    before = path.stat().st_mtime_ns
    assert fmt(fleet, str(path)) == "✓ 1 file formatted already\n"
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize("file", ["clients/none.yaml", "/etc/passwd", "../other.yaml", "clients"])
def test_a_file_that_can_t_be_formatted_is_said(fleet: Path, file: str) -> None:
    assert "error: " in fmt(fleet, file, code=1)


WINDOWS = b"\xef\xbb\xbf# ours\r\na:   1\r\n\r\n\r\n\r\nb: |\r\n  x\r\n\r\n  y\r\n"


def test_line_ends_and_a_byte_order_mark_stay(fleet: Path) -> None:
    path = fleet / "clients" / "acme.yaml"
    path.write_bytes(WINDOWS)
    shown = fmt(fleet, "--diff", str(path))
    assert shown.splitlines()[3:10] == [" # ours", "-a:   1", "-", "-", "+a: 1", " ", " b: |"]
    assert path.read_bytes() == WINDOWS
    fmt(fleet, str(path))
    tidy = b"\xef\xbb\xbf# ours\r\na: 1\r\n\r\nb: |\r\n  x\r\n\r\n  y\r\n"
    assert path.read_bytes() == tidy
    assert "1 file formatted already" in fmt(fleet, "--check", str(path))
    assert path.read_bytes() == tidy


def test_a_missing_last_line_end_is_shown(fleet: Path) -> None:
    path = fleet / "clients" / "acme.yaml"
    path.write_bytes(b"a: 1")
    shown = fmt(fleet, "--diff", str(path))
    assert shown.splitlines()[3:6] == ["-a: 1", "\\ No newline at end of file", "+a: 1"]


def test_the_hooks_are_those_of_the_command_line() -> None:
    hooks = yaml.safe_load(HOOKS.read_text())
    assert [(hook["id"], hook["entry"]) for hook in hooks] == [
        ("cellwright-fmt", "cellwright fmt"),
        ("cellwright-check", "cellwright check"),
    ]
