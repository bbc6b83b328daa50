"""Inventory and network map are made of addresses, ids and rules; nothing sensitive of a state is in them."""

from typing import Any

import pytest

from cellwright.evidence.inventory import instances_of, inventory_row
from cellwright.evidence.network import NetworkMap

AWS = 'provider["registry.terraform.io/hashicorp/aws"]'


def resource(kind: str, attributes: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401  of a state
    instance = {"attributes": attributes, **{key: more.pop(key) for key in list(more) if key != "module"}}
    return {"mode": "managed", "type": kind, "name": "this", "provider": AWS, "instances": [instance], **more}


def rows(*resources: dict[str, Any], labels: dict[str, str] | None = None) -> list[Any]:
    state = {"version": 4, "resources": [*resources]}
    return [inventory_row(item) for item in instances_of("client/acme/app", labels or {}, state)]


def test_a_resource_is_named_by_module_and_key() -> None:
    arn = "arn:aws:s3:eu-west-1:123456789012:x"
    [row] = rows(resource("aws_s3_bucket", {"id": "b", "arn": arn}, module="module.data", index_key="eu"))
    assert row == {
        "unit": "client/acme/app",
        "address": 'module.data.aws_s3_bucket.this["eu"]',
        "type": "aws_s3_bucket",
        "provider": "hashicorp/aws",
        "id": "b",
        "region": "eu-west-1",
        "account": "123456789012",
    }


def test_what_the_state_does_not_say_is_taken_from_the_cell() -> None:
    [row] = rows(resource("aws_x", {"id": "b"}), labels={"account": "1234", "region": "us-east-1"})
    assert (row["account"], row["region"]) == ("1234", "us-east-1")


@pytest.mark.parametrize(
    "found",
    [
        resource(
            "aws_db_instance",
            {"id": "hunter2", "password": "hunter2"},
            sensitive_attributes=[[{"type": "get_attr", "value": "id"}]],
        ),
        resource("random_string", {"id": "hunter2", "result": "hunter2"}),
        resource("aws_db_instance", {"id": "db", "password": "hunter2"}),
        resource(
            "aws_security_group",
            {"id": "sg-1", "ingress": [{"cidr_blocks": ["hunter2"]}], "tags": {"Name": "n"}},
            sensitive_attributes=[[{"type": "get_attr", "value": "ingress"}, {"type": "index", "value": 0}]],
        ),
    ],
)
def test_nothing_sensitive_is_in_a_row(found: dict[str, Any]) -> None:
    state = {"resources": [found]}
    [item] = instances_of("u", {}, state)
    assert "hunter2" not in str(inventory_row(item))
    assert "hunter2" not in str(NetworkMap().see(item))


@pytest.mark.parametrize(
    "resources",
    [
        None,
        7,
        ["x"],
        [{"mode": "data"}],
        [{"mode": "managed", "instances": [3]}],
        [{"mode": "managed", "instances": 7}],
    ],
)
def test_what_is_no_resource_is_left_out(resources: object) -> None:
    assert list(instances_of("u", {}, {"resources": resources})) == []


def test_the_map_knows_networks_peerings_and_who_reaches_what() -> None:
    found = NetworkMap()
    state = {
        "resources": [
            resource("aws_vpc", {"id": "vpc-1", "cidr_block": "10.0.0.0/16", "tags": {"Name": "main"}}),
            resource("aws_subnet", {"id": "s-1", "vpc_id": "vpc-1", "cidr_block": "10.0.1.0/24"}),
            resource("aws_vpc_peering_connection", {"id": "p", "vpc_id": "vpc-2", "peer_vpc_id": "vpc-1"}),
            resource("aws_internet_gateway", {"id": "igw", "vpc_id": "vpc-1"}),
            resource(
                "aws_security_group",
                {
                    "id": "sg-1",
                    "vpc_id": "vpc-1",
                    "ingress": [
                        {"cidr_blocks": ["10.0.0.0/8"], "protocol": "tcp", "from_port": 443, "to_port": 443},
                        {"self": True, "protocol": "-1", "from_port": 0, "to_port": 0},
                    ],
                    "egress": [
                        {"security_groups": ["sg-2"], "protocol": "tcp", "from_port": 1, "to_port": 9}
                    ],
                },
            ),
            resource(
                "aws_vpc_security_group_egress_rule",
                {"id": "r", "security_group_id": "sg-1", "cidr_ipv4": "0.0.0.0/0", "ip_protocol": "-1"},
            ),
            resource("aws_s3_bucket", {"id": "b"}),
        ]
    }
    seen = [found.see(item) for item in instances_of("base/prod/network", {"account": "prod"}, state)]
    kept = [row for row in seen if row is not None]
    assert [row["kind"] for row in kept] == [
        "network",
        "subnet",
        "peering",
        "internet gateway",
        "security group",
        "security group rule",
    ]
    assert found.networks == {"vpc-1": ("prod", "main", "10.0.0.0/16")}
    assert (found.subnets, found.peerings, found.open) == ({"vpc-1": 1}, {("vpc-1", "vpc-2")}, {"vpc-1"})
    assert kept[4]["reaches"] == "from 10.0.0.0/8: tcp 443; from itself: everything; to sg-2: tcp 1-9"
    assert kept[5]["reaches"] == "sg-1 to 0.0.0.0/0: everything"
