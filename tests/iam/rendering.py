"""What stacks make, with made-up answers in AWS's place: Terraform's own plan."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e.reference.readme import stack_name
from e2e.stacks.provider import provider_for, run_program
from iam.policy import Policy

ACCOUNT = "111122223333"
_EXAMPLE = re.compile(r'^module "[^"]+" \{\n\s+source\s*=\s*"\.\./"\n(.*?)^\}', re.MULTILINE | re.DOTALL)
PROGRAM = "terraform"
_CHANGES = '"resource_changes":'
_ARNS = {
    "aws_kms_key": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555",
    "aws_sns_topic": f"arn:aws:sns:us-east-1:{ACCOUNT}:topic",
    "aws_iam_role": f"arn:aws:iam::{ACCOUNT}:role/medloop/acme/client-acme-database-setup",
    "aws_iam_policy": f"arn:aws:iam::{ACCOUNT}:policy/policy",
    "aws_cloudwatch_log_group": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/clients/acme/some",
    "aws_s3_bucket": "arn:aws:s3:::medloop-bucket",
    "aws_lb": f"arn:aws:elasticloadbalancing:us-east-1:{ACCOUNT}:loadbalancer/app/shared/0",
    "aws_lb_listener": f"arn:aws:elasticloadbalancing:us-east-1:{ACCOUNT}:listener/app/shared/0/1",
    "aws_lb_target_group": f"arn:aws:elasticloadbalancing:us-east-1:{ACCOUNT}:targetgroup/some/0",
    "aws_secretsmanager_secret": f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:some-AbCdEf",
    "aws_wafv2_web_acl": f"arn:aws:wafv2:us-east-1:{ACCOUNT}:regional/webacl/some/0",
    "aws_acm_certificate": f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/0",
    "aws_backup_vault": f"arn:aws:backup:us-east-1:{ACCOUNT}:backup-vault:some",
    "aws_dynamodb_table": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/some",
    "aws_efs_file_system": f"arn:aws:elasticfilesystem:us-east-1:{ACCOUNT}:file-system/fs-0",
    "aws_efs_access_point": f"arn:aws:elasticfilesystem:us-east-1:{ACCOUNT}:access-point/fsap-0",
    "aws_kinesis_firehose_delivery_stream": f"arn:aws:firehose:us-east-1:{ACCOUNT}:deliverystream/some",
    "aws_opensearch_domain": f"arn:aws:es:us-east-1:{ACCOUNT}:domain/some",
    "aws_service_discovery_service": f"arn:aws:servicediscovery:us-east-1:{ACCOUNT}:service/srv-0",
    "aws_ssm_parameter": f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/some",
}
"""The mocks' ARNs, by types of resources."""


@dataclass(frozen=True, slots=True)
class Made:
    """One resource of a stack."""

    kind: str
    name: str
    values: Mapping[str, Any]

    @property
    def policy(self) -> Policy:
        """The policy that it holds."""
        return Policy.parse(self.values["policy"])

    @property
    def trust(self) -> Policy:
        """Who may take this role."""
        return Policy.parse(self.values["assume_role_policy"])


@dataclass(frozen=True, slots=True)
class Stack:
    """A rendered stack."""

    made: tuple[Made, ...]

    def one(self, kind: str, name: str) -> Made:
        """The resource of this type and name."""
        (found,) = (item for item in self.made if (item.kind, item.name) == (kind, name))
        return found

    def of(self, kind: str) -> Iterator[Made]:
        """All resources of this type."""
        return (item for item in self.made if item.kind == kind)


def render(stacks: Sequence[Path], folder: Path) -> dict[str, Stack]:
    """Plan stacks from nothing, each with the inputs of its example; gives them by name.

    Raises:
        AssertionError: Terraform refused one, with what it said.
    """
    root = folder / "root"
    (root / "tests").mkdir(parents=True)
    (root / "main.tf").write_text("terraform {}\n")
    blocks = [_mock()]
    for stack in stacks:
        shutil.copytree(
            stack, root / stack_name(stack), ignore=shutil.ignore_patterns(".terraform*", "tests")
        )
        blocks.append(_run(stack))
    (root / "tests" / "render.tftest.hcl").write_text("\n".join(blocks))
    with provider_for(PROGRAM, folder) as environment:
        _start(["init", "-backend=false", "-no-color"], root, environment)
        lines = _start(["test", "-json", "-verbose"], root, environment).splitlines()
    changes = dict(_changes(line) for line in lines if '"type":"test_plan"' in line)
    return {stack_name(stack): _stack(changes[_flat(stack)]) for stack in stacks}


def _start(arguments: Sequence[str], root: Path, environment: Mapping[str, str]) -> str:
    ended = run_program(PROGRAM, arguments, root, environment)
    if ended.returncode:
        told = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
        errors = [item for item in told if item["type"] == "diagnostic"]
        raise AssertionError(
            "\n".join(f"{item.get('@testrun')}: {item['diagnostic']}" for item in errors) or ended.stderr
        )
    return ended.stdout


def _flat(stack: Path) -> str:
    return stack_name(stack).replace("/", "_")


def _run(stack: Path) -> str:
    found = _EXAMPLE.search((stack / "example" / "main.tf").read_text())
    if found is None:
        raise AssertionError(f"{stack}: its example calls no module `../`")
    inputs = found[1]
    return f"""
run "{_flat(stack)}" {{
  command = plan
  module {{
    source = "./{stack_name(stack)}"
  }}
  variables {{
{inputs}
  }}
}}
"""


def _mock() -> str:
    secret = _ARNS["aws_secretsmanager_secret"]
    mocks = "\n".join(
        f'  mock_resource "{kind}" {{\n    defaults = {{ arn = "{arn}" }}\n  }}'
        for kind, arn in _ARNS.items()
    )
    return f"""
mock_provider "aws" {{
  override_during = plan
  mock_data "aws_caller_identity" {{
    defaults = {{ account_id = "{ACCOUNT}" }}
  }}
  mock_data "aws_partition" {{
    defaults = {{ partition = "aws", dns_suffix = "amazonaws.com" }}
  }}
  mock_data "aws_organizations_organization" {{
    defaults = {{ id = "o-a1b2c3d4e5" }}
  }}
  mock_data "aws_availability_zones" {{
    defaults = {{ names = ["us-east-1a", "us-east-1b", "us-east-1c"] }}
  }}
  mock_resource "aws_db_instance" {{
    defaults = {{
      master_user_secret = [{{ kms_key_id = "", secret_arn = "{secret}", secret_status = "active" }}]
    }}
  }}
  mock_resource "aws_transfer_server" {{
    defaults = {{ id = "s-0123456789abcdef0" }}
  }}
{mocks}
}}
"""


def _changes(line: str) -> tuple[str, list[Mapping[str, Any]]]:
    """Read a run's name and its plan's changes out of a message that holds the provider's schema, too."""
    found = re.search(r'"@testrun":("[^"]+")', line)
    start = line.index(_CHANGES) + len(_CHANGES)
    assert found is not None
    return json.loads(found[1]), json.JSONDecoder().raw_decode(line, start)[0]


def _stack(changes: Sequence[Mapping[str, Any]]) -> Stack:
    found = [item for item in changes if item["mode"] == "managed"]
    return Stack(tuple(Made(item["type"], item["name"], item["change"]["after"]) for item in found))
