"""The network map: networks and what reaches what, gathered from the resources of all states."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cellwright.evidence.inventory import Instance
from cellwright.evidence.sorting import Row, text_of

VPC, SUBNET = "network", "subnet"
PEERING, INTERNET = "peering", "internet gateway"
INTERNET_NAME = "the internet"
_KINDS: Mapping[str, str] = {
    "aws_vpc": VPC,
    "aws_default_vpc": VPC,
    "aws_subnet": SUBNET,
    "aws_vpc_peering_connection": PEERING,
    "aws_internet_gateway": INTERNET,
    "aws_egress_only_internet_gateway": "outgoing internet gateway",
    "aws_nat_gateway": "NAT gateway",
    "aws_vpn_gateway": "VPN gateway",
    "aws_ec2_transit_gateway_vpc_attachment": "transit gateway attachment",
    "aws_vpc_endpoint": "endpoint",
    "aws_lb": "load balancer",
    "aws_security_group": "security group",
    "aws_default_security_group": "security group",
    "aws_security_group_rule": "security group rule",
    "aws_vpc_security_group_ingress_rule": "security group rule",
    "aws_vpc_security_group_egress_rule": "security group rule",
}
_ALL = "-1"


@dataclass(slots=True)
class NetworkMap:
    """Sees resources go by; keeps what the map is drawn from."""

    networks: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """By id: account, name, block."""
    subnets: dict[str, int] = field(default_factory=dict)
    """How many each network has."""
    peerings: set[tuple[str, str]] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    """Networks with a way to the internet."""

    def see(self, item: Instance) -> Row | None:
        """Take one resource; gives its row, if it is one of a network."""
        kind = _KINDS.get(item.type)
        if kind is None:
            return None
        found = item.attributes
        vpc = text_of(found.get("vpc_id"))
        if kind == VPC:
            self.networks[item.id] = (item.account, _name(found), text_of(found.get("cidr_block")))
        elif kind == SUBNET:
            self.subnets[vpc] = self.subnets.get(vpc, 0) + 1
        elif kind == PEERING:
            first, second = sorted((vpc, text_of(found.get("peer_vpc_id"))))
            self.peerings.add((first, second))
        elif kind == INTERNET and vpc:
            self.open.add(vpc)
        return {
            "account": item.account,
            "region": item.region,
            "kind": kind,
            "id": item.id,
            "name": _name(found),
            "block": text_of(found.get("cidr_block")),
            "reaches": "; ".join(_reaches(kind, item.type, found)),
            "unit": item.unit,
        }


def _reaches(kind: str, terraform_type: str, found: Mapping[str, Any]) -> Iterator[str]:
    """What a resource lets reach what."""
    vpc = text_of(found.get("vpc_id"))
    if kind == PEERING:
        yield f"{vpc} and {text_of(found.get('peer_vpc_id'))} reach each other"
    elif kind == INTERNET:
        yield f"{vpc} and {INTERNET_NAME}"
    elif kind == "NAT gateway":
        yield f"{text_of(found.get('subnet_id'))} to {INTERNET_NAME}"
    elif kind == "load balancer":
        yield "within its networks" if found.get("internal") else f"from {INTERNET_NAME}"
    elif kind == "security group":
        yield from _rules("from", found.get("ingress"))
        yield from _rules("to", found.get("egress"))
    elif kind == "security group rule":
        out = terraform_type.endswith("_egress_rule") or found.get("type") == "egress"
        yield f"{text_of(found.get('security_group_id'))} {_rule('to' if out else 'from', found)}"
    elif vpc:
        yield f"in {vpc}"


def _rules(word: str, rules: Any) -> Iterator[str]:  # noqa: ANN401  what a state holds
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, Mapping):
            yield _rule(word, rule)


def _rule(word: str, rule: Mapping[str, Any]) -> str:
    peers = [
        *_texts(rule.get("cidr_blocks")),
        *_texts(rule.get("ipv6_cidr_blocks")),
        *_texts(rule.get("security_groups")),
        *_texts(rule.get("prefix_list_ids")),
    ]
    names = ("cidr_ipv4", "cidr_ipv6", "referenced_security_group_id", "source_security_group_id")
    peers += [text_of(rule[name]) for name in (*names, "prefix_list_id") if rule.get(name)]
    if rule.get("self") is True:
        peers.append("itself")
    protocol = text_of(rule.get("protocol") or rule.get("ip_protocol"))
    if protocol == _ALL:
        return f"{word} {', '.join(peers)}: everything"
    first, last = text_of(rule.get("from_port")), text_of(rule.get("to_port"))
    ports = first if first == last else f"{first}-{last}"
    return f"{word} {', '.join(peers)}: {protocol} {ports}"


def _texts(value: Any) -> list[str]:  # noqa: ANN401  what a state holds
    return [text_of(item) for item in value] if isinstance(value, list) else []


def _name(found: Mapping[str, Any]) -> str:
    tags = found.get("tags")
    named = text_of(tags.get("Name")) if isinstance(tags, Mapping) else ""
    return named or text_of(found.get("name"))
