"""Which program wrote a state, by how its file begins."""

import json
from pathlib import Path

import pytest

from cellwright.model.binary import BinaryVersion
from cellwright.terraform.output.states.state_reader import parse_pulled, read_state
from cellwright.terraform.output.states.state_writer import state_writer, writer_of_file


def state(version: str, indent: int | None = None) -> bytes:
    fields = {
        "version": 4,
        "terraform_version": version,
        "serial": 3,
        "lineage": "l",
        "outputs": {},
        "resources": [],
    }
    return json.dumps(fields, indent=indent, separators=None if indent else (",", ":")).encode()


def resources(host: str) -> bytes:
    return f'"resources": [{{"provider": "module.x.provider[\\"{host}/hashicorp/aws\\"].by"}}]'.encode()


AWS, TOFUS_AWS = resources("registry.terraform.io"), resources("registry.opentofu.org")
NONE = b'"resources": []'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (state("1.11.4", 2), BinaryVersion("terraform", "1.11.4")),
        (state("1.11.14"), BinaryVersion("tofu", "1.11.14")),
        (state("1.10.0-beta1"), BinaryVersion("tofu", "1.10.0-beta1")),
        # OpenTofu writes in many lines again from 1.12 on, and did before 1.9.
        (state("1.12.6", 2), BinaryVersion(None, "1.12.6")),
        (state("1.12.6"), BinaryVersion(None, "1.12.6")),
        (state("1.8.3", 2), BinaryVersion(None, "1.8.3")),
        (state("1.15.9", 2).replace(NONE, AWS), BinaryVersion("terraform", "1.15.9")),
        (state("1.12.6", 2).replace(NONE, TOFUS_AWS), BinaryVersion("tofu", "1.12.6")),
        (state("1.11.4", 2).replace(NONE, TOFUS_AWS), BinaryVersion("tofu", "1.11.4")),
        (state("1.12.6", 2).replace(NONE, AWS + b"," + TOFUS_AWS), BinaryVersion(None, "1.12.6")),
        (state("", 2), None),
        (b'{"serial":1,"lineage":"l","encrypted_data":"x"}', None),
        (b'{"version":3,"terraform_version":"1.12.6"}', None),
        (b"", None),
        (b"\xff\x00", None),
    ],
)
def test_who_wrote_it(content: bytes, told: BinaryVersion | None, tmp_path: Path) -> None:
    file = tmp_path / "app.tfstate"
    file.write_bytes(content)
    assert state_writer(content) == writer_of_file(file) == told


def test_a_state_that_is_read_from_its_file_says_so(tmp_path: Path) -> None:
    file = tmp_path / "app.tfstate"
    file.write_bytes(state("1.11.4", 2))
    found = read_state(file)
    assert found is not None
    assert found.writer == BinaryVersion("terraform", "1.11.4")


def test_no_file(tmp_path: Path) -> None:
    assert writer_of_file(tmp_path / "app.tfstate") is None
    assert writer_of_file(tmp_path) is None


def test_what_was_pulled_names_nobody() -> None:
    """`state pull` puts its own version there."""
    found = parse_pulled(state("1.15.9", 2), "the state")
    assert found is not None
    assert (found.writer, found.terraform_version) == (None, "")
