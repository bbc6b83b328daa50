"""A client is offboarded and certified: what was destroyed by whom, signed, validated by somebody else."""

import json
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from cellwright.app.certificates.validating import ValidationRequest, validate
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.sandbox.process import start_sandbox
from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.people import second_person
from e2e.kit.program import Program

MARY = Actor(
    "Mary", "console", (Voucher(VoucherKind.SESSION, "mary", checked=True, facts=(("person", "p"),)),)
)


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    return make_fleet(tmp_path, {"a": {}, "b": {"needs": ["a"]}}, {"acme": {}})


@pytest.fixture
def cellwright(fleet: FleetFolder, program: Start) -> Program:
    found = program(fleet)
    found.commit_all()
    found.run("apply", "--yes").expect(0)
    return found


def test_a_client_that_left_is_certified(fleet: FleetFolder, cellwright: Program, tmp_path: Path) -> None:
    refused = cellwright.look("certificate", "issue", "acme").expect(1)
    assert "client/acme/a (1 resource), client/acme/b (1 resource)" in refused.text
    cellwright.run("offboard", "acme", "--yes", "--reason", "contract ended").expect(0)

    out = tmp_path / "out"
    made = cellwright.run("certificate", "issue", "acme", "-o", str(out), "--json").expect(0).document
    assert (made["kind"], made["new"]) == ("interim", True)
    assert made["open"] == ["nobody else has validated the outcome"]
    text = (out / "acme-certificate-1.json").read_text()
    for unit in "ab":
        assert f'"client/acme/{unit}/terraform_data.this"' in text
    for name in ("acme-certificate-1.json", "acme-certificate-1.pdf"):
        cellwright.look("certificate", "verify", str(out / name)).expect(0)
    (out / "acme-certificate-1.json").write_text(text.replace("contract", "contact"))
    changed = cellwright.look("certificate", "verify", str(out / "acme-certificate-1.json")).expect(1)
    assert "was changed" in changed.text

    # Another name of the same account is no other person.
    own = second_person(cellwright).run("certificate", "validate", "acme", "--findings", "all gone").expect(1)
    assert "you have had a part" in own.text
    with FleetSession(Location(fleet=fleet.root, environment=cellwright.clean())) as session:
        validate(session, MARY, ValidationRequest(name="acme", findings="all gone"))
    again = cellwright.look("certificate", "issue", "acme", "--json").expect(0).document
    assert (again["kind"], again["number"], again["new"], again["open"]) == ("final", 2, False, [])
    assert "2 final" in cellwright.look("certificate").text


def test_copies_of_states_go_with_the_client_and_the_certificate_names_them(
    fleet: FleetFolder, cellwright: Program, tmp_path: Path
) -> None:
    state = fleet.state("client/acme/a")
    state.with_name("a.tfstate.damaged").write_bytes(state.read_bytes()[:40])
    state.with_name("a.tfstate.1764288000.backup").write_bytes(state.read_bytes())
    renamed = cellwright.run("rename", "client/acme", "apex", "--yes").expect(0)
    assert "committed" in renamed.err
    assert '"Rename client/acme to client/apex"' in renamed.err
    cellwright.git("checkout", "--quiet", "--detach")
    offboarded = cellwright.run("offboard", "apex", "--yes").expect(0)
    assert "no branch is checked out" in offboarded.err

    left = sorted(path.name for path in (fleet.home / "states").rglob("*") if path.is_file())
    assert left == ["a.tfstate", "b.tfstate"]
    assert not [path for path in (fleet.home / "work").rglob("*") if path.parent.name in {"acme", "apex"}]
    out = tmp_path / "out"
    cellwright.run("certificate", "issue", "apex", "-o", str(out)).expect(0)
    said = json.loads((out / "apex-certificate-1.json").read_text())["state_copies"]
    assert {"client/acme: a.tfstate.damaged", "client/acme: a.tfstate.1764288000.backup"} <= {
        *said["removed"]
    }
    assert "client/apex/a: a.tfstate.backup" in said["removed"]
    assert len(said["kept"]) == 2
    assert all("archived-states" in place for place in said["kept"])


STORE = """
terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}

provider "aws" {
  region                      = "us-east-1"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

resource "aws_kms_key" "data" {
  description             = "what the client has"
  deletion_window_in_days = 7
}

resource "aws_s3_bucket" "data" {
  bucket = "acme-data"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "data" {
  bucket = aws_s3_bucket.data.bucket
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.data.arn
    }
  }
}

resource "aws_db_instance" "main" {
  identifier                = "acme-main"
  engine                    = "postgres"
  instance_class            = "db.t3.micro"
  allocated_storage         = 20
  username                  = "owner"
  password                  = "a-secret-password"
  storage_encrypted         = true
  kms_key_id                = aws_kms_key.data.arn
  skip_final_snapshot       = false
  final_snapshot_identifier = "acme-last"
}
"""


@pytest.mark.aws
@pytest.mark.terraform
@pytest.mark.long
@pytest.mark.timeout(900)
def test_keys_buckets_and_databases_on_an_emulated_aws(tmp_path: Path, program: Start) -> None:
    with start_sandbox(tmp_path, os.environ) as sandbox:
        fleet = make_fleet(tmp_path, {"store": {"source": "./stacks/store"}}, {"acme": {}})
        fleet.stack("store", STORE)
        cellwright = replace(program(fleet), environment=sandbox.environment)
        cellwright.commit_all()
        cellwright.run("apply", "--yes").expect(0)
        cellwright.run("offboard", "acme", "--yes", "--reason", "contract ended").expect(0)
        answer = cellwright.run("certificate", "issue", "acme", "-o", str(tmp_path), "--json").expect(0)
    text = (tmp_path / "acme-certificate-1.json").read_text()
    assert "a-secret-password" not in text
    resources = {item["type"]: item for item in json.loads(text)["resources"]}
    key = resources["aws_kms_key"]
    assert (key["method"], key["region"]) == ("deletion scheduled", "us-east-1")
    assert days_between(key["time"], key["until"]) == 7
    for kind in ("aws_s3_bucket", "aws_db_instance"):
        assert (resources[kind]["method"], resources[kind]["until"]) == ("cryptographic erase", key["until"])
    (snapshot,) = json.loads(text)["residuals"]
    assert (snapshot["what"], snapshot["until"]) == ("final snapshot acme-last", key["until"])
    assert answer.document["kind"] == "interim"
    assert (tmp_path / "acme-certificate-1.pdf").read_bytes().startswith(b"%PDF-")


def days_between(first: str, last: str) -> int:
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first).replace(microsecond=0)).days
