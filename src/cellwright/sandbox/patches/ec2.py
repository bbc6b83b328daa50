"""EC2 and VPC."""

from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateVersion
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.responses.dhcp_options import DHCPOptions
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.responses.transit_gateway_attachments import TransitGatewayAttachment

from cellwright.sandbox.patches.parts.ec2_account import ACCOUNT_PATCHES
from cellwright.sandbox.patches.parts.ec2_flow_logs import FLOW_LOG_PATCHES
from cellwright.sandbox.patches.parts.ec2_peering import PEERING_PATCHES
from cellwright.sandbox.patching.patch import Moto, Patch, Wrapper, compute_attribute, wrap_method

_ALL = "-1"
_IMAGE_SIZE_GIB = 8
"""The size of a volume without one: that of the image, which moto's images don't have."""


def _tags_at_creation() -> None:
    def tagging(kind: str, member: str) -> Wrapper:
        def create(original: Moto, self: Moto) -> Moto:
            answer = original(self)
            tags = self._parse_tag_specification().get(kind, {})
            answer.result[member].add_tags(tags)
            return answer

        return create

    wrap_method(DHCPOptions, "create_dhcp_options", tagging("dhcp-options", "DhcpOptions"))
    wrap_method(
        TransitGatewayAttachment,
        "create_transit_gateway_vpc_attachment",
        tagging("transit-gateway-attachment", "TransitGatewayVpcAttachment"),
    )


def _template_tags() -> None:
    def build(original: Moto, self: Moto, template: Moto, number: int, data: Moto, description: Moto) -> None:
        specifications = data.get("TagSpecifications") or []
        kept = [item for item in specifications if item.get("ResourceType") != "launch-template"]
        original(self, template, number, {**data, "TagSpecifications": kept}, description)

    wrap_method(LaunchTemplateVersion, "__init__", build)
    compute_attribute(LaunchTemplate, "tags", lambda template: template.get_tags())


def _rule_updates() -> None:
    def modify(original: Moto, self: Moto, group_id: str, rules: Moto) -> None:
        group = self.get_security_group_by_name_or_id(group_id)
        for rule_id, new in rules.items():
            everything = new.get("IpProtocol") == _ALL
            ports = (
                {"FromPort": new.get("FromPort", -1), "ToPort": new.get("ToPort", -1)} if everything else {}
            )
            original(self, group_id, {rule_id: {**new, **ports}})
            _complete(group.get_rule(rule_id), new, everything=everything)

    wrap_method(SecurityGroupBackend, "modify_security_group_rules", modify)


def _rule_descriptions() -> None:
    compute_attribute(SecurityGroupRule, "description", lambda rule: _target(rule).get("Description"))


def _target(rule: Moto) -> Moto:
    """What the rule lets in or out: a group if it names one, else an address range."""
    return rule.source_group or rule.ip_range


def _complete(rule: Moto, new: Moto, *, everything: bool) -> None:
    """Set what moto does not change when a rule is modified."""
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
    def check(original: Moto, _self: Moto, device: Moto) -> None:
        volume = device.get("Ebs")
        if volume and not volume.get("SnapshotId"):
            volume.setdefault("VolumeSize", _IMAGE_SIZE_GIB)
        original(device)

    wrap_method(InstanceResponse, "_validate_block_device_mapping", check)


PATCHES = (
    Patch("tags at creation", "DHCP options and transit gateway attachments dropped them", _tags_at_creation),
    Patch(
        "launch template tags",
        "the template's own tags were shown as tags of what it launches, and later changes were not shown",
        _template_tags,
    ),
    Patch(
        "security group rule descriptions",
        "a rule that names a group lost its description",
        _rule_descriptions,
    ),
    Patch(
        "security group rule updates",
        "a rule for all traffic couldn't be changed, nor the IPv6 range, prefix list or group of a rule",
        _rule_updates,
    ),
    Patch(
        "volumes without a size",
        "an encrypted root volume needed a size, which AWS takes from the image",
        _volume_sizes,
    ),
    *ACCOUNT_PATCHES,
    *FLOW_LOG_PATCHES,
    *PEERING_PATCHES,
)
