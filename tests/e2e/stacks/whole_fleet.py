"""Applies every unit of a fleet by one `terraform test`, a run block each, with made-up answers for AWS's.

A unit's inputs are those that Cellwright resolves; an output that it takes is that of the other unit's run.
An output that a stack does not give, or that its taker's type refuses, fails the run of the taker.
"""

import hashlib
import json
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import binaries
from cellwright.fleet.fleet import Fleet
from cellwright.model.address import UnitAddress
from cellwright.model.unit import Unit
from cellwright.model.value import OutputReference, SecretReference, Template, Value
from e2e.stacks.provider import provider_for, run_program

_NAME = re.compile(r"[^A-Za-z0-9_]")
_RESOURCE = re.compile(r'^resource "(\w+)" "(\w+)"', re.MULTILINE)
_TOLD_APART = ("aws_vpc", "aws_security_group")
_ZONES = {
    "aws_lb": ("zone_id",),
    "aws_route53_zone": ("id", "zone_id"),
    "aws_service_discovery_private_dns_namespace": ("hosted_zone",),
}
"""Attributes that are a DNS zone's id."""
_FAILED = "Test assertion failed"
_ARNS = {
    "aws_kms_key": "kms:R:A:key/KEY",
    "aws_kms_replica_key": "kms:R:A:key/KEY",
    "aws_iam_role": "iam::A:role/SLUG",
    "aws_iam_policy": "iam::A:policy/SLUG",
    "aws_s3_bucket": "s3:::SLUG",
    "aws_sns_topic": "sns:R:A:SLUG",
    "aws_cloudwatch_log_group": "logs:R:A:log-group:SLUG",
    "aws_secretsmanager_secret": "secretsmanager:R:A:secret:SLUG",
    "aws_ecs_cluster": "ecs:R:A:cluster/SLUG",
    "aws_lb": "elasticloadbalancing:R:A:loadbalancer/app/SLUG/HASH",
    "aws_lb_listener": "elasticloadbalancing:R:A:listener/app/SLUG/HASH/HASH",
    "aws_lb_target_group": "elasticloadbalancing:R:A:targetgroup/SLUG/HASH",
}
"""How ARNs of types are written whose takers look at them; `R`, `A` and the rest are filled in."""
_FORM_OF_ID = re.compile(r'startswith\(([\w.]+), "(?:vpc|vpce|subnet|sg|rtb|pcx|nat|acl|Z)-?"\)')
"""In validations. Made-up ids are eight letters, and differ; a `vpc-...` would be all instances' own."""
_OPEN = re.compile(r"([$%])\{")


@dataclass(frozen=True, slots=True)
class AppliedResource:
    """One resource of a unit's state."""

    unit: UnitAddress
    kind: str
    address: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AppliedFleet:
    """What the runs came to."""

    resources: tuple[AppliedResource, ...]
    faults: tuple[str, ...]
    """What was said of runs that failed."""

    def of(self, *kinds: str) -> list[AppliedResource]:
        """Give the resources of these types."""
        return [item for item in self.resources if item.kind in kinds]


def apply_fleet(fleet: Fleet, root: Path, folder: Path, program: str = "terraform") -> AppliedFleet:
    """Apply the enabled units of the fleet that lies in `root`; `folder` is written into."""
    units = list(_in_order(fleet))
    place = folder / "root"
    (place / "tests").mkdir(parents=True)
    (place / "main.tf").write_text("terraform {}\n")
    shutil.copytree(
        root / "stacks", place / "stacks", ignore=shutil.ignore_patterns(".terraform*", "example", "tests")
    )
    for file in (place / "stacks").glob("*/*/*.tf"):
        file.write_text(_for_mocks(file.read_text()))
    accounts = {unit.address: _account(unit, fleet.units) for unit in units}
    document = {
        "mock_provider": {"aws": [_mock(unit, accounts[unit.address]) for unit in units]},
        "run": [_run(unit, root / unit.stack.source, accounts[unit.address]) for unit in units],
    }
    (place / "tests" / "fleet.tftest.json").write_text(json.dumps(document, indent=1, default=str))
    with provider_for(program, folder) as given:
        init = run_program(program, ["init", "-backend=false"], place, given)
        assert init.returncode == 0, init.stdout + init.stderr
        messages = list(_until_teardown([str(binaries.program(program)), "test", "-json"], place, given))
    return _read(messages, units)


def _for_mocks(text: str) -> str:
    """Write a file as made-up answers can be had for it: mocks have no ephemeral resources, but data."""
    text = _FORM_OF_ID.sub(r"can(\1)", text)
    return text.replace('ephemeral "aws_', 'data "aws_').replace("ephemeral.aws_", "data.aws_")


def _until_teardown(
    command: Sequence[str], place: Path, environment: Mapping[str, str]
) -> Iterator[Mapping[str, Any]]:
    """Yield what the tests say; once all ran they are stopped, as there is nothing to be destroyed."""
    with subprocess.Popen(command, cwd=place, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            message: Mapping[str, Any] = json.loads(line)
            if message.get("test_file", {}).get("progress") == "teardown":
                process.kill()
                break
            yield message


def _in_order(fleet: Fleet) -> Iterator[Unit]:
    """Yield the enabled units, each after those that it takes outputs of."""
    done: set[UnitAddress] = set()

    def visit(address: UnitAddress) -> Iterator[Unit]:
        if address in done or not fleet.units[address].enabled:
            return
        done.add(address)
        for above in sorted(fleet.units[address].upstreams()):
            yield from visit(above)
        yield fleet.units[address]

    for address in sorted(fleet.units):
        yield from visit(address)


def _run(unit: Unit, stack: Path, account: str) -> dict[str, Any]:
    """Write a unit's run block."""
    return {
        _name(unit.address): {
            "command": "apply",
            # Runs of one module would share one state: a unit would change what another one made.
            "state_key": _name(unit.address),
            "module": {"source": unit.stack.source},
            "providers": {"aws": f"aws.{_name(unit.address)}"},
            "variables": {name: _written(item.value) for name, item in unit.inputs.items()},
            "override_resource": list(_arns(unit, stack, account)),
            # A run's own outcome can't be printed as data but by an assertion that fails.
            "assert": [{"condition": "${var.name == null}", "error_message": f"${{{_told(stack)}}}"}],
        }
    }


def _told(stack: Path) -> str:
    """Write the expression of all resources and outputs of a stack as one text."""
    resources = [f"{kind}.{name}" for kind, name in _resources(stack)]
    content = ", ".join(f'"{name}" = {name}' for name in resources)
    return f"nonsensitive(jsonencode({{{content}}}))"


def _resources(stack: Path) -> list[tuple[str, str]]:
    text = "".join(file.read_text() for file in sorted(stack.glob("*.tf")))
    return _RESOURCE.findall(text)


def _arns(unit: Unit, stack: Path, account: str) -> Iterator[dict[str, Any]]:
    """Yield an ARN for each resource of a unit: what takes it looks at its form, and it is nobody else's."""
    for kind, name in _resources(stack):
        arn = _arn(kind, unit, name, account)
        yield {"target": f"{kind}.{name}", "values": {"arn": arn, **_values(kind, arn)}}


def _values(kind: str, arn: str) -> dict[str, Any]:
    """Give what AWS fills in: a mock leaves lists empty, and gives units of a stack the same ids."""
    if kind == "aws_db_instance":
        return {"master_user_secret": [{"secret_arn": arn}]}
    digits = hashlib.sha256(arn.encode()).hexdigest()[:16]
    if kind in _TOLD_APART:
        return {"id": f"{kind}-{digits}"}
    return {name: f"Z{digits.upper()}" for name in _ZONES.get(kind, ())}


def _arn(kind: str, unit: Unit, name: str, account: str) -> str:
    slug = _NAME.sub("-", f"{unit.address}/{name}").replace("_", "-")
    digits = hashlib.sha256(slug.encode()).hexdigest()
    key = str(uuid.UUID(digits[:32]))
    form = _ARNS.get(kind, f"{kind.split('_')[1]}:R:A:{kind}/SLUG")
    parts = {"R": _region(unit), "A": account, "SLUG": slug, "KEY": key, "HASH": digits[:16]}
    return "arn:aws:" + re.sub(r"\b(R|A|SLUG|KEY|HASH)\b", lambda found: parts[found[0]], form)


def _name(address: UnitAddress) -> str:
    return _NAME.sub("_", str(address))


def _written(value: Value) -> Any:  # noqa: ANN401, PLR0911  JSON; a case for each kind of value
    """Write a value as Terraform reads it from JSON, where every string is a template."""
    if isinstance(value, str):
        return _OPEN.sub(r"\1\1{", value)
    if isinstance(value, OutputReference):
        steps = "".join(f"[{json.dumps(step)}]" for step in value.path)
        return f"${{run.{_name(value.unit)}.{value.output}{steps}}}"
    if isinstance(value, SecretReference):
        return "a-secret"
    if isinstance(value, Template):
        return "".join(str(_written(part)) for part in value.parts)
    if isinstance(value, Mapping):
        return {key: _written(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_written(item) for item in value]
    return value


def _mock(unit: Unit, account: str) -> dict[str, Any]:
    """Write the provider of one unit: its account and region."""
    region = _region(unit)
    return {
        "alias": _name(unit.address),
        "mock_data": {
            "aws_caller_identity": {"defaults": {"account_id": account}},
            "aws_partition": {"defaults": {"partition": "aws", "dns_suffix": "amazonaws.com"}},
            "aws_availability_zones": {"defaults": {"names": [f"{region}{zone}" for zone in "abc"]}},
        },
    }


def _region(unit: Unit) -> str:
    return str(unit.inputs["region"].value) if "region" in unit.inputs else "us-east-1"


def _account(unit: Unit, units: Mapping[UnitAddress, Unit]) -> str:
    """Tell the account of a unit: that of its role, or of whoever makes the role."""
    role = unit.inputs.get("role_arn")
    if role is not None and isinstance(role.value, OutputReference):
        return _account(units[role.value.unit], units)
    found = re.search(r"\d{12}", str(role.value)) if role else None
    return found[0] if found else "123456789012"


def _read(messages: Sequence[Mapping[str, Any]], units: Sequence[Unit]) -> AppliedFleet:
    addresses = {_name(unit.address): unit.address for unit in units}
    resources: list[AppliedResource] = []
    faults: list[str] = []
    for message in messages:
        if message["type"] != "diagnostic" or message["diagnostic"]["severity"] != "error":
            continue
        found, run = message["diagnostic"], message.get("@testrun", "")
        if found["summary"] == _FAILED:
            told = json.loads(found["detail"].partition("\n\n")[0])
            resources += [
                item for name, value in told.items() for item in _instances(addresses[run], name, value)
            ]
        else:
            place = found.get("range", {}).get("filename", "")
            faults.append(f"{run} {place}: {found['summary']}: {found['detail']}")
    return AppliedFleet(tuple(resources), tuple(faults))


def _instances(unit: UnitAddress, name: str, value: Any) -> Iterator[AppliedResource]:  # noqa: ANN401  JSON
    """Yield a resource, or each of its instances: `count` makes a list of them, `for_each` a mapping."""
    kind = name.partition(".")[0]
    if value in ({}, []):
        return
    if isinstance(value, list):
        found = {str(index): item for index, item in enumerate(value)}
    elif (
        isinstance(value, dict)
        and value
        and all(isinstance(item, dict) and "id" in item for item in value.values())
    ):
        found = value
    else:
        yield AppliedResource(unit, kind, name, value)
        return
    for key, item in found.items():
        yield AppliedResource(unit, kind, f"{name}[{key}]", item)
