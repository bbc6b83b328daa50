"""Patches of moto: EC2, VPC, Route 53, Cloud Map."""

from typing import Any

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import REGION, Client, aws, subnets

pytestmark = pytest.mark.aws

TAG = {"Key": "Name", "Value": "lab"}
MONITORED = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}


def as_account(sandbox: Sandbox, account: str) -> dict[str, Any]:
    """Take a role of another account, for a client's arguments."""
    role = f"arn:aws:iam::{account}:role/deployer"
    given = aws(sandbox, "sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }


def specification(kind: str) -> list[dict[str, object]]:
    return [{"ResourceType": kind, "Tags": [TAG]}]


def test_dhcp_options_keep_tags_given_at_creation(sandbox: Sandbox) -> None:
    ec2 = aws(sandbox, "ec2")
    ec2.create_dhcp_options(
        DhcpConfigurations=[{"Key": "domain-name", "Values": ["lab.internal"]}],
        TagSpecifications=specification("dhcp-options"),
    )

    (options,) = ec2.describe_dhcp_options()["DhcpOptions"]
    assert options["Tags"] == [TAG]


def test_transit_gateway_attachments_keep_tags_given_at_creation(sandbox: Sandbox) -> None:
    ec2 = aws(sandbox, "ec2")
    vpc, (subnet, _) = subnets(sandbox)
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway,
        VpcId=vpc,
        SubnetIds=[subnet],
        TagSpecifications=specification("transit-gateway-attachment"),
    )

    (attachment,) = ec2.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
    assert attachment["Tags"] == [TAG]


def test_a_launch_templates_own_tags_stay_its_own_and_can_be_changed(sandbox: Sandbox) -> None:
    ec2 = aws(sandbox, "ec2")
    created = ec2.create_launch_template(
        LaunchTemplateName="lab",
        LaunchTemplateData={"InstanceType": "t3.micro", "TagSpecifications": specification("instance")},
        TagSpecifications=specification("launch-template"),
    )["LaunchTemplate"]
    changed = {"Key": "Name", "Value": "changed"}
    ec2.create_tags(Resources=[created["LaunchTemplateId"]], Tags=[changed])

    (version,) = ec2.describe_launch_template_versions(LaunchTemplateName="lab")["LaunchTemplateVersions"]
    (template,) = ec2.describe_launch_templates(LaunchTemplateNames=["lab"])["LaunchTemplates"]

    assert [item["ResourceType"] for item in version["LaunchTemplateData"]["TagSpecifications"]] == [
        "instance"
    ]
    assert (created["Tags"], template["Tags"]) == ([TAG], [changed])


def test_an_encrypted_root_volume_needs_no_size(sandbox: Sandbox) -> None:
    ec2 = aws(sandbox, "ec2")
    _, (subnet, _) = subnets(sandbox)
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    volume = {"DeviceName": "/dev/sda1", "Ebs": {"Encrypted": True}}

    ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet, BlockDeviceMappings=[volume])

    (made,) = ec2.describe_volumes()["Volumes"]
    assert (made["Encrypted"], made["Size"]) == (True, 8)


def group_with_rule(sandbox: Sandbox, direction: str, permission: dict[str, object]) -> tuple[str, str]:
    ec2 = aws(sandbox, "ec2")
    vpc, _ = subnets(sandbox, 0)
    group = ec2.create_security_group(GroupName="lab", Description="lab", VpcId=vpc)["GroupId"]
    grant = getattr(ec2, f"authorize_security_group_{direction}")
    rule = grant(GroupId=group, IpPermissions=[permission])["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    return group, rule


def modified(sandbox: Sandbox, group: str, rule: str, wanted: dict[str, object]) -> dict[str, object]:
    ec2 = aws(sandbox, "ec2")
    ec2.modify_security_group_rules(
        GroupId=group, SecurityGroupRules=[{"SecurityGroupRuleId": rule, "SecurityGroupRule": wanted}]
    )
    found: dict[str, object] = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule])[
        "SecurityGroupRules"
    ][0]
    return found


def test_a_rule_for_all_traffic_can_be_changed(sandbox: Sandbox) -> None:
    # Port 443 only, since a new group already lets everything out.
    group, rule = group_with_rule(sandbox, "egress", {**MONITORED, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]})

    found = modified(
        sandbox, group, rule, {"IpProtocol": "-1", "CidrIpv4": "10.0.0.0/8", "Description": "all of it"}
    )

    assert (found["IpProtocol"], found["Description"]) == ("-1", "all of it")
    assert found["FromPort"] == -1


def test_a_rule_can_be_turned_to_another_ipv6_range(sandbox: Sandbox) -> None:
    group, rule = group_with_rule(
        sandbox, "ingress", {**MONITORED, "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]}
    )

    found = modified(sandbox, group, rule, {**MONITORED, "CidrIpv6": "2001:db8:1::/48"})

    assert found["CidrIpv6"] == "2001:db8:1::/48"


def test_a_rule_that_names_a_group_keeps_its_description_and_can_be_changed(sandbox: Sandbox) -> None:
    ec2 = aws(sandbox, "ec2")
    vpc, _ = subnets(sandbox, 0)
    first, second = (
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        for name in ("first", "second")
    )
    rule = ec2.authorize_security_group_ingress(
        GroupId=first,
        IpPermissions=[{**MONITORED, "UserIdGroupPairs": [{"GroupId": first, "Description": "own"}]}],
    )["SecurityGroupRules"][0]
    assert rule["Description"] == "own"

    found = modified(
        sandbox,
        first,
        rule["SecurityGroupRuleId"],
        {**MONITORED, "ReferencedGroupId": second, "Description": "other"},
    )

    assert found["Description"] == "other"
    assert found["ReferencedGroupInfo"] == {"GroupId": second, "UserId": "123456789012"}


def test_the_default_key_for_volumes_can_be_chosen(sandbox: Sandbox) -> None:
    ec2 = aws(sandbox, "ec2")
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"

    assert ec2.modify_ebs_default_kms_key_id(KmsKeyId="alias/own")["KmsKeyId"] == "alias/own"
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == "alias/own"
    assert ec2.reset_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"


def test_public_access_to_snapshots_can_be_blocked(sandbox: Sandbox) -> None:
    ec2 = aws(sandbox, "ec2")
    assert ec2.get_snapshot_block_public_access_state()["State"] == "unblocked"

    ec2.enable_snapshot_block_public_access(State="block-all-sharing")
    assert ec2.get_snapshot_block_public_access_state()["State"] == "block-all-sharing"

    ec2.disable_snapshot_block_public_access()
    assert ec2.get_snapshot_block_public_access_state()["State"] == "unblocked"


def test_defaults_for_instance_metadata_can_be_set(sandbox: Sandbox) -> None:
    ec2 = aws(sandbox, "ec2")
    assert ec2.get_instance_metadata_defaults()["AccountLevel"] == {}

    ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpEndpoint="no-preference")

    assert ec2.get_instance_metadata_defaults()["AccountLevel"] == {"HttpTokens": "required"}


def test_a_zone_made_with_a_vpc_is_private(sandbox: Sandbox) -> None:
    vpc, _ = subnets(sandbox, 0)
    route53 = aws(sandbox, "route53")
    zone = route53.create_hosted_zone(
        Name="lab.internal", CallerReference="1", VPC={"VPCRegion": REGION, "VPCId": vpc}
    )["HostedZone"]

    found = route53.get_hosted_zone(Id=zone["Id"])

    assert found["HostedZone"]["Config"]["PrivateZone"]
    assert found["VPCs"] == [{"VPCRegion": REGION, "VPCId": vpc}]


def test_a_flow_log_is_written_into_a_folder_of_a_bucket(sandbox: Sandbox) -> None:
    vpc, _ = subnets(sandbox, 0)
    aws(sandbox, "s3").create_bucket(Bucket="lab-audit")
    ec2 = aws(sandbox, "ec2")
    asked = {"ResourceIds": [vpc], "ResourceType": "VPC", "TrafficType": "ALL", "LogDestinationType": "s3"}
    place = "arn:aws:s3:::lab-audit/flow-logs/"

    made = ec2.create_flow_logs(**asked, LogDestination=place)
    refused = ec2.create_flow_logs(**asked, LogDestination="arn:aws:s3:::no-such-bucket/flow-logs/")

    assert (made["Unsuccessful"], len(refused["Unsuccessful"])) == ([], 1)
    (found,) = ec2.describe_flow_logs()["FlowLogs"]
    assert found["LogDestination"] == place


def private_zone(client: Client, vpc: str, name: str = "lab.internal") -> str:
    made = client.create_hosted_zone(
        Name=name, CallerReference=f"{vpc} {name}", VPC={"VPCRegion": REGION, "VPCId": vpc}
    )
    return str(made["HostedZone"]["Id"])


def test_a_zones_id_begins_with_z(sandbox: Sandbox) -> None:
    route53 = aws(sandbox, "route53")
    made = [route53.create_hosted_zone(Name=f"z{n}.example.com", CallerReference=str(n)) for n in range(4)]
    assert {zone["HostedZone"]["Id"].removeprefix("/hostedzone/")[0] for zone in made} == {"Z"}


def test_a_vpc_has_one_zone_of_a_name(sandbox: Sandbox) -> None:
    vpc, _ = subnets(sandbox, 0)
    route53, discovery = aws(sandbox, "route53"), aws(sandbox, "servicediscovery")
    private_zone(route53, vpc)
    private_zone(route53, vpc, "svc.lab.internal.")

    with pytest.raises(ClientError, match="ConflictingDomainExists"):
        private_zone(route53, vpc, "lab.internal.")
    with pytest.raises(ClientError, match="ConflictingDomainExists"):
        discovery.create_private_dns_namespace(Name="svc.lab.internal", Vpc=vpc)

    assert discovery.list_namespaces()["Namespaces"] == []
    assert len(route53.list_hosted_zones()["HostedZones"]) == 2


def test_the_zone_of_a_namespace_has_its_name_and_its_life(sandbox: Sandbox) -> None:
    vpc, _ = subnets(sandbox, 0)
    route53, discovery = aws(sandbox, "route53"), aws(sandbox, "servicediscovery")
    discovery.create_private_dns_namespace(Name="svc.lab.internal", Vpc=vpc)
    (namespace,) = discovery.list_namespaces()["Namespaces"]

    (zone,) = route53.list_hosted_zones_by_vpc(VPCId=vpc, VPCRegion=REGION)["HostedZoneSummaries"]
    found = discovery.get_namespace(Id=namespace["Id"])["Namespace"]
    discovery.delete_namespace(Id=namespace["Id"])

    assert zone["Name"] == "svc.lab.internal."
    assert found["Properties"]["DnsProperties"]["HostedZoneId"] == zone["HostedZoneId"]
    assert route53.list_hosted_zones()["HostedZones"] == []


def test_a_zone_is_shared_with_a_network_of_another_account(sandbox: Sandbox) -> None:
    other = as_account(sandbox, "111122223333")
    vpc, _ = subnets(sandbox, 0)
    theirs = aws(sandbox, "ec2", **other).create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    named = {"VPCRegion": REGION, "VPCId": theirs}
    owning, reading = aws(sandbox, "route53"), aws(sandbox, "route53", **other)
    zone = private_zone(owning, vpc)

    with pytest.raises(ClientError, match="NotAuthorizedException"):
        reading.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=named)
    owning.create_vpc_association_authorization(HostedZoneId=zone, VPC=named)
    reading.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=named)

    assert owning.list_vpc_association_authorizations(HostedZoneId=zone)["VPCs"] == [named]
    assert named in owning.get_hosted_zone(Id=zone)["VPCs"]
    (seen,) = reading.list_hosted_zones_by_vpc(**named)["HostedZoneSummaries"]
    assert zone.endswith(seen["HostedZoneId"])
    with pytest.raises(ClientError, match="ConflictingDomainExists"):
        private_zone(reading, theirs)

    reading.disassociate_vpc_from_hosted_zone(HostedZoneId=zone, VPC=named)
    owning.delete_vpc_association_authorization(HostedZoneId=zone, VPC=named)
    assert owning.list_vpc_association_authorizations(HostedZoneId=zone)["VPCs"] == []
    with pytest.raises(ClientError, match="VPCAssociationAuthorizationNotFound"):
        owning.delete_vpc_association_authorization(HostedZoneId=zone, VPC=named)


def test_registering_an_instance_again_replaces_it(sandbox: Sandbox) -> None:
    discovery = aws(sandbox, "servicediscovery")
    discovery.create_http_namespace(Name="lab")
    (namespace,) = discovery.list_namespaces()["Namespaces"]
    service = discovery.create_service(Name="app", NamespaceId=namespace["Id"])["Service"]["Id"]
    for address in ("10.0.0.1", "10.0.0.2"):
        discovery.register_instance(
            ServiceId=service, InstanceId="one", Attributes={"AWS_INSTANCE_IPV4": address}
        )

    (instance,) = discovery.list_instances(ServiceId=service)["Instances"]
    assert instance["Attributes"] == {"AWS_INSTANCE_IPV4": "10.0.0.2"}


def test_each_side_of_a_peering_connection_has_tags_of_its_own(sandbox: Sandbox) -> None:
    asking = aws(sandbox, "ec2")
    accepting = aws(sandbox, "ec2", **as_account(sandbox, "111122223333"))
    vpc, peer = (
        side.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
        for side, block in ((asking, "10.0.0.0/16"), (accepting, "10.1.0.0/16"))
    )
    connection = asking.create_vpc_peering_connection(
        VpcId=vpc,
        PeerVpcId=peer,
        PeerOwnerId="111122223333",
        TagSpecifications=specification("vpc-peering-connection"),
    )["VpcPeeringConnection"]["VpcPeeringConnectionId"]

    accepting.accept_vpc_peering_connection(VpcPeeringConnectionId=connection)
    accepting.create_tags(Resources=[connection], Tags=[{"Key": "Name", "Value": "other"}])

    sides = [side.describe_vpc_peering_connections()["VpcPeeringConnections"] for side in (asking, accepting)]
    assert [found["Tags"] for (found,) in sides] == [[TAG], [{"Key": "Name", "Value": "other"}]]
    assert {found["Status"]["Code"] for (found,) in sides} == {"active"}
