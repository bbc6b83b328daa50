from pathlib import Path

import pytest

from cellwright.demo.terraform import find_or_fetch, fleet_settings, settings_for
from cellwright.model.binary import DEFAULT_BINARY, BinarySettings
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.choice import nobody_is_told
from cellwright.terraform.install.fetch.known_releases import newest_release
from unit.terraform.release_server import program, serving


def test_a_program_on_the_path_is_used(tmp_path: Path) -> None:
    path = tmp_path / "tofu"
    path.write_text(program("tofu", "1.12.6"))
    path.chmod(0o755)
    said: list[str] = []

    assert find_or_fetch({"PATH": str(tmp_path), "HOME": str(tmp_path)}, said.append).path == path
    assert said == []


def test_else_opentofu_is_fetched_and_nobodys_signature_counts_but_its_own(tmp_path: Path) -> None:
    newest = str(newest_release("tofu", None))
    said: list[str] = []
    with serving(tmp_path) as server:
        server.publish("tofu", newest)
        mirror = f"{server.url}/tofu"
        environment = {"PATH": "", "HOME": str(tmp_path), "CELLWRIGHT_TOFU_RELEASES": mirror}
        with pytest.raises(DiagnosticError, match="its signature is none of OpenTofu's"):
            find_or_fetch(environment, said.append)

    assert said == [f"fetching OpenTofu {newest} from {mirror}"]


def test_nothing_is_fetched_where_that_is_forbidden(tmp_path: Path) -> None:
    environment = {"PATH": "", "HOME": str(tmp_path), "CELLWRIGHT_FETCH": "off"}

    with pytest.raises(DiagnosticError, match="none is fetched: CELLWRIGHT_FETCH=off") as caught:
        find_or_fetch(environment, nobody_is_told)
    assert "opentofu.org/docs/intro/install" in caught.value.diagnostics[0].detail


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (None, DEFAULT_BINARY),
        ("", DEFAULT_BINARY),
        ("tofu", BinarySettings(product="tofu")),
        ("terraform", BinarySettings(product="terraform")),
        ("tofu-1.12", BinarySettings("tofu-1.12")),
        ("/opt/tofu", BinarySettings("/opt/tofu")),
    ],
)
def test_a_product_a_name_or_a_path_says_what_runs_it(given: str | None, wanted: BinarySettings) -> None:
    assert settings_for(given) == wanted


def test_the_product_that_is_named_is_used_whichever_comes_first_on_the_path(tmp_path: Path) -> None:
    for name, product in (("terraform", "terraform"), ("tofu", "tofu")):
        (tmp_path / name).write_text(program(product, "1.12.6"))
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path)}

    assert find_or_fetch(environment, print).product == "terraform"
    assert find_or_fetch(environment, print, settings_for("tofu")).product == "tofu"


def test_a_program_that_is_named_and_not_there_is_said_and_none_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="tofu-9 is not on the PATH") as caught:
        find_or_fetch({"PATH": "", "HOME": str(tmp_path)}, print, settings_for("tofu-9"))
    assert caught.value.diagnostics[0].detail == (
        "install Terraform 1.9 or newer, or OpenTofu 1.7 or newer, or name it with --binary; "
        "with --binary terraform or --binary tofu instead of it, one is fetched"
    )


def test_a_path_that_is_no_program_is_said_without_a_word_of_a_fleet(
    tmp_path: Path,
) -> None:
    with pytest.raises(DiagnosticError, match="is a folder, not a program; check --binary"):
        find_or_fetch({"PATH": "", "HOME": str(tmp_path)}, print, settings_for(str(tmp_path)))


def test_the_fleet_names_what_was_named_and_the_mirror_that_was_made(tmp_path: Path) -> None:
    assert fleet_settings(DEFAULT_BINARY, None) == {}
    assert fleet_settings(settings_for("tofu"), tmp_path) == {
        "terraform.product": "tofu",
        "terraform.mirror": str(tmp_path),
    }
    assert fleet_settings(settings_for("/opt/tofu"), None) == {"terraform.binary": "/opt/tofu"}
