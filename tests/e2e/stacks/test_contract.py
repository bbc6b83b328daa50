"""What the stacks of a fleet expect of each other: all units are applied, with made-up answers for AWS's.

Each stack by itself is looked at by its own tests; here is what only shows where several meet. That each of
these checks finds what it looks for, test_contract_checks.py shows.
"""

import pytest

from cellwright.fleet.edit import set_key
from e2e.reference.fleet import load, scaffold
from e2e.stacks.contract import hosts, names, one_sided, pairs, priorities, repeated, zones
from e2e.stacks.whole_fleet import AppliedFleet, apply_fleet

pytestmark = [pytest.mark.terraform, pytest.mark.long]

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


def test_every_output_is_there_and_of_a_type_that_its_taker_takes(applied: AppliedFleet) -> None:
    assert applied.faults == ()
    assert {"base", "utility", "client"} <= {item.unit.level for item in applied.resources}


def test_no_network_has_two_private_zones_of_one_name(applied: AppliedFleet) -> None:
    assert applied.of("aws_service_discovery_private_dns_namespace")
    assert applied.of("aws_route53_zone")
    assert repeated(zones(applied)) == {}


def test_no_two_units_own_a_thing_of_one_name(applied: AppliedFleet) -> None:
    named = names(applied)
    assert {item.kind for _, item in named} >= {"aws_s3_bucket", "aws_iam_role", "aws_kms_alias", "aws_lb"}
    assert repeated(named) == {}


def test_no_two_clients_have_one_rule_of_a_listener(applied: AppliedFleet) -> None:
    rules = applied.of("aws_lb_listener_rule")
    assert len({rule.unit.cell for rule in rules}) >= 2
    assert len(hosts(applied)) >= len(rules)
    assert repeated(hosts(applied)) == {}
    assert repeated(priorities(applied)) == {}


def test_what_a_group_lets_in_the_other_one_lets_out_and_the_other_way_round(applied: AppliedFleet) -> None:
    kinds = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")
    assert list(pairs(item.values for item in applied.of(*kinds)))
    assert one_sided(applied) == []
