"""Each check of the contract between stacks finds what it looks for; fleets here are made by hand."""

from collections.abc import Mapping
from typing import Any

import pytest

from cellwright.model.address import UnitAddress
from e2e.stacks.contract import hosts, names, one_sided, priorities, repeated, zones
from e2e.stacks.whole_fleet import AppliedFleet, AppliedResource

ACME, GLOBEX = (UnitAddress("client", name, "app") for name in ("acme", "globex"))
LISTENER = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/prod/0/1"


def made(kind: str, unit: UnitAddress = ACME, **values: Any) -> AppliedResource:  # noqa: ANN401  JSON
    return AppliedResource(unit, kind, f"{kind}.this", values)


def fleet(*resources: AppliedResource) -> AppliedFleet:
    return AppliedFleet(resources, ())


def test_two_zones_of_one_name_are_found() -> None:
    zone = made("aws_route53_zone", ACME, name="one.internal", vpc=[{"vpc_id": "vpc-1"}])
    for name, found in (("one.internal", 1), ("svc.one.internal", 0)):
        space = made("aws_service_discovery_private_dns_namespace", GLOBEX, name=name, vpc="vpc-1")
        assert len(repeated(zones(fleet(zone, space)))) == found


def test_two_things_of_one_name_are_found() -> None:
    arn = "arn:aws:s3:us-east-1:111122223333:x"
    one = made("aws_iam_role", ACME, name="client-service", arn=arn)
    other = made("aws_iam_role", GLOBEX, name="client-service", arn=arn)
    elsewhere = made("aws_iam_role", GLOBEX, name="client-service", arn=arn.replace("1111", "4444"))
    unnamed = made("aws_iam_role", GLOBEX, name=None, arn=arn)
    assert len(repeated(names(fleet(one, other)))) == 1
    assert repeated(names(fleet(one, elsewhere, unnamed, unnamed))) == {}


def rule(unit: UnitAddress, host: str, priority: int, listener: str = LISTENER) -> AppliedResource:
    condition = [{"host_header": [{"values": [host]}]}, {"host_header": None}]
    return made("aws_lb_listener_rule", unit, listener_arn=listener, priority=priority, condition=condition)


def test_two_rules_of_one_host_are_found() -> None:
    one = rule(ACME, "acme.apps.example.com", 0)
    assert len(repeated(hosts(fleet(one, rule(GLOBEX, "acme.apps.example.com", 0))))) == 1
    assert repeated(hosts(fleet(one, rule(GLOBEX, "globex.apps.example.com", 0)))) == {}
    assert repeated(hosts(fleet(one, rule(GLOBEX, "acme.apps.example.com", 0, "another")))) == {}


def test_two_rules_in_one_place_are_found() -> None:
    assert len(repeated(priorities(fleet(rule(ACME, "a", 7), rule(GLOBEX, "b", 7))))) == 1
    for other in (0, 8):
        assert repeated(priorities(fleet(rule(ACME, "a", other), rule(GLOBEX, "b", 7)))) == {}
    assert priorities(fleet(rule(ACME, "a", 0), rule(GLOBEX, "b", 0))) == [], "AWS chooses"


def ports(way: str, group: str, other: str | None, first: int | None, last: int | None) -> AppliedResource:
    kind = f"aws_vpc_security_group_{way}_rule"
    values = {"security_group_id": group, "referenced_security_group_id": other}
    return made(kind, ACME, **values, from_port=first, to_port=last)


IN = ports("ingress", "sg-app", "sg-balancer", 8443, 8443)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, 1),
        (ports("egress", "sg-balancer", "sg-app", 8443, 8443), 0),
        (ports("egress", "sg-balancer", None, 1024, 65535), 0),
        (ports("egress", "sg-balancer", None, None, None), 0),
        (ports("egress", "sg-balancer", None, 8080, 8442), 1),
        (ports("egress", "sg-balancer", "sg-other", 8443, 8443), 2),
        (ports("egress", "sg-other", None, 8443, 8443), 1),
    ],
)
def test_a_port_that_only_one_side_opens_is_found(answer: AppliedResource | None, said: int) -> None:
    groups = [made("aws_security_group", id=name) for name in ("sg-app", "sg-balancer", "sg-other")]
    assert len(one_sided(fleet(*groups, IN, *([answer] if answer else [])))) == said


def test_and_so_is_one_that_only_leads_out() -> None:
    groups = [made("aws_security_group", id=name) for name in ("sg-app", "sg-balancer")]
    out: Mapping[str, Any] = ports("egress", "sg-balancer", "sg-app", 9443, 9443).values
    (told,) = one_sided(fleet(*groups, AppliedResource(ACME, "aws_vpc_security_group_egress_rule", "x", out)))
    assert told == "sg-balancer lets 9443 out to sg-app"
