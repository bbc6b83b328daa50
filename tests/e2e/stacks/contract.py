"""What stacks expect of each other: no name, host or place twice, and no port that one side alone opens."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from e2e.stacks.whole_fleet import AppliedFleet, AppliedResource

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

Named = tuple[Hashable, AppliedResource]
"""What may be there once, and who has it."""


def repeated(items: Iterable[Named]) -> dict[Hashable, list[str]]:
    """What several have: each key with the resources that have it."""
    found: dict[Hashable, list[str]] = defaultdict(list)
    for key, item in items:
        found[key].append(f"{item.unit} {item.address}")
    return {key: who for key, who in found.items() if len(who) > 1}


def account_of(item: AppliedResource) -> tuple[str, str]:
    """The account and the region of a resource, as its ARN says."""
    _, _, _, region, account, *_ = f"{item.values.get('arn')}::::::".split(":")
    return account, region


def zones(applied: AppliedFleet) -> list[Named]:
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


def names(applied: AppliedFleet) -> list[Named]:
    """Things that have a name, each with its account, its region and that name."""
    return [
        ((item.kind, *account_of(item), item.values[NAMES[item.kind]]), item)
        for item in applied.of(*NAMES)
        if item.values.get(NAMES[item.kind])
    ]


def hosts(applied: AppliedFleet) -> list[Named]:
    """Host names of listeners' rules, each with its listener."""
    return [
        ((rule.values["listener_arn"], host), rule)
        for rule in applied.of("aws_lb_listener_rule")
        for condition in rule.values["condition"]
        for header in condition["host_header"] or ()
        for host in header["values"]
    ]


def priorities(applied: AppliedFleet) -> list[Named]:
    """Places of rules among those of their listener, as far as stacks choose them: 0 is made up."""
    rules = applied.of("aws_lb_listener_rule")
    chosen = [((rule.values["listener_arn"], rule.values["priority"]), rule) for rule in rules]
    return [item for item in chosen if item[1].values["priority"]]


def one_sided(applied: AppliedFleet) -> list[str]:
    """Tell of rules between two groups of the fleet to which the other group has none."""
    into = [item.values for item in applied.of("aws_vpc_security_group_ingress_rule")]
    out = [item.values for item in applied.of("aws_vpc_security_group_egress_rule")]
    known = {item.values["id"] for item in applied.of("aws_security_group")}
    return [
        f"{rule['security_group_id']} lets {rule['from_port']} {way} {rule['referenced_security_group_id']}"
        for way, rules, others in (("in from", into, out), ("out to", out, into))
        for rule in pairs(rules)
        if rule["referenced_security_group_id"] in known and not any(_meets(other, rule) for other in others)
    ]


def pairs(rules: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
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
