"""The programs of a session: one toolchain for equal settings, found again when the program is replaced."""

from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.session.binaries.toolchain import product_of
from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import TerraformSettings
from cellwright.model.binary import BinarySettings
from unit.app.kit import NOBODY, make_fleet

FLEET = TerraformSettings()


def program(folder: Path, name: str, said: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\necho {folder} >>{folder}/calls\necho {said}\n")
    path.chmod(0o755)


@pytest.fixture
def session(tmp_path: Path) -> FleetSession:
    (tmp_path / "fleet").mkdir()
    location = make_fleet(tmp_path / "fleet", acme="{}\n")
    program(tmp_path / "bin", "terraform", "Terraform v1.11.4")
    program(tmp_path / "bin", "tofu", "OpenTofu v1.12.6")
    environment = {
        **NOBODY,
        "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
        "XDG_CACHE_HOME": str(tmp_path / "c"),
    }
    return FleetSession(replace(location, environment=environment))


def test_equal_settings_share_a_toolchain_and_others_have_their_own(session: FleetSession) -> None:
    one = session.toolchains.find(FLEET, BinarySettings())
    assert session.toolchains.find(FLEET, BinarySettings()) is one
    assert str(session.toolchains.find(FLEET, BinarySettings("tofu")).binary) == "OpenTofu 1.12.6"


def test_a_replaced_program_is_asked_again(session: FleetSession, tmp_path: Path) -> None:
    session.toolchains.find(FLEET, BinarySettings())
    program(tmp_path / "bin", "terraform", "OpenTofu v1.13.0 # replaced")
    assert str(session.toolchains.find(FLEET, BinarySettings()).binary) == "OpenTofu 1.13.0"


def test_the_product_that_the_settings_name_is_believed_without_a_process(
    session: FleetSession, tmp_path: Path
) -> None:
    def found(binary: BinarySettings) -> str:
        return product_of(binary, (), session.root, session.environment)

    assert found(BinarySettings(product="tofu")) == "tofu"
    assert (found(BinarySettings("no-such-tofu")), found(BinarySettings("nothing"))) == ("tofu", "terraform")
    assert not (tmp_path / "bin" / "calls").exists()
    assert found(BinarySettings()) == "terraform"
    assert (tmp_path / "bin" / "calls").exists()


def test_a_stack_with_opentofus_files_is_read_as_the_cells_program_reads_it(
    session: FleetSession, tmp_path: Path
) -> None:
    (tmp_path / "fleet" / "stack" / "main.tofu").write_text('variable "fresh" { type = string }\n')
    (tmp_path / "fleet" / "clients" / "beta.yaml").write_text("terraform: {binary: tofu}\n")
    told = [str(item) for item in session.snapshot().fleet.diagnostics]
    assert [line.partition(";")[0] for line in told] == [
        "clients/beta.yaml:1:1: error: stack 'app' needs the input 'fresh' (client/beta)"
    ]
