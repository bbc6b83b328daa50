"""What the stacks of a fleet expect of each other: all units are applied, with made-up answers for AWS's.

Each stack by itself is looked at by its own tests; here is what only shows where several meet.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

import pytest

from cellwright.fleet.edit import set_key
from cellwright.model.address import UnitAddress
from e2e.reference.fleet import load, scaffold
from e2e.stacks.whole_fleet import AppliedFleet, AppliedResource, apply_fleet

pytestmark = [pytest.mark.terraform, pytest.mark.long]

NAMES = {
    "aws_s3_bucket": "bucket",
    "aws_iam_role": "name",
    "aws_iam_policy": "name",
    "aws_kms_alias": "name",
    "aws_cloudwatch_log_group": "name",
    "aws_cloudwatch_metric_alarm": "alarm_name",
    "aws_secretsmanager_secret": "name",
    "aws_ssm_parameter": "name",
    "aws_sns_topic": "name",
    "aws_ecs_cluster": "name",
    "aws_lb": "name",
    "aws_lb_target_group": "name",
    "aws_db_instance": "identifier",
    "aws_ecr_repository": "name",
    "aws_backup_vault": "name",
    "aws_wafv2_web_acl": "name",
}
"""The argument that must be one of a kind in its account and region."""

LOAD_BALANCER = {
    "subnet_ids": "${output.base.network.private_subnet_ids}",
    "allowed_cidrs": ["10.0.0.0/8"],
    "certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef",
}


@pytest.fixture(name="applied", scope="module")
def applied_fixture(tmp_path_factory: pytest.TempPathFactory) -> AppliedFleet:
    """The example fleet; one account has the load balancer that clients share."""
    place = tmp_path_factory.mktemp("contract")
    root = scaffold(place / "fleet")
    set_key(root / "accounts" / "prod-use1.yaml", "stacks.ecs.load_balancer", LOAD_BALANCER)
    fleet = load(root)
    assert fleet.diagnostics == ()
    return apply_fleet(fleet, root, place)


def repeated(items: Iterable[tuple[Hashable, AppliedResource]]) -> dict[Hashable, list[str]]:
    """What several have: each key with the resources that have it."""
    found: dict[Hashable, list[str]] = defaultdict(list)
    for key, item in items:
        found[key].append(f"{item.unit} {item.address}")
    return {key: who for key, who in found.items() if len(who) > 1}


def account_of(item: AppliedResource) -> tuple[str, str]:
    """The account and the region of a resource, as its ARN says."""
    _, _, _, region, account, *_ = f"{item.values.get('arn')}::::::".split(":")
    return account, region


def test_every_output_is_there_and_of_a_type_that_its_taker_takes(applied: AppliedFleet) -> None:
    assert applied.faults == ()
    assert {"base", "utility", "client"} <= {item.unit.level for item in applied.resources}


def test_no_network_has_two_private_zones_of_one_name(applied: AppliedFleet) -> None:
    assert applied.of("aws_service_discovery_private_dns_namespace")
    assert applied.of("aws_route53_zone")
    assert repeated(zones(applied)) == {}


def test_two_zones_of_one_name_would_be_found() -> None:
    network, ecs = (UnitAddress(level, "one", level) for level in ("base", "utility"))
    zone = {"name": "one.internal", "vpc": [{"vpc_id": "vpc-1"}]}
    space = {"name": "one.internal", "vpc": "vpc-1"}
    fleet = AppliedFleet(
        (
            AppliedResource(network, "aws_route53_zone", "aws_route53_zone.this", zone),
            AppliedResource(ecs, "aws_service_discovery_private_dns_namespace", "namespace.this", space),
        ),
        (),
    )
    assert list(repeated(zones(fleet))) == [("vpc-1", "one.internal")]


def zones(applied: AppliedFleet) -> list[tuple[Hashable, AppliedResource]]:
    """Private zones, those of Cloud Map too, each with its network and its name."""
    own = [
        ((network["vpc_id"], item.values["name"]), item)
        for item in applied.of("aws_route53_zone")
        for network in item.values["vpc"] or ()
    ]
    spaces = [
        ((item.values["vpc"], item.values["name"]), item)
        for item in applied.of("aws_service_discovery_private_dns_namespace")
    ]
    return [*own, *spaces]


def test_no_two_units_own_a_thing_of_one_name(applied: AppliedFleet) -> None:
    named = [
        ((item.kind, *account_of(item), item.values[NAMES[item.kind]]), item)
        for item in applied.of(*NAMES)
        if item.values.get(NAMES[item.kind])
    ]

    assert {item.kind for _, item in named} >= {"aws_s3_bucket", "aws_iam_role", "aws_kms_alias", "aws_lb"}
    assert repeated(named) == {}


def test_no_two_clients_have_one_rule_of_a_listener(applied: AppliedFleet) -> None:
    rules = applied.of("aws_lb_listener_rule")
    hosts = [
        ((rule.values["listener_arn"], host), rule)
        for rule in rules
        for condition in rule.values["condition"]
        for header in condition["host_header"] or ()
        for host in header["values"]
    ]

    assert len({rule.unit.cell for rule in rules}) >= 2
    assert len(hosts) >= len(rules)
    # 0 is made up: AWS chooses where the stack does not.
    chosen = [((rule.values["listener_arn"], rule.values["priority"]), rule) for rule in rules]
    assert repeated(item for item in chosen if item[1].values["priority"]) == {}
    assert repeated(hosts) == {}


def test_what_a_group_lets_in_the_other_one_lets_out_and_the_other_way_round(applied: AppliedFleet) -> None:
    into = [item.values for item in applied.of("aws_vpc_security_group_ingress_rule")]
    out = [item.values for item in applied.of("aws_vpc_security_group_egress_rule")]
    known = {item.values["id"] for item in applied.of("aws_security_group")}

    assert list(_pairs(into)) or list(_pairs(out))
    one_sided = [
        f"{rule['security_group_id']} lets {rule['from_port']} {way} {rule['referenced_security_group_id']}"
        for way, rules, others in (("in from", into, out), ("out to", out, into))
        for rule in _pairs(rules)
        if rule["referenced_security_group_id"] in known and not any(_meets(other, rule) for other in others)
    ]
    assert one_sided == []


def _pairs(rules: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Those between two groups."""
    return (
        rule
        for rule in rules
        if rule["referenced_security_group_id"] not in {None, rule["security_group_id"]}
    )


def _meets(other: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
    """Tell whether a rule of the other group lets the same pass; one for addresses may, whichever."""
    if other["security_group_id"] != rule["referenced_security_group_id"]:
        return False
    if other["referenced_security_group_id"] not in {None, rule["security_group_id"]}:
        return False
    if other["from_port"] is None or rule["from_port"] is None:
        return True
    return bool(other["from_port"] <= rule["from_port"] and rule["to_port"] <= other["to_port"])
