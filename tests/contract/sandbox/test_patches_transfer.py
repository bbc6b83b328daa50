"""Patches of moto: SFTP servers and their users."""

import json

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import Client, aws

pytestmark = pytest.mark.aws

ROLE = "arn:aws:iam::123456789012:role/lab"


def sftp_user(sandbox: Sandbox) -> tuple[Client, str]:
    transfer = aws(sandbox, "transfer")
    server = transfer.create_server(Tags=[{"Key": "a", "Value": "1"}])["ServerId"]
    transfer.create_user(ServerId=server, UserName="acme", Role=ROLE)
    return transfer, server


def test_a_user_with_a_key_can_be_read(sandbox: Sandbox) -> None:
    transfer, server = sftp_user(sandbox)
    transfer.import_ssh_public_key(ServerId=server, UserName="acme", SshPublicKeyBody="ssh-ed25519 AAAA")
    bodies: list[bytes] = []
    # boto3 takes dates in any form; other clients want a number.
    transfer.meta.events.register(
        "before-parse.transfer.DescribeUser", lambda response_dict, **_: bodies.append(response_dict["body"])
    )

    transfer.describe_user(ServerId=server, UserName="acme")

    user = json.loads(bodies[0])["User"]
    assert isinstance(user["SshPublicKeys"][0]["DateImported"], float)
    assert "Policy" not in user


def test_tags_of_servers_and_users_can_be_changed(sandbox: Sandbox) -> None:
    transfer, server = sftp_user(sandbox)
    for arn in (
        transfer.describe_server(ServerId=server)["Server"]["Arn"],
        transfer.describe_user(ServerId=server, UserName="acme")["User"]["Arn"],
    ):
        transfer.tag_resource(Arn=arn, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
        transfer.untag_resource(Arn=arn, TagKeys=["b"])
        assert transfer.list_tags_for_resource(Arn=arn)["Tags"] == [{"Key": "a", "Value": "2"}]


def test_a_server_in_a_vpc_has_an_endpoint_there_that_goes_with_it(sandbox: Sandbox) -> None:
    transfer, ec2 = aws(sandbox, "transfer"), aws(sandbox, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/25")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="sftp", Description="sftp", VpcId=vpc)["GroupId"]
    details = {"VpcId": vpc, "SubnetIds": [subnet], "SecurityGroupIds": [group]}
    server = transfer.create_server(EndpointType="VPC", EndpointDetails=details)["ServerId"]

    found = transfer.describe_server(ServerId=server)["Server"]["EndpointDetails"]
    (endpoint,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[found["VpcEndpointId"]])["VpcEndpoints"]
    assert [item["GroupId"] for item in endpoint["Groups"]] == [group]

    transfer.delete_server(ServerId=server)
    (endpoint,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[found["VpcEndpointId"]])["VpcEndpoints"]
    assert endpoint["State"] == "deleted"


def test_servers_and_users_can_be_stopped_and_changed(sandbox: Sandbox) -> None:
    transfer, server = sftp_user(sandbox)
    home = [{"Entry": "/", "Target": "/bucket/acme"}]

    transfer.stop_server(ServerId=server)
    assert transfer.describe_server(ServerId=server)["Server"]["State"] == "OFFLINE"

    transfer.update_server(ServerId=server, SecurityPolicyName="TransferSecurityPolicy-2024-01")
    transfer.start_server(ServerId=server)
    transfer.update_user(ServerId=server, UserName="acme", HomeDirectoryMappings=home)

    found = transfer.describe_server(ServerId=server)["Server"]
    assert (found["State"], found["SecurityPolicyName"]) == ("ONLINE", "TransferSecurityPolicy-2024-01")
    assert transfer.describe_user(ServerId=server, UserName="acme")["User"]["HomeDirectoryMappings"] == home


def test_a_missing_server_user_or_key_is_called_so_as_aws_does(sandbox: Sandbox) -> None:
    transfer, server = sftp_user(sandbox)
    missing = [
        (transfer.describe_server, {"ServerId": "s-none"}),
        (transfer.describe_user, {"ServerId": server, "UserName": "none"}),
        (transfer.delete_ssh_public_key, {"ServerId": server, "UserName": "acme", "SshPublicKeyId": "none"}),
    ]
    for call, arguments in missing:
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            call(**arguments)
