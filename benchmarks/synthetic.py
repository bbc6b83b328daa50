"""Writes synthetic fleets: N clients x 6 stacks, 20 accounts x 9 stacks, with the variety of real ones.

    python benchmarks/synthetic.py FOLDER --clients 1000

Tiers, overrides of 3 to 20 keys per client, references to outputs of the client's own units and of its
account's, lists, nested objects, merge tags, cells as files and as folders. The stacks are tiny
(`terraform_data` only), so that the fleet can be applied too. The same seed gives the same fleet.
"""

import argparse
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIERS = ("standard", "silver", "gold", "platinum")
REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1")

TYPES = {
    "name": "string",
    "size": "number",
    "public": "bool",
    "zones": "list(string)",
    "features": "set(string)",
    "tags": "map(string)",
    "retention": "object({ days = number, archive = optional(bool, false), class = optional(string) })",
    "rules": 'list(object({ port = number, cidrs = list(string), note = optional(string, "") }))',
    "window": "tuple([string, number])",
    "limits": "map(object({ soft = number, hard = number }))",
    "extra": "any",
}

BASE = {"account": [], "network": ["account"], "peering": ["network"]}
UTILITY = {
    "ecs": ["base.network"],
    "jenkins": ["ecs"],
    "vault": ["ecs"],
    "consul": ["ecs"],
    "elk": ["base.network"],
    "security": ["base.account"],
}
CLIENT = {
    "foundation": ["base.network"],
    "storage": ["foundation"],
    "database": ["foundation", "base.network"],
    "app": ["foundation", "database", "utility.ecs"],
    "analytics": ["storage", "database"],
    "sftp": ["foundation", "storage"],
}
LEVELS: Mapping[str, Mapping[str, list[str]]] = {"base": BASE, "utility": UTILITY, "client": CLIENT}
"""Each level's stacks, and the stacks whose outputs they take."""

CONFIGURATION = """
variable "upstream" {
  type        = map(string)
  description = "Outputs of other units."
}

resource "terraform_data" "this" {
  input = { name = var.name, size = var.size, upstream = var.upstream }
}

output "id" {
  value       = terraform_data.this.id
  description = "What was made."
}

output "endpoint" {
  value       = "${var.name}.internal"
  description = "Where it is reached."
}

output "subnets" {
  value       = { a = "subnet-a", b = "subnet-b" }
  description = "Its subnets by zone."
}
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a fleet is."""

    clients: int
    accounts: int = 20
    seed: int = 1
    remote: bool = True
    """States lie in S3; else on this machine, so that the fleet can be applied without a cloud."""


def write_fleet(folder: Path, size: Size) -> None:
    """Write a fleet repository into `folder`, with its stacks in `stacks/`."""
    for level, stacks in LEVELS.items():
        for stack in stacks:
            _write(folder / "stacks" / level / stack / "main.tf", _stack())
    _write(folder / "fleet.yaml", _fleet(remote=size.remote))
    _write(folder / "accounts" / "README.md", "One file per account.\n")
    for level, stacks in LEVELS.items():
        _write(folder / "defaults" / f"{level}.yaml", _defaults(level, stacks))
    chance = random.Random(size.seed)  # noqa: S311  no secret: the same fleet for the same seed
    for tier in TIERS:
        _write(folder / "tiers" / f"{tier}.yaml", _tier(chance, tier))
    for number in range(size.accounts):
        _write(folder / "accounts" / f"{account_name(number)}.yaml", _account(chance, number))
    for number in range(size.clients):
        _write_client(folder, chance, number, size)


def account_name(number: int) -> str:
    """Name the account of that number."""
    return f"prod-{number:02}"


def client_name(number: int) -> str:
    """Name the client of that number."""
    return f"client-{number:05}"


def _stack() -> str:
    variables = (
        f'variable "{name}" {{\n  type        = {kind}\n  description = "Its {name}."\n}}\n'
        for name, kind in TYPES.items()
    )
    return 'terraform {\n  required_version = ">= 1.9"\n}\n\n' + "\n".join(variables) + CONFIGURATION


def _fleet(*, remote: bool) -> str:
    levels: list[dict[str, Any]] = []
    for level, stacks in LEVELS.items():
        section: dict[str, Any] = {
            "name": level,
            "cells": "clients" if level == "client" else "accounts",
            "stacks": {stack: {"source": f"./stacks/{level}/{stack}"} for stack in stacks},
        }
        if level == "client":
            section["placement"] = "account"
            section["layers"] = ["defaults/client.yaml", "tiers/${cell.tier}.yaml"]
            section["stacks"]["sftp"]["enabled"] = False
            section["stacks"]["app"]["needs"] = ["storage"]
        levels.append(section)
    config = {"bucket": "synthetic-tfstate", "region": "us-east-1", "key": "${unit.address}.tfstate"}
    state = {"state": {"backend": "s3", "config": config}} if remote else {}
    return _yaml({"fleet": "synthetic", **state, "levels": levels})


def _defaults(level: str, stacks: Mapping[str, list[str]]) -> str:
    settings: dict[str, Any] = {"environment": {"AWS_REGION": "${cell.region}"}} if level == "base" else {}
    if level == "client":
        settings = {
            "tier": "standard",
            "domain": "${cell.name}.${account.region}.example.com",
            "retention": 30,
        }
    settings["stacks"] = {stack: _stack_defaults(stack, needs) for stack, needs in stacks.items()}
    return _yaml(settings)


def _stack_defaults(stack: str, upstream: list[str]) -> dict[str, Any]:
    return {
        "name": f"${{cell.name}}-{stack}",
        "size": 2,
        "public": False,
        "zones": ["a", "b", "c"],
        "features": ["audit", "backup"],
        "tags": {"Cell": "${cell.name}", "Level": "${unit.level}", "Stack": stack, "Team": "platform"},
        "retention": {"days": 30, "class": "STANDARD_IA"},
        "rules": [
            {"port": 443, "cidrs": ["10.0.0.0/8"]},
            {"port": 8443, "cidrs": ["10.0.0.0/8"], "note": "admin"},
        ],
        "window": ["sunday", 3],
        "limits": {"requests": {"soft": 100, "hard": 200}, "connections": {"soft": 20, "hard": 50}},
        "extra": {
            "log": {"level": "info", "targets": ["stdout"]},
            "probe": {"path": "/health", "seconds": 10},
        },
        "upstream": {need.rsplit(".")[-1]: f"${{output.{need}.id}}" for need in upstream},
    }


def _tier(chance: random.Random, tier: str) -> str:
    rank = TIERS.index(tier) + 1
    stacks: dict[str, Any] = {
        stack: {"size": 2 * rank, "limits": {"requests": {"soft": 100 * rank, "hard": 300 * rank}}}
        for stack in CLIENT
    }
    stacks["database"]["retention"] = {"days": 30 * rank}
    stacks["analytics"]["extra"] = {"log": {"level": chance.choice(["info", "warn"])}}
    return _yaml({"support": f"{tier}-support", "stacks": stacks})


def _account(chance: random.Random, number: int) -> str:
    region = REGIONS[number % len(REGIONS)]
    stacks: dict[str, Any] = {}
    stacks |= {
        stack: {"size": chance.randint(1, 9)} for stack in (*BASE, *UTILITY) if chance.random() < 1 / 2
    }
    stacks["network"] = {"extra": {"cidr": f"10.{number}.0.0/16"}}
    levels = {"client": {"stacks": {"foundation": {"zones": [f"{region}{zone}" for zone in "abc"]}}}}
    return _yaml({"region": region, "number": f"{number:012}", "stacks": stacks, "levels": levels})


def _write_client(folder: Path, chance: random.Random, number: int, size: Size) -> None:
    name = client_name(number)
    settings: dict[str, Any] = {"account": account_name(chance.randrange(size.accounts))}
    if (tier := chance.choice(TIERS)) != "standard":
        settings["tier"] = tier
    stacks: dict[str, Any] = {}
    for _ in range(chance.randint(3, 20)):
        stack = chance.choice(tuple(CLIENT))
        key, value = _override(chance, stack)
        stacks.setdefault(stack, {})[key] = value
    if chance.random() < 1 / 3:
        stacks.setdefault("sftp", {})["enabled"] = True
    settings["stacks"] = stacks
    if number % 2:
        _write(folder / "clients" / f"{name}.yaml", _yaml(settings))
        return
    top = {key: value for key, value in settings.items() if key != "stacks"}
    _write(
        folder / "clients" / name / "client.yaml", f"# {name}: what differs from the defaults\n" + _yaml(top)
    )
    _write(folder / "clients" / name / "stacks.yaml", _yaml({"stacks": stacks}))


def _override(chance: random.Random, stack: str) -> tuple[str, Any]:
    """Make up one thing that a client has otherwise than the others."""
    number = chance.randint(1, 99)
    taken = [need for need in CLIENT[stack] if "." not in need]
    choices: dict[str, Any] = {
        "size": number,
        "public": chance.random() < 1 / 2,
        "zones": chance.sample(["a", "b", "c", "d"], 2),
        "features": _Tagged("!append", [f"feature-{number}"]),
        "tags": {"Contract": f"C-{number:04}", "Domain": "${cell.domain}"},
        "retention": {"days": number, "archive": True},
        "rules": _Tagged("!append", [{"port": 1000 + number, "cidrs": [f"10.{number}.0.0/16"]}]),
        "window": [chance.choice(["monday", "friday"]), number % 24],
        "limits": {f"special-{number}": {"soft": number, "hard": 2 * number}},
        "extra": {"log": {"level": "debug"}, "probe": _Tagged("!replace", {"path": f"/health/{number}"})},
    }
    if taken:
        choices["upstream"] = {"endpoint": f"https://${{output.{chance.choice(taken)}.endpoint}}:{number}/"}
        choices["name"] = f"${{output.{taken[0]}.subnets.a}}"
    key = chance.choice(tuple(choices))
    return key, choices[key]


@dataclass(frozen=True, slots=True)
class _Tagged:
    """A value with a merge tag."""

    tag: str
    value: Any


def _yaml(settings: Mapping[str, Any]) -> str:
    return "".join(_block(settings, 0))


def _block(settings: Mapping[str, Any], depth: int) -> list[str]:
    """Write a mapping as people do: mappings of the upper levels as blocks, the rest in flow style."""
    lines: list[str] = []
    indent = "  " * depth
    for key, value in settings.items():
        if isinstance(value, dict) and value and depth < 3:  # noqa: PLR2004  cell, stack, input
            lines += [f"{indent}{key}:\n", *_block(value, depth + 1)]
        else:
            lines.append(f"{indent}{key}: {_flow(value)}\n")
    return lines


def _flow(value: object) -> str:
    if isinstance(value, _Tagged):
        return f"{value.tag} {_flow(value.value)}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return json.dumps(value)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Write the fleet that the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clients", type=int, default=1_000)
    parser.add_argument("--accounts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    write_fleet(chosen.folder, Size(chosen.clients, chosen.accounts, chosen.seed))


if __name__ == "__main__":
    main()
