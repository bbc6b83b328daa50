from pathlib import Path

import pytest

from cellwright.demo.terraform import find_or_fetch
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
