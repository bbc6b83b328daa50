import json
from pathlib import Path

import pytest

from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.output.states.state_reader import (
    EncryptedStateError,
    StateOutput,
    mark_of,
    parse_state,
    read_mark,
    read_state,
)

STATE = {
    "version": 4,
    "terraform_version": "1.11.4",
    "serial": 17,
    "lineage": "9e2f730e-3663-911b-e576-6e17155109fa",
    "outputs": {
        "vpc_id": {"value": "vpc-1", "type": "string"},
        "password": {"value": ["s3cr3t"], "type": ["list", "string"], "sensitive": True},
    },
    "resources": [
        {"mode": "managed", "type": "aws_vpc", "instances": [{}, {}]},
        {"mode": "data", "type": "aws_region", "instances": [{}]},
    ],
}
MARK = StateMark("9e2f730e-3663-911b-e576-6e17155109fa", 17)


def test_a_state_is_read_with_its_outputs(tmp_path: Path) -> None:
    (tmp_path / "s").write_text(json.dumps(STATE, indent=2))

    found = read_state(tmp_path / "s")

    assert found is not None
    assert (found.mark, found.resources, found.terraform_version) == (MARK, 2, "1.11.4")
    assert found.outputs == {
        "vpc_id": StateOutput("vpc-1", sensitive=False, type="string"),
        "password": StateOutput(["s3cr3t"], sensitive=True, type=["list", "string"]),
    }


@pytest.mark.parametrize("indent", [None, 2])
def test_the_state_mark_is_read_from_the_head_of_the_file(tmp_path: Path, indent: int | None) -> None:
    whole = json.dumps(STATE, indent=indent)
    (tmp_path / "s").write_text(whole[: whole.index("outputs")])  # no more than the head is there

    assert read_mark(tmp_path / "s") == MARK


def test_a_state_with_its_keys_in_another_order_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "s").write_text(json.dumps(dict(reversed(STATE.items()))))

    assert read_mark(tmp_path / "s") == MARK


def test_a_lineage_inside_an_output_is_not_taken_for_the_states(tmp_path: Path) -> None:
    outputs = {"outputs": {"x": {"value": '"serial": 1, "lineage": "y"', "type": "string"}}}
    (tmp_path / "s").write_text(json.dumps(outputs | STATE | outputs))

    assert read_mark(tmp_path / "s") == MARK


def test_no_state_yet(tmp_path: Path) -> None:
    assert read_state(tmp_path / "none") is None
    assert read_mark(tmp_path / "none") is None
    assert parse_state(b"\n", "the state") is None
    (tmp_path / "empty").touch()
    assert read_mark(tmp_path / "empty") is None


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"version": 4, "serial": "x", "lineage": "x"}',
        b'{"version": 4, "serial": 1}',
        b'{"version": 4, "serial": 1, "lineage": "x", "outputs": {"a": 3}}',
        b"[" * 100_000,
        b'{"version": 4, "serial": 1, "lineage": "\xff"}',
    ],
)
def test_a_damaged_state_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s").write_bytes(content)

    with pytest.raises(DiagnosticError, match="is not a Terraform state of version 4; restore it"):
        read_state(tmp_path / "s")
    with pytest.raises(DiagnosticError, match="is not a Terraform state"):
        read_mark(tmp_path / "s")


def test_a_folder_in_the_states_place(tmp_path: Path) -> None:
    for read in (read_state, read_mark):
        with pytest.raises(DiagnosticError, match="can't be read"):
            read(tmp_path)


ENCRYPTED = {
    "serial": 17,
    "lineage": MARK.lineage,
    "meta": {"key_provider.pbkdf2.k": "eyJz"},
    "encrypted_data": "KHaW",
    "encryption_version": "v0",
}


@pytest.mark.parametrize("indent", [None, 2])
def test_the_mark_of_an_encrypted_state_is_in_clear(tmp_path: Path, indent: int | None) -> None:
    whole = json.dumps(ENCRYPTED, indent=indent)
    (tmp_path / "s").write_text(whole[: whole.index("meta")])
    assert read_mark(tmp_path / "s") == MARK
    (tmp_path / "s").write_text(json.dumps(dict(reversed(ENCRYPTED.items())), indent=indent))
    assert read_mark(tmp_path / "s") == MARK


def test_an_encrypted_state_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "s").write_text(json.dumps(ENCRYPTED))

    with pytest.raises(EncryptedStateError, match=r"/s is encrypted; only OpenTofu reads it"):
        read_state(tmp_path / "s")


@pytest.mark.parametrize("indent", [None, 2])
def test_what_is_pulled_where_there_is_no_state_is_none(tmp_path: Path, indent: int | None) -> None:
    empty = {**STATE, "serial": 0, "lineage": "", "outputs": {}, "resources": []}
    content = json.dumps(empty, indent=indent)
    (tmp_path / "s").write_text(content)
    assert parse_state(content.encode(), "s") is None
    assert read_mark(tmp_path / "s") is None
    assert parse_state(json.dumps({**STATE, "lineage": ""}).encode(), "s") is not None


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (
            "3",
            "is a state of version 3, as Terraform 0.11 and older wrote it; Terraform and",
        ),
        (
            "5",
            "is a state of version 5; a newer program wrote it than Cellwright knows",
        ),
        ("true", "is not a Terraform state of version 4"),
        ('"5"', "is not a Terraform state of version 4"),
    ],
)
def test_a_state_of_another_version_is_named_so(version: str, told: str) -> None:
    content = f'{{"version": {version}, "serial": 1, "lineage": "x"}}'.encode()

    for read in (parse_state, mark_of):
        with pytest.raises(DiagnosticError, match=told):
            read(content, "the state")
