"""Good inputs of every kind, to be damaged; files of the tree come on top."""

import json
from collections.abc import Mapping
from typing import Any

FLEET: Mapping[str, Any] = {
    "fleet": "trial",
    "terraform": {"product": "tofu", "version": "~> 1.9", "lock_timeout": 3},
    "state": {"backend": "s3", "config": {"bucket": "b", "key": "${unit.address}.tfstate"}},
    "addresses": {"pools": {"clients": {"cidr": "10.64.0.0/16", "size": 24}}},
    "levels": [
        {"name": "base", "cells": "base", "stacks": {"network": {"source": "./stacks/network"}}},
        {
            "name": "client",
            "cells": "clients",
            "placement": {"base": "account"},
            "layers": ["t/${cell.tier}.yaml"],
            "stacks": {
                "app": {"source": "git::https://h/r.git//x?ref=v1", "needs": ["db"]},
                "db": {"source": "./db"},
            },
        },
    ],
}
LAYER = b"""\
tier: gold
size: !replace {a: 1, b: [1, 0x10, 1e3, null, ~, "x"]}
stacks:
  app:
    enabled: true
    vpc: ${output.base.network.vpc_id}
    text: >-
      folded ${cell.tier}
environment: {A_B: c, D: "$${x}"}
anchors: [&x {k: v}, *x]
"""
JSON_FORM = [
    json.dumps(
        {
            "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "~> 5"}}},
            "variable": {"a": {"type": 'object({b=optional(list(string), ["x"])})', "default": {"b": [1]}}},
            "output": {"o": {"value": "${var.a}", "sensitive": True}},
            "module": {"m": {"source": "./m", "a": [1, {"b": None}]}},
        }
    ).encode(),
    b'{"variable": [{"a": {}}, {"b": {"type": "map(any)"}}], "//": "a comment"}',
]
VALUES = [
    b'a = "x"\nb = [1, 2.5, true, null]\nc = { d = <<-E\n  text ${1}\n  E\n}\n',
    b'{"a": "x", "b": [1, 2.5, true, null], "c": {"d": "e"}}',
]
LOCK = b"""\
provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = "~> 5.0"
  hashes = ["h1:abc=", "zh:0123"]
}
"""
STATE = json.dumps(
    {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 3,
        "lineage": "5ecc5a58",
        "outputs": {
            "o": {"value": {"a": [1, None]}, "type": ["object", {"a": ["list", "number"]}], "sensitive": True}
        },
        "resources": [
            {
                "mode": "managed",
                "type": "terraform_data",
                "name": "x",
                "provider": 'provider["terraform.io/builtin/terraform"]',
                "instances": [{"schema_version": 0, "attributes": {"id": "i"}, "sensitive_attributes": []}],
            }
        ],
        "check_results": None,
    },
    indent=2,
).encode()
LINES = [
    json.dumps(item).encode()
    for item in (
        {
            "@level": "info",
            "@message": "Terraform 1.11.4",
            "type": "version",
            "terraform": "1.11.4",
            "ui": "1.2",
        },
        {
            "@level": "info",
            "@message": "x: Creating...",
            "type": "apply_start",
            "hook": {
                "resource": {"addr": "a.b", "resource_type": "a"},
                "action": "create",
                "elapsed_seconds": 1,
            },
        },
        {
            "@level": "error",
            "@message": "Error: no",
            "type": "diagnostic",
            "diagnostic": {
                "severity": "error",
                "summary": "no",
                "detail": "why",
                "address": "a.b",
                "range": {
                    "filename": "main.tf",
                    "start": {"line": 1, "column": 2, "byte": 3},
                    "end": {"line": 1, "column": 9},
                },
            },
        },
        {"type": "change_summary", "changes": {"add": 1, "change": 0, "remove": 2, "operation": "apply"}},
        {"type": "planned_change", "change": {"resource": {"addr": "a.b"}, "action": "replace"}},
        {
            "type": "outputs",
            "outputs": {"o": {"sensitive": False, "type": "string", "value": "x", "action": "create"}},
        },
    )
]
LOCKED = (
    b"state locked\n\nLock Info:\n  ID:        4d1c\n  Path:      x\n  Operation: OperationTypeApply\n"
    b"  Who:       ada@host\n  Version:   1.11.4\n  Created:   2026-11-22 10:00:00.123 +0000 UTC\n"
)
JOURNAL = b"start 20261122-214812-3f9a.1\nprocess 42 (sh) S 1 42 42 0 -1 4194304 100 0 0 0\nexit 0\n"
COPY_RECORD = b'{"digest": "abc", "files": {"main.tf": [1, 2, 3, "sha", 420], "x": null}}'
MANIFEST = {
    "format": 1,
    "fleet": "trial",
    "units": [
        {"unit": "client/acme/app", "operation": "apply", "fingerprint": "f", "plan": "plans/0.tfplan"}
    ],
}
INTENT = {
    "claim": "run.1",
    "unit": "client/acme/app",
    "fingerprint": "f",
    "source_digest": "d",
    "source_label": "./stacks/app",
    "backend_digest": "b",
    "inputs": {"size": ["digest", False, 3]},
    "outputs": {"arn": ["digest", True]},
    "recipe": {"stack": "./stacks/app", "backend": ["local", {}]},
    "product": "terraform",
    "terraform_version": "1.11.4",
    "run": "run",
    "commit": None,
    "prior": ["lineage", 3],
    "differs": True,
}
PLANNED = {
    "summary": {"counts": [1, 0, 0, 0, 0], "changes": [], "outputs": [], "applyable": True},
    "plan_digest": "d",
    "fingerprint": "f",
    "state": ["lineage", 3],
    "attempt_id": "run.1",
    "path": "/x/made.tfplan",
    "sha256": "s",
}
COMMAND_LINES = [
    line.replace(" ", "\n").encode()
    for line in (
        "--fleet /x apply client/acme --yes --json --parallel 4 --reason why",
        "status client/*/app,tier=gold --limit 10 --after client/a/b",
        "events --since 7d --until 2026-11-22T21:48 --action unit.* --last 3",
        "ip free --size 24 clients",
        "prune --keep-days 3 --keep-runs 2",
        "plan -o file --all --exit-code",
        "demo --binary tofu --once",
    )
]
REFERENCES = [b"a ${cell.tier} b", b"${output.base/prod/network.vpc_id} $${x}", b"${unit.address}"]
SELECTORS = [b"client/acme/app", b"client/*/app,tier=gold", b"base/**", b"client/acme", b"level=client"]
ADDRESSES = [
    b"./stacks/app",
    b"git::https://host/r.git//folder?ref=v1.2",
    b"git::ssh://git@host/r.git",
    b"../x",
]
VERSIONS = [b">= 1.9, < 2", b"~> 1.11.0", b"1.12.0-beta1", b"!= 1.10.1"]
ANCHOR = json.dumps(
    {
        "statement": (
            f"cellwright audit trail\nfleet trial\nevent 7\nhash {'ab' * 32}\nat 2026-11-22T21:48:12+00:00\n"
        ),
        "signature": "-----BEGIN PGP SIGNATURE-----\n\nwr0EABYKAG8=\n-----END PGP SIGNATURE-----\n",
    }
).encode()
