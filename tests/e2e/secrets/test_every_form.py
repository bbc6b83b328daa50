"""Secrets of every form, in every answer of every command, and in all that is kept."""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program
from every_command import IN_A_FLEET

FORMS: dict[str, Any] = {
    "plain": "cnryplain7Qx2",
    "quoted": "cnryq\"uo'te\\d7Q <b>&",
    "lines": "cnryline1A\ncnryline2B\n",
    "pem": "-----BEGIN PRIVATE KEY-----\nMIIEcnrypemA\nQIDAcnrypemB\n-----END PRIVATE KEY-----\n",
    "number": 8712364455,
    "letters": "cnryünïcode✓7",
    "document": json.dumps({"k": "cnryjson9", "l": ["cnryjson8"]}),
    "template": "cnrytpl${x}%{y}",
    "encoded": base64.b64encode(b"cnryinner44").decode(),
    "url": "https://ada:cnryurlpw@h.invalid/x",
}
FROM_FILE, FROM_ENVIRONMENT, OUTPUT, IN_CELL = "cnryfile5", "cnryenvironment6", "cnryoutput8", "cnrycell7"
OF_MACHINE = {
    "DB_PASSWORD": FROM_ENVIRONMENT,
    "VAULT_TOKEN": "cnryvault12",
    "AWS_SECRET_ACCESS_KEY": "cnryaws13",
    "TF_VAR_plain": "cnryvariable14",
}


def _written(value: object) -> Iterator[str]:
    content = str(value).encode()
    yield base64.b64encode(content).decode()[:12]
    yield content.hex()[:16]
    yield str(value).strip()[::-1][:9]


CANARY = re.compile(
    "|".join(
        [
            "cnry",
            str(FORMS["number"]),
            *(
                re.escape(form)
                for value in (*FORMS.values(), FROM_FILE, FROM_ENVIRONMENT, OUTPUT, IN_CELL)
                if not str(value).startswith("---")
                for form in _written(value)
            ),
        ]
    ),
    re.IGNORECASE,
)
_STARTS = (
    "apply",
    "drift",
    "offboard",
    "onboard",
    "plan",
    "resume",
    "rollout",
    "shell",
    "suspend",
    "terraform",
)
"""Commands that start Terraform, or hold others up; the first ones are run below as they are needed."""
_SERVES = ("bootstrap", "job", "ledger", "serve", "worker")

VARIABLES = "".join(f'variable "{name}" {{\n  sensitive = true\n}}\n' for name in (*FORMS, "file", "given"))
EACH = ", ".join(f"X{number} = nonsensitive(var.{name})" for number, name in enumerate(FORMS))
APP = (
    VARIABLES
    + 'variable "fail" { default = "" }\n'
    + f"""
resource "terraform_data" "this" {{
  input            = [{", ".join(f"var.{name}" for name in (*FORMS, "file", "given"))}]
  triggers_replace = var.fail
  provisioner "local-exec" {{
    command = <<-EOT
      echo "heard: $X0 $X1 $API_TOKEN"; echo "$X2"; echo "$X3"; echo $X4 $X5 "$X6" "$X7" >&2; echo $X8 $X9 >&2
      [ -z "$FAIL" ]
    EOT
    environment = {{ {EACH}, FAIL = var.fail }}
  }}
}}
output "given" {{
  sensitive = true
  value     = "{OUTPUT}"
}}
"""
)
TAKER = (
    'variable "taken" {\n  sensitive = true\n}\nresource "terraform_data" "this" {\n  input = var.taken\n}\n'
)


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    kept = tmp_path / "kept" / "db"
    kept.parent.mkdir(mode=0o700)
    kept.touch(0o600)
    kept.write_text(FROM_FILE)
    sources = {
        "files": {"type": "file", "folder": str(kept.parent)},
        "ci": {"type": "environment", "allow": ["DB_*"]},
        "vault": {"type": "vault", "address": "http://127.0.0.1:1", "timeout": "1s"},
    }
    stacks = {"app": {"source": "./stacks/app"}, "network": {"source": "./stacks/network"}}
    allowed = {"environment_allow": ["API_TOKEN"]}
    fleet = make_fleet(tmp_path, stacks, {"acme": {}}, secrets=sources, terraform=allowed)
    fleet.stack("app", APP)
    fleet.stack("network", TAKER)
    write(fleet)
    return fleet


def write(fleet: FleetFolder, fail: str = "") -> None:
    forms = {
        name: value.replace("${", "$${") if isinstance(value, str) else value for name, value in FORMS.items()
    }
    app = {**forms, "file": "${secret.files.db}", "given": "${secret.ci.DB_PASSWORD}", "fail": fail}
    stacks = {"app": app, "network": {"taken": "${output.app.given}"}}
    fleet.write("clients/acme.yaml", {"environment": {"API_TOKEN": IN_CELL}, "stacks": stacks})


def test_no_form_of_a_secret_is_in_any_answer(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    given = replace(cellwright, environment=OF_MACHINE)
    answers = [given.run("apply", "--yes").expect(0).text]
    write(fleet, "x")
    answers += [given.run("plan", "--json").expect(0).text]
    answers += [given.run("apply", "--yes").expect(1).text]
    assert "heard: (sensitive value)" in "".join(answers)
    answers += looks(cellwright)
    assert CANARY.search(fleet.state("client/acme/app").read_text()), "Terraform was given them"
    for answer in answers:
        assert not CANARY.search(answer), answer
    assert [path for path in kept_files(fleet) if CANARY.search(path.read_bytes().decode("latin-1"))] == []


def looks(cellwright: Program) -> Iterator[str]:
    """Every command that starts no Terraform, for people and for programs."""
    run = cellwright.look("runs", "--json").expect(0).document["runs"][0]["run"]
    tried = 0
    for arguments in IN_A_FLEET:
        if arguments[0] in (*_STARTS, *_SERVES):
            continue
        typed = [run if word == "R1" else word for word in arguments]
        yield cellwright.look(*typed).text
        yield cellwright.look(*typed, "--json").text
        tried += 1
    assert tried > 50


def kept_files(fleet: FleetFolder) -> Iterator[Path]:
    """Every file of fleet and person but states and what is written above."""
    own = {fleet.home / "states", fleet.root / "clients", fleet.root / "stacks", fleet.root / ".git"}
    for path in (*fleet.root.rglob("*"), *(fleet.root.parent / "person").rglob("*")):
        copied = "source" in path.parts and path.name == "main.tf"
        if path.is_file() and not path.is_symlink() and own.isdisjoint(path.parents) and not copied:
            yield path
