import os
from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.binary import BinaryMissingError, find_binary, user_cache
from unit.terraform.kit import is_gone


def program(folder: Path, body: str, name: str = "terraform") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho call >>{folder}/calls\n{body}\n")
    path.chmod(0o755)
    return path


def answer(version: str, outdated: str = ', "terraform_outdated": false') -> str:
    return f"""echo '{{"terraform_version": "{version}"{outdated}}}'"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "bin").mkdir()
    return {"PATH": f"{tmp_path / 'bin'}:{os.defpath}", "XDG_CACHE_HOME": str(tmp_path / "cache")}


def calls(tmp_path: Path) -> int:
    return len((tmp_path / "bin" / "calls").read_text().splitlines())


def test_a_name_is_found_on_the_path_and_its_version_is_cached(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    path = program(tmp_path / "bin", answer("1.11.4"))

    first = find_binary("terraform", ">= 1.9", environment)
    second = find_binary(str(path), None, environment)

    assert first == second
    assert (first.path, str(first)) == (path, "terraform 1.11.4")
    assert calls(tmp_path) == 1


def test_another_program_at_the_same_place_is_asked_again(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    program(tmp_path / "bin", answer("1.11.4"))
    find_binary("terraform", None, environment)
    program(tmp_path / "bin", answer("1.12.0") + "\n# longer")

    assert str(find_binary("terraform", None, environment)) == "terraform 1.12.0"


def test_a_damaged_cache_is_made_again(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", answer("1.11.4"))
    find_binary("terraform", None, environment)
    (kept,) = (user_cache(environment) / "binaries").iterdir()
    kept.write_text("{")

    find_binary("terraform", None, environment)

    assert calls(tmp_path) == 2


def test_an_unwritable_cache_is_ignored(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", answer("1.11.4"))
    (tmp_path / "cache").write_text("a file where a folder should be")

    assert str(find_binary("terraform", None, environment)) == "terraform 1.11.4"


def test_opentofu_is_told_apart(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", answer("1.9.0", ""), "tofu")

    assert str(find_binary("tofu", "~> 1.9", environment)) == "tofu 1.9.0"


def test_a_missing_program_says_what_to_install(environment: dict[str, str]) -> None:
    with pytest.raises(BinaryMissingError, match="no-such-terraform is not on the PATH; install Terraform"):
        find_binary("no-such-terraform", None, environment)


def test_a_missing_path_says_so(tmp_path: Path, environment: dict[str, str]) -> None:
    with pytest.raises(BinaryMissingError, match="does not exist"):
        find_binary(str(tmp_path / "gone"), None, environment)


def test_a_folder_is_no_program(tmp_path: Path, environment: dict[str, str]) -> None:
    with pytest.raises(DiagnosticError, match="is a folder"):
        find_binary(str(tmp_path), None, environment)


def test_a_file_that_may_not_run(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "terraform").write_text("text")

    with pytest.raises(DiagnosticError, match="is not executable"):
        find_binary(str(tmp_path / "terraform"), None, environment)


@pytest.mark.parametrize(
    "body",
    [
        "exit 0",
        "echo '{}'",
        "echo '[]'",
        "echo no json",
        'echo \'{"terraform_version": "new"}\'',
        "echo '{\"terraform_version\": 3}'",
        "exit 3",
    ],
)
def test_something_else_is_no_terraform(tmp_path: Path, environment: dict[str, str], body: str) -> None:
    program(tmp_path / "bin", body)

    with pytest.raises(DiagnosticError, match="neither Terraform nor OpenTofu"):
        find_binary("terraform", None, environment)


def test_a_file_of_another_format_cant_be_started(tmp_path: Path, environment: dict[str, str]) -> None:
    path = tmp_path / "bin" / "terraform"
    path.write_bytes(b"\x7fELF garbage")
    path.chmod(0o755)

    with pytest.raises(DiagnosticError, match="can't be started"):
        find_binary("terraform", None, environment)


def test_a_program_that_hangs_is_given_up_with_all_that_it_started(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    program(tmp_path / "bin", f"sleep 600 & echo $! >{tmp_path}/child; sleep 600")

    with pytest.raises(DiagnosticError, match="did not print its version within 1 s"):
        find_binary("terraform", None, environment, probe_seconds=1.0)

    assert is_gone(int((tmp_path / "child").read_text()))


def test_too_old(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", answer("1.5.7"))

    with pytest.raises(DiagnosticError, match=r"terraform 1\.5\.7; Cellwright needs 1\.9 or newer"):
        find_binary("terraform", None, environment)


def test_not_what_the_fleet_asks_for(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", answer("1.11.4"))

    with pytest.raises(DiagnosticError, match=r"the fleet asks for '>= 2\.0'"):
        find_binary("terraform", ">= 2.0", environment)


def test_a_constraint_that_is_none(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", answer("1.11.4"))

    with pytest.raises(DiagnosticError, match="'newest' is no version constraint"):
        find_binary("terraform", "newest", environment)


def test_the_cache_folder_follows_the_xdg_rules(tmp_path: Path) -> None:
    assert user_cache({"XDG_CACHE_HOME": "/c", "HOME": "/h"}) == Path("/c/cellwright")
    assert user_cache({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == Path("/h/.cache/cellwright")
    assert user_cache({"HOME": str(tmp_path)}) == tmp_path / ".cache" / "cellwright"
