"""A fleet whose secrets have ten forms, and the pattern that finds any of them, however it is written."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from e2e.kit.fleet import FleetFolder, make_fleet

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


def canary_fleet(tmp_path: Path) -> FleetFolder:
    """Write it; nothing is applied yet."""
    kept = tmp_path / "kept" / "db"
    kept.parent.mkdir(mode=0o700, parents=True)
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
    write_secrets(fleet)
    return fleet


def write_secrets(fleet: FleetFolder, fail: str = "") -> None:
    """Write the client's settings; its apply fails if `fail` is a text."""
    forms = {
        name: value.replace("${", "$${") if isinstance(value, str) else value for name, value in FORMS.items()
    }
    app = {**forms, "file": "${secret.files.db}", "given": "${secret.ci.DB_PASSWORD}", "fail": fail}
    stacks = {"app": app, "network": {"taken": "${output.app.given}"}}
    fleet.write("clients/acme.yaml", {"environment": {"API_TOKEN": IN_CELL}, "stacks": stacks})
