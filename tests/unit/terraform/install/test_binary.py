import os
from pathlib import Path

import pytest
from packaging.version import Version

from cellwright.files.user_cache import user_cache
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install import binary
from cellwright.terraform.install.binary import (
    Asking,
    Binary,
    BinaryMissingError,
    check_identity,
    find_binary,
)
from unit.terraform.kit import is_gone


def program(folder: Path, body: str, name: str = "terraform") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho call >>{folder}/calls\n{body}\n")
    path.chmod(0o755)
    return path


def answer(version: str, product: str = "Terraform") -> str:
    return f"printf '{product} v{version}\\non linux_amd64\\n'"


@pytest.fixture
def _any_file_is_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small scripts pass for Terraform itself, of which nothing but its size and form is looked at."""
    monkeypatch.setattr(binary, "_PROGRAM_BYTES", 1)
    monkeypatch.setattr(binary, "_SCRIPT", b"\0\0")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "bin").mkdir()
    return {"PATH": f"{tmp_path / 'bin'}:{os.defpath}", "XDG_CACHE_HOME": str(tmp_path / "cache")}


def calls(tmp_path: Path) -> int:
    return len((tmp_path / "bin" / "calls").read_text().splitlines())


@pytest.mark.usefixtures("_any_file_is_the_program")
def test_a_name_is_found_on_the_path_and_what_it_said_is_kept(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    path = program(tmp_path / "bin", answer("1.11.4"))

    first = find_binary("terraform", ">= 1.9", environment)
    second = find_binary(str(path), None, environment)

    assert first == second
    assert (first.path, str(first)) == (path, "Terraform 1.11.4")
    assert calls(tmp_path) == 1


@pytest.mark.usefixtures("_any_file_is_the_program")
def test_another_program_at_the_same_place_is_asked_again(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    program(tmp_path / "bin", answer("1.11.4"))
    find_binary("terraform", None, environment)
    program(tmp_path / "bin", answer("1.12.0", "OpenTofu") + "\n# longer")

    assert str(find_binary("terraform", None, environment)) == "OpenTofu 1.12.0"


def test_a_script_is_asked_each_time_as_its_answer_may_depend_on_anything(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    program(
        tmp_path / "bin",
        f"[ -e {tmp_path}/switched ] && {answer('1.12.6', 'OpenTofu')} || {answer('1.11.4')}",
    )

    before = find_binary("terraform", None, environment)
    (tmp_path / "switched").touch()
    after = find_binary("terraform", None, environment)

    assert (str(before), str(after)) == ("Terraform 1.11.4", "OpenTofu 1.12.6")


@pytest.mark.usefixtures("_any_file_is_the_program")
def test_a_large_program_of_another_name_is_asked_each_time(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    manager = program(tmp_path / "bin", answer("1.11.4"), "mise")
    (tmp_path / "bin" / "terraform").symlink_to(manager)

    find_binary("terraform", None, environment)
    find_binary("terraform", None, environment)

    assert calls(tmp_path) == 2


def test_a_version_manager_is_asked_where_the_fleet_lies(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", 'echo "Terraform v$(cat .terraform-version)"')
    (tmp_path / "fleet").mkdir()
    (tmp_path / "fleet" / ".terraform-version").write_text("1.14.2\n")

    found = find_binary("terraform", None, environment, asking=Asking(folder=tmp_path / "fleet"))

    assert str(found) == "Terraform 1.14.2"


def test_a_version_manager_gets_the_variables_that_its_runs_get(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    program(tmp_path / "bin", 'echo "Terraform v${TFENV_TERRAFORM_VERSION-1.11.4}"')
    switched = environment | {"TFENV_TERRAFORM_VERSION": "1.13.0"}

    assert str(find_binary("terraform", None, switched)) == "Terraform 1.11.4"
    asking = Asking(pass_patterns=("TFENV_*",))
    assert str(find_binary("terraform", None, switched, asking=asking)) == "Terraform 1.13.0"


def test_a_path_starts_in_the_folder_of_the_fleet(tmp_path: Path, environment: dict[str, str]) -> None:
    path = program(tmp_path / "bin", answer("1.11.4"))

    found = find_binary("./bin/terraform", None, environment, asking=Asking(folder=tmp_path))

    assert found.path == path


@pytest.mark.usefixtures("_any_file_is_the_program")
def test_a_damaged_cache_is_made_again(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", answer("1.11.4"))
    find_binary("terraform", None, environment)
    (kept,) = (user_cache(environment) / "binaries").iterdir()
    kept.write_text("{")

    find_binary("terraform", None, environment)

    assert calls(tmp_path) == 2


@pytest.mark.usefixtures("_any_file_is_the_program")
def test_an_unwritable_cache_is_ignored(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", answer("1.11.4"))
    (tmp_path / "cache").write_text("a file where a folder should be")

    assert str(find_binary("terraform", None, environment)) == "Terraform 1.11.4"


@pytest.mark.parametrize("name", ["tofu", "terraform"])
def test_opentofu_is_told_by_what_it_says(tmp_path: Path, environment: dict[str, str], name: str) -> None:
    program(tmp_path / "bin", answer("1.9.0", "OpenTofu"), name)

    found = find_binary(name, "~> 1.9", environment)

    assert (found.product, str(found)) == ("tofu", "OpenTofu 1.9.0")


def test_terraform_under_opentofus_name_is_terraform(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", answer("1.11.4"), "tofu")

    assert find_binary("tofu", None, environment).identity == BinaryVersion("terraform", "1.11.4")


def test_what_is_printed_around_the_answer_does_not_matter(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    program(
        tmp_path / "bin",
        f"echo Warning: no configuration; {answer('1.12.6', 'OpenTofu')}; echo + provider x v1",
    )

    assert str(find_binary("terraform", None, environment)) == "OpenTofu 1.12.6"


def test_the_other_product_than_the_settings_name(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", answer("1.11.4"))

    assert find_binary("terraform", None, environment, product="terraform").product == "terraform"
    with pytest.raises(DiagnosticError, match=r"is Terraform 1\.11\.4; the settings ask for OpenTofu"):
        find_binary("terraform", None, environment, product="tofu")


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
        "echo hello",
        'echo \'{"terraform_version": "1.11.4"}\'',
        "echo Terraform vnew",
        "echo Terraform v",
        "echo Terraform v1.11.4; echo OpenTofu v1.12.6",
        "printf '\\\\377\\\\000'",
        "echo usage; exit 3",
    ],
)
def test_something_else_is_no_terraform(tmp_path: Path, environment: dict[str, str], body: str) -> None:
    program(tmp_path / "bin", body)

    with pytest.raises(DiagnosticError, match="neither Terraform nor OpenTofu"):
        find_binary("terraform", None, environment)


def test_a_version_manager_that_has_no_version_says_why(tmp_path: Path, environment: dict[str, str]) -> None:
    path = program(tmp_path / "bin", "echo No version is set for command terraform >&2; exit 126")

    with pytest.raises(DiagnosticError) as caught:
        find_binary("terraform", None, environment)

    (found,) = caught.value.diagnostics
    assert found.summary == f"`{path} version` failed with exit code 126"
    assert found.detail.startswith("No version is set for command terraform; check terraform.binary")


def test_a_program_that_is_killed_is_not_called_another_one(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    path = program(tmp_path / "bin", "kill -9 $$")

    with pytest.raises(DiagnosticError, match=f"`{path} version` was ended by signal 9"):
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
        find_binary("terraform", None, environment, asking=Asking(seconds=1.0))

    assert is_gone(int((tmp_path / "child").read_text()))


@pytest.mark.parametrize(
    ("said", "least"),
    [
        ("Terraform v1.8.5", "Terraform 1.9"),
        ("Terraform v1.9.0-rc2", "Terraform 1.9"),
        ("OpenTofu v1.6.3", "OpenTofu 1.7"),
    ],
)
def test_too_old(tmp_path: Path, environment: dict[str, str], said: str, least: str) -> None:
    program(tmp_path / "bin", f"#!/bin/sh\necho {said}\n")

    with pytest.raises(DiagnosticError) as caught:
        find_binary("terraform", None, environment)

    (found,) = caught.value.diagnostics
    is_this = f"{tmp_path}/bin/terraform is {said.replace(' v', ' ')}; Cellwright needs {least} or newer"
    assert found.summary == is_this
    assert "install a newer one, or name another" in found.detail


@pytest.mark.parametrize("said", ["Terraform v1.9.0", "OpenTofu v1.7.0"])
def test_just_new_enough(tmp_path: Path, environment: dict[str, str], said: str) -> None:
    program(tmp_path / "bin", f"#!/bin/sh\necho {said}\n")

    assert f"{find_binary('terraform', None, environment)}" == said.replace(" v", " ")


def test_not_what_the_fleet_asks_for(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", answer("1.11.4"))

    with pytest.raises(DiagnosticError, match=r"the settings ask for '>= 2\.0'"):
        find_binary("terraform", ">= 2.0", environment)


def test_a_constraint_that_is_none(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", answer("1.11.4"))

    with pytest.raises(DiagnosticError, match="'newest' is no version constraint"):
        find_binary("terraform", "newest", environment)


def test_the_cache_folder_follows_the_xdg_rules(tmp_path: Path) -> None:
    assert user_cache({"XDG_CACHE_HOME": "/c", "HOME": "/h"}) == Path("/c/cellwright")
    assert user_cache({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == Path("/h/.cache/cellwright")
    assert user_cache({"HOME": str(tmp_path)}) == tmp_path / ".cache" / "cellwright"


@pytest.mark.parametrize(
    "ran",
    [BinaryVersion("tofu", "1.11.4"), BinaryVersion("terraform", "1.11.5"), BinaryVersion("terraform", "?")],
)
def test_a_command_that_was_another_program_is_refused(ran: BinaryVersion) -> None:
    asked = Binary(Path("/bin/terraform"), "terraform", Version("1.11.4"))
    check_identity(asked, BinaryVersion("terraform", "1.11.4"), "terraform plan")
    with pytest.raises(
        DiagnosticError, match=r"said that it is Terraform 1\.11\.4, but `terraform plan` ran"
    ):
        check_identity(asked, ran, "terraform plan")


def test_a_version_is_recorded_as_the_program_says_it(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path / "bin", answer("1.15.0-beta1"))
    assert str(find_binary("terraform", None, environment)) == "Terraform 1.15.0-beta1"


def test_a_program_that_was_replaced_is_not_current(tmp_path: Path, environment: dict[str, str]) -> None:
    path = program(tmp_path / "bin", answer("1.11.4"))
    found = find_binary("terraform", None, environment)
    assert found.is_current()
    path.unlink()
    assert not found.is_current()
    program(tmp_path / "bin", answer("1.12.0") + "\n# longer")
    assert not found.is_current()
    with pytest.raises(
        DiagnosticError, match=r"`terraform plan` ran Terraform 1\.12\.0; its file was replaced"
    ):
        check_identity(found, BinaryVersion("terraform", "1.12.0"), "terraform plan")


@pytest.mark.parametrize("path", [".", "", ":/usr/bin", ".:/usr/bin", "bin:/usr/bin"])
def test_a_program_in_the_current_folder_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in (tmp_path, tmp_path / "bin"):
        folder.mkdir(exist_ok=True)
        (folder / "planted-terraform").write_text("#!/bin/sh\necho Terraform v1.11.4\n")
        (folder / "planted-terraform").chmod(0o755)
    with pytest.raises(BinaryMissingError):
        find_binary("planted-terraform", None, {"PATH": path})
    with pytest.raises(BinaryMissingError):
        find_binary("./planted-terraform", None, {"PATH": path}, asking=Asking(folder=tmp_path / "fleet"))
