"""The reference fleet says of every stack what it takes of what AWS limits: no less than its files make."""

import re
from collections import Counter
from pathlib import Path

import pytest

import cellwright.reference
from cellwright.fleet.config.configuration import read_configuration
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.quotas import QUOTAS

ROOT = Path(cellwright.reference.__file__ or cellwright.reference.__path__[0])
FLEET = ROOT if ROOT.is_dir() else ROOT.parent
RESOURCES = {
    "aws_vpc": "vpc_blocks",
    "aws_vpc_ipv4_cidr_block_association": "vpc_blocks",
    "aws_subnet": "subnets",
    "aws_route_table": "route_tables",
    "aws_network_acl": "network_acls",
    "aws_security_group": "security_groups",
    "aws_eip": "elastic_ips",
    "aws_lb_listener_rule": "listener_rules",
    "aws_lb_target_group": "target_groups",
    "aws_lb_listener_certificate": "certificates",
    "aws_iam_role": "roles",
    "aws_iam_policy": "policies",
    "aws_s3_bucket": "buckets",
    "aws_db_instance": "databases",
    "aws_transfer_server": "transfer_servers",
    "aws_glue_crawler": "glue_crawlers",
    "aws_kms_key": "kms_keys",
}
NOT_COUNTED = {"bootstrap", "org"}
"""Levels that no client is placed in, and one stack of an account that is made once."""
BLOCK = re.compile(r'^resource "(\w+)" "\w+" \{', re.MULTILINE)


def declared() -> dict[str, dict[str, int]]:
    document = read_document((FLEET / "fleet.yaml").read_text(), "fleet.yaml")
    configuration, findings = read_configuration(document, lambda _: False)
    assert not findings
    return {
        stack.source.removeprefix("./stacks/"): {use.resource: use.count for use in stack.uses}
        for level in configuration.levels
        for stack in level.stacks.values()
        if level.name not in NOT_COUNTED
    }


USES = declared()


@pytest.mark.parametrize("stack", [name for name in USES if name != "utility/ledger"])
def test_a_stack_uses_no_less_than_its_files_make(stack: str) -> None:
    text = "\n".join(path.read_text() for path in sorted((FLEET / "stacks" / stack).glob("*.tf")))
    made = Counter(RESOURCES[kind] for kind in BLOCK.findall(text) if kind in RESOURCES)
    assert {name: count for name, count in made.items() if USES[stack].get(name, 0) < count} == {}


def test_every_quota_has_a_code_and_a_page() -> None:
    for quota in QUOTAS.values():
        assert re.fullmatch(r"L-[0-9A-F]{8}", quota.code)
        assert quota.guide.startswith("https://docs.aws.amazon.com/")
        assert quota.most is None or quota.most > quota.default
