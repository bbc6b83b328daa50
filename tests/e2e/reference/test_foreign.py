"""Settings of the stacks whose providers can't be had here are checked against what the stacks take.

No Terraform: the contracts are read from the HCL, as `cellwright check` does.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from cellwright.model.value import Json
from e2e.reference.fleet import load
from e2e.reference.readme import STACKS

TAGS = ("Client", "Cell", "Fleet", "Level", "Stack", "ManagedBy")

GOOD: Mapping[str, Mapping[str, Json]] = {
    "monitoring": {
        "account_id": "123456789012",
        "cluster_name": "prod-use1",
        "service_name": "acme-app",
        "database_endpoint": None,
        "notify": ["@pagerduty-clinic"],
        "limits": {"server_errors": 10},
    },
    "sso": {
        "redirect_uris": ["https://acme.example.com/callback"],
        "groups": {"admins": "Administrate the app"},
        "groups_claim": None,
    },
    "secrets": {
        "address": "https://vault.example.com:8200",
        "service_role_arn": "arn:aws:iam::123456789012:role/client-acme-service",
        "operators": {"mount_accessor": "auth_oidc_0123abcd", "group": "client-acme-admins"},
    },
    "discovery": {
        "services": ["app", "worker"],
        "callers": {"app": ["worker"]},
        "login": {"auth_method": "aws", "account_id": "123456789012", "role_name": "client-acme-service"},
    },
}

WRONG: Mapping[str, Mapping[str, Json]] = {
    "monitoring": {"limits": {"server_errors": "many"}},
    "sso": {"groups": ["admins"]},
    "secrets": {"operators": {"mount_accessor": "auth_oidc_0123abcd"}},
    "discovery": {"callers": {"app": "worker"}},
}

FLEET = {
    "fleet": "medloop",
    "levels": [
        {
            "name": "client",
            "cells": "clients",
            "stacks": {name: {"source": str(STACKS / "client" / name), "enabled": False} for name in GOOD},
        }
    ],
}

EACH = pytest.mark.parametrize("stack", GOOD)


def findings(folder: Path, settings: Mapping[str, Mapping[str, Json]]) -> list[str]:
    """Check a fleet with one client that has the stacks of these settings, and no others, switched on."""
    clients = folder / "clients"
    clients.mkdir()
    common: Mapping[str, Json] = {"enabled": True, "tags": dict.fromkeys(TAGS, "acme")}
    stacks = {stack: {**common, **given} for stack, given in settings.items()}
    # JSON is YAML.
    (folder / "fleet.yaml").write_text(json.dumps(FLEET))
    (clients / "acme.yaml").write_text(json.dumps({"stacks": stacks}))
    return [diagnostic.summary for diagnostic in load(folder).diagnostics]


def test_all_of_them_can_be_switched_on(tmp_path: Path) -> None:
    assert findings(tmp_path, {stack: {"name": "acme", **given} for stack, given in GOOD.items()}) == []


@EACH
def test_a_value_of_a_wrong_type_is_found(tmp_path: Path, stack: str) -> None:
    (found,) = findings(tmp_path, {stack: {"name": "acme", **GOOD[stack], **WRONG[stack]}})

    assert f"input '{next(iter(WRONG[stack]))}' of stack '{stack}'" in found


@EACH
def test_an_input_that_there_is_not_is_found(tmp_path: Path, stack: str) -> None:
    (found,) = findings(tmp_path, {stack: {"name": "acme", **GOOD[stack], "adress": "x"}})

    assert f"stack '{stack}' has no input 'adress'" in found


@EACH
def test_an_input_that_is_missing_is_found(tmp_path: Path, stack: str) -> None:
    (found,) = findings(tmp_path, {stack: GOOD[stack]})

    assert f"stack '{stack}' needs the input 'name'" in found
