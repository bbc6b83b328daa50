"""EC2 and VPC."""

from typing import Any

from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateVersion
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.responses.dhcp_options import DHCPOptions
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.responses.transit_gateway_attachments import TransitGatewayAttachment

from cellwright.sandbox.patches.ec2_account import ACCOUNT_PATCHES
from cellwright.sandbox.patches.patch import Around, Patch, surround

_ALL = "-1"
_IMAGE_SIZE_GIB = 8
"""What a volume gets if nothing is said: as big as the image's, and moto's images don't say."""


def _tags_at_creation() -> None:
    def tagging(kind: str, member: str) -> Around:
        def create(original: Any, self: Any) -> Any:
            answer = original(self)
            tags = self._parse_tag_specification().get(kind, {})  # noqa: SLF001 - moto's own way to read tags
            answer.result[member].add_tags(tags)
            return answer

        return create

    surround(DHCPOptions, "create_dhcp_options", tagging("dhcp-options", "DhcpOptions"))
    surround(
        TransitGatewayAttachment,
        "create_transit_gateway_vpc_attachment",
        tagging("transit-gateway-attachment", "TransitGatewayVpcAttachment"),
    )


def _template_tags() -> None:
    def build(original: Any, self: Any, template: Any, number: int, data: Any, description: Any) -> None:
        specifications = data.get("TagSpecifications") or []
        kept = [item for item in specifications if item.get("ResourceType") != "launch-template"]
        original(self, template, number, {**data, "TagSpecifications": kept}, description)

    def no_copy(self: Any, tags: Any) -> None:
        """The template's tags are looked up when asked for, so that later changes show."""

    surround(LaunchTemplateVersion, "__init__", build)
    LaunchTemplate.tags = property(lambda self: self.get_tags(), no_copy)


def _rule_updates() -> None:
    def modify(original: Any, self: Any, group_id: str, rules: Any) -> None:
        group = self.get_security_group_by_name_or_id(group_id)
        for rule_id, new in rules.items():
            everything = new.get("IpProtocol") == _ALL
            ports = {"FromPort": new.get("FromPort", -1), "ToPort": new.get("ToPort", -1)} if everything else {}
            original(self, group_id, {rule_id: {**new, **ports}})
            _complete(group.get_rule(rule_id), new, everything=everything)

    surround(SecurityGroupBackend, "modify_security_group_rules", modify)


def _rule_descriptions() -> None:
    SecurityGroupRule.description = property(lambda self: _target(self).get("Description"))


def _target(rule: Any) -> Any:
    """What the rule lets in or out: a group if it names one, else an address range."""
    return rule.source_group or rule.ip_range


def _complete(rule: Any, new: Any, *, everything: bool) -> None:
    """Set what moto leaves as it was when a rule is modified."""
    if everything:
        rule.from_port = rule.to_port = None
    _target(rule)["Description"] = new.get("Description", "")
    if cidr := new.get("CidrIpv6"):
        rule.ip_range["CidrIpv6"] = cidr
    if prefix_list := new.get("PrefixListId"):
        rule.prefix_list_id = prefix_list
    if other := new.get("ReferencedGroupId"):
        rule.source_group["GroupId"] = other


def _volume_sizes() -> None:
    check = InstanceResponse._validate_block_device_mapping  # noqa: SLF001 - this check is the fault

    def with_size(device: Any) -> None:
        volume = device.get("Ebs")
        if volume and not volume.get("SnapshotId"):
            volume.setdefault("VolumeSize", _IMAGE_SIZE_GIB)
        check(device)

    InstanceResponse._validate_block_device_mapping = staticmethod(with_size)  # noqa: SLF001 - as above


PATCHES = (
    Patch("tags at creation", "DHCP options and transit gateway attachments dropped them", _tags_at_creation),
    Patch(
        "launch template tags",
        "the template's own tags showed up as tags of what it launches, and later changes of them didn't show",
        _template_tags,
    ),
    Patch("security group rule descriptions", "a rule that names a group lost its description", _rule_descriptions),
    Patch(
        "security group rule updates",
        "a rule for all traffic couldn't be changed, nor the IPv6 range, prefix list or group that a rule names",
        _rule_updates,
    ),
    Patch("volumes without a size", "an encrypted root volume needed a size, which the image gives", _volume_sizes),
    *ACCOUNT_PATCHES,
)
