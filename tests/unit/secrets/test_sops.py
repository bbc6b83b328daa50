"""How the program is found, started and judged; what it decrypts is a matter of the contract tests."""

import os
from pathlib import Path

import pytest

from cellwright.secrets.sops import SopsSource
from cellwright.secrets.source import LIMIT, SecretFault


@pytest.fixture(name="folder")
def folder_fixture(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "db.yaml").write_text("password: ENC[...]")
    return folder


def script(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "sops").write_text(f"#!/bin/sh\n{text}\n")
    (folder / "sops").chmod(0o755)


def source(folder: Path, text: str = "", timeout: float = 30) -> SopsSource:
    bin_ = folder.parent / "bin"
    script(bin_, text)
    return SopsSource(folder, timeout, {"PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}", "MARK": "x"})


def why(given: SopsSource, name: str = "db.yaml") -> SecretFault:
    with pytest.raises(SecretFault) as caught:
        given.read(name)
    assert "hunter2" not in f"{caught.value.why} {caught.value.advice}"
    return caught.value


def test_it_is_given_the_file_and_the_environment(folder: Path) -> None:
    found = source(folder, """printf '{"arguments": "%s", "mark": "%s"}' "$*" "$MARK" """).read("db.yaml")
    assert found == {"arguments": f"--decrypt --output-type json {folder}/db.yaml", "mark": "x"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (128, "no key that it is encrypted for is here"),
        (51, "it was changed by hand"),
        (203, "it is not encrypted"),
        (7, "exit code 7"),
    ],
)
def test_how_it_ends(folder: Path, code: int, expected: str) -> None:
    found = why(source(folder, f"echo hunter2 >&2; exit {code}"))
    assert found.why.startswith(f"SOPS can't decrypt 'db.yaml': {expected}")
    assert found.advice


@pytest.mark.parametrize(
    ("output", "expected"), [("hunter2", "is no JSON"), ('["hunter2"]', "has no keys"), ("", "is no JSON")]
)
def test_what_it_must_not_print(folder: Path, output: str, expected: str) -> None:
    assert expected in why(source(folder, f"printf '%s' '{output}'")).why


def test_it_may_not_take_for_ever(folder: Path) -> None:
    assert "has not ended within 0.2 seconds" in why(source(folder, "exec sleep 60", timeout=0.2)).why


def test_a_file_that_is_too_large_is_not_decrypted(folder: Path) -> None:
    (folder / "db.yaml").write_bytes(b"x" * (LIMIT + 1))
    assert "more than" in why(source(folder, "exit 7")).why


def test_a_file_that_is_not_there_or_elsewhere(folder: Path) -> None:
    assert "there is no file 'absent.yaml'" in why(source(folder), "absent.yaml").why
    (folder / "link.yaml").symlink_to("/etc/hostname")
    assert "leads out of" in why(source(folder), "link.yaml").why


def test_a_program_that_can_not_be_started(folder: Path) -> None:
    given = source(folder)
    (folder.parent / "bin/sops").write_text("#!/absent\n")
    found = why(given)
    assert "can't be started" in found.why
    assert found.down


@pytest.mark.parametrize("path", [None, "", ".", "bin", ":", "/absent"])
def test_nothing_is_started_from_the_current_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch, path: str | None
) -> None:
    for place in (folder.parent, folder.parent / "bin"):
        script(place, "echo '{}'")
    monkeypatch.chdir(folder.parent)
    monkeypatch.setattr(os, "defpath", "/absent")  # taken where there is no PATH
    found = why(SopsSource(folder, 30, {"PATH": path} if path is not None else {}))
    assert found.why == "the program 'sops' is not on the PATH"
    assert found.down
