"""Patches of moto: compute, scaling, monitoring and messaging services."""

import io
import json
import zipfile

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import Client, aws, subnets

pytestmark = pytest.mark.aws

ROLE = "arn:aws:iam::123456789012:role/lab"
CONTAINER = {"name": "app", "image": "nginx", "memory": 128}
TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/lab/app",
    "ScalableDimension": "ecs:service:DesiredCount",
}


def ecs_service(sandbox: Sandbox, **settings: object) -> Client:
    ecs = aws(sandbox, "ecs")
    ecs.create_cluster(clusterName="lab")
    ecs.register_task_definition(family="app", containerDefinitions=[CONTAINER])
    ecs.create_service(cluster="lab", serviceName="app", taskDefinition="app", desiredCount=1, **settings)
    return ecs


def rebalancing(ecs: Client) -> str:
    (service,) = ecs.describe_services(cluster="lab", services=["app"])["services"]
    return str(service["availabilityZoneRebalancing"])


def grace_period(ecs: Client) -> int:
    (service,) = ecs.describe_services(cluster="lab", services=["app"])["services"]
    return int(service["healthCheckGracePeriodSeconds"])


def test_a_service_says_whether_it_rebalances(sandbox: Sandbox) -> None:
    ecs = ecs_service(sandbox)
    assert rebalancing(ecs) == "DISABLED"

    ecs.update_service(cluster="lab", service="app", availabilityZoneRebalancing="ENABLED")
    assert rebalancing(ecs) == "ENABLED"

    ecs.update_service(cluster="lab", service="app", desiredCount=2)
    assert rebalancing(ecs) == "ENABLED"


def test_a_service_may_rebalance_from_the_start(sandbox: Sandbox) -> None:
    assert rebalancing(ecs_service(sandbox, availabilityZoneRebalancing="ENABLED")) == "ENABLED"


def test_a_service_remembers_for_how_long_it_waits_for_health(sandbox: Sandbox) -> None:
    ecs = ecs_service(sandbox, healthCheckGracePeriodSeconds=600)
    assert grace_period(ecs) == 600

    ecs.update_service(cluster="lab", service="app", desiredCount=2)
    assert grace_period(ecs) == 600

    ecs.update_service(cluster="lab", service="app", healthCheckGracePeriodSeconds=0)
    assert grace_period(ecs) == 0


def test_a_service_says_whether_commands_may_be_executed_in_it(sandbox: Sandbox) -> None:
    def allowed() -> bool:
        (service,) = ecs.describe_services(cluster="lab", services=["app"])["services"]
        return bool(service["enableExecuteCommand"])

    ecs = ecs_service(sandbox, enableExecuteCommand=True)
    assert allowed()

    ecs.update_service(cluster="lab", service="app", desiredCount=2)
    assert allowed()

    ecs.update_service(cluster="lab", service="app", enableExecuteCommand=False)
    assert not allowed()


def running(ecs: Client) -> tuple[int, int, set[str]]:
    """How many copies are wanted, how many run, and of which definitions."""
    (service,) = ecs.describe_services(cluster="lab", services=["app"])["services"]
    (deployment,) = service["deployments"]
    assert deployment["rolloutState"] == "COMPLETED"
    assert deployment["runningCount"] == service["runningCount"]
    return service["desiredCount"], service["runningCount"], {deployment["taskDefinition"]}


def test_the_copies_of_a_service_run_at_once(sandbox: Sandbox) -> None:
    ecs = ecs_service(sandbox)
    (first,) = ecs.describe_services(cluster="lab", services=["app"])["services"]
    assert running(ecs) == (1, 1, {first["taskDefinition"]})

    second = ecs.register_task_definition(family="app", containerDefinitions=[CONTAINER])
    arn = second["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster="lab", service="app", desiredCount=3, taskDefinition=arn)
    assert running(ecs) == (3, 3, {arn})
    (cluster,) = ecs.describe_clusters(clusters=["lab"])["clusters"]
    assert (cluster["runningTasksCount"], cluster["pendingTasksCount"]) == (3, 0)

    ecs.update_service(cluster="lab", service="app", desiredCount=0)
    assert running(ecs) == (0, 0, {arn})
    ecs.delete_service(cluster="lab", service="app")
    (cluster,) = ecs.describe_clusters(clusters=["lab"])["clusters"]
    assert (cluster["runningTasksCount"], cluster["pendingTasksCount"]) == (0, 0)


def test_tags_of_scalable_targets_can_be_listed_and_changed(sandbox: Sandbox) -> None:
    ecs_service(sandbox)
    scaling = aws(sandbox, "application-autoscaling")
    arn = scaling.register_scalable_target(**TARGET, MinCapacity=1, MaxCapacity=2, Tags={"a": "1", "b": "2"})[
        "ScalableTargetARN"
    ]

    scaling.tag_resource(ResourceARN=arn, Tags={"a": "3"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["b"])

    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"a": "3"}


def test_a_scaling_policy_is_on_and_predicts_nothing(sandbox: Sandbox) -> None:
    _, ids = subnets(sandbox)
    aws(sandbox, "ec2").create_launch_template(
        LaunchTemplateName="lab", LaunchTemplateData={"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
    )
    scaling = aws(sandbox, "autoscaling")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="lab",
        MinSize=0,
        MaxSize=1,
        VPCZoneIdentifier=",".join(ids),
        LaunchTemplate={"LaunchTemplateName": "lab", "Version": "$Latest"},
    )
    scaling.put_scaling_policy(
        AutoScalingGroupName="lab",
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={
            "TargetValue": 50.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
        },
    )

    (policy,) = scaling.describe_policies(AutoScalingGroupName="lab")["ScalingPolicies"]
    assert policy["Enabled"]
    assert "PredictiveScalingConfiguration" not in policy


def test_a_detectors_tags_can_be_listed_and_changed(sandbox: Sandbox) -> None:
    guard = aws(sandbox, "guardduty")
    detector = guard.create_detector(Enable=True, Tags={"a": "1", "b": "2"})["DetectorId"]
    arn = f"arn:aws:guardduty:us-east-1:123456789012:detector/{detector}"

    guard.tag_resource(ResourceArn=arn, Tags={"a": "3"})
    guard.untag_resource(ResourceArn=arn, TagKeys=["b"])

    assert guard.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"a": "3"}
    assert guard.get_detector(DetectorId=detector)["Tags"] == {"a": "3"}


def test_tags_of_filters_can_be_changed(sandbox: Sandbox) -> None:
    guard = aws(sandbox, "guardduty")
    detector = guard.create_detector(Enable=True)["DetectorId"]
    arn = f"arn:aws:guardduty:us-east-1:123456789012:detector/{detector}/filter/known"
    guard.create_filter(
        DetectorId=detector,
        Name="known",
        FindingCriteria={"Criterion": {"type": {"Equals": ["Recon:EC2/Portscan"]}}},
        Tags={"a": "1", "b": "2"},
    )

    guard.tag_resource(ResourceArn=arn, Tags={"a": "3"})
    guard.untag_resource(ResourceArn=arn, TagKeys=["b"])

    assert guard.get_filter(DetectorId=detector, FilterName="known")["Tags"] == {"a": "3"}
    assert guard.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"a": "3"}


def test_a_detector_keeps_the_features_that_an_update_does_not_name(sandbox: Sandbox) -> None:
    guard = aws(sandbox, "guardduty")
    detector = guard.create_detector(Enable=True)["DetectorId"]

    for name, status in (
        ("S3_DATA_EVENTS", "ENABLED"),
        ("RDS_LOGIN_EVENTS", "ENABLED"),
        ("S3_DATA_EVENTS", "DISABLED"),
    ):
        guard.update_detector(DetectorId=detector, Features=[{"Name": name, "Status": status}])

    features = guard.get_detector(DetectorId=detector)["Features"]
    assert {feature["Name"]: feature["Status"] for feature in features} == {
        "S3_DATA_EVENTS": "DISABLED",
        "RDS_LOGIN_EVENTS": "ENABLED",
    }


def test_a_stream_delivers_to_opensearch_in_a_network(sandbox: Sandbox) -> None:
    ec2 = aws(sandbox, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    role = "arn:aws:iam::123456789012:role/delivery"
    firehose = aws(sandbox, "firehose")
    firehose.create_delivery_stream(
        DeliveryStreamName="logs",
        AmazonopensearchserviceDestinationConfiguration={
            "RoleARN": role,
            "DomainARN": "arn:aws:es:us-east-1:123456789012:domain/logs",
            "IndexName": "logs",
            "S3Configuration": {"RoleARN": role, "BucketARN": "arn:aws:s3:::failed"},
            "VpcConfiguration": {"SubnetIds": [subnet], "RoleARN": role, "SecurityGroupIds": ["sg-1"]},
        },
    )
    firehose.update_destination(
        DeliveryStreamName="logs",
        CurrentDeliveryStreamVersionId="1",
        DestinationId="destinationId-000000000001",
        AmazonopensearchserviceDestinationUpdate={"IndexName": "other"},
    )

    stream = firehose.describe_delivery_stream(DeliveryStreamName="logs")["DeliveryStreamDescription"]
    destination = stream["Destinations"][0]["AmazonopensearchserviceDestinationDescription"]
    assert destination["IndexName"] == "other"
    assert destination["S3DestinationDescription"]["BucketARN"] == "arn:aws:s3:::failed"
    assert destination["VpcConfigurationDescription"] == {
        "SubnetIds": [subnet],
        "RoleARN": role,
        "SecurityGroupIds": ["sg-1"],
        "VpcId": vpc,
    }


def test_standards_of_security_hub_are_switched_on_and_off(sandbox: Sandbox) -> None:
    hub = aws(sandbox, "securityhub")
    standard = "arn:aws:securityhub:us-east-1::standards/nist-800-53/v/5.0.0"
    hub.enable_security_hub(EnableDefaultStandards=False)

    asked = [{"StandardsArn": standard}]
    (made,) = hub.batch_enable_standards(StandardsSubscriptionRequests=asked)["StandardsSubscriptions"]
    arn = made["StandardsSubscriptionArn"]
    (found,) = hub.get_enabled_standards(StandardsSubscriptionArns=[arn])["StandardsSubscriptions"]
    hub.batch_disable_standards(StandardsSubscriptionArns=[arn])

    assert arn.endswith(":subscription/nist-800-53/v/5.0.0")
    assert (found["StandardsArn"], found["StandardsStatus"]) == (standard, "READY")
    assert hub.get_enabled_standards()["StandardsSubscriptions"] == []


def test_a_hub_remembers_its_settings(sandbox: Sandbox) -> None:
    hub = aws(sandbox, "securityhub")
    hub.enable_security_hub()

    hub.update_security_hub_configuration(AutoEnableControls=False)

    described = hub.describe_hub()
    assert (described["AutoEnableControls"], described["ControlFindingGenerator"]) == (
        False,
        "SECURITY_CONTROL",
    )


def test_putting_a_metric_filter_again_replaces_it(sandbox: Sandbox) -> None:
    logs = aws(sandbox, "logs")
    logs.create_log_group(logGroupName="/lab")
    for metric in ("One", "Two"):
        change = {"metricName": metric, "metricNamespace": "lab", "metricValue": "1"}
        logs.put_metric_filter(
            logGroupName="/lab", filterName="root", filterPattern="x", metricTransformations=[change]
        )

    (found,) = logs.describe_metric_filters(logGroupName="/lab")["metricFilters"]
    assert found["metricTransformations"][0]["metricName"] == "Two"


def test_a_stream_keeps_tags_given_at_creation(sandbox: Sandbox) -> None:
    kinesis = aws(sandbox, "kinesis")
    kinesis.create_stream(StreamName="lab", ShardCount=1, Tags={"Name": "lab"})

    assert kinesis.list_tags_for_stream(StreamName="lab")["Tags"] == [{"Key": "Name", "Value": "lab"}]


def test_a_redrive_policy_reads_as_aws_writes_it(sandbox: Sandbox) -> None:
    sqs = aws(sandbox, "sqs")
    sqs.create_queue(QueueName="dead")
    policy = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead", "maxReceiveCount": 4}
    url = sqs.create_queue(QueueName="lab", Attributes={"RedrivePolicy": json.dumps(policy)})["QueueUrl"]

    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    assert found["RedrivePolicy"] == json.dumps(policy, separators=(",", ":"))
    assert (
        "RedrivePolicy"
        not in sqs.get_queue_attributes(
            QueueUrl=sqs.get_queue_url(QueueName="dead")["QueueUrl"], AttributeNames=["All"]
        )["Attributes"]
    )


def test_setting_one_attribute_of_a_queue_leaves_the_others_alone(sandbox: Sandbox) -> None:
    sqs = aws(sandbox, "sqs")
    url = sqs.create_queue(QueueName="kept")["QueueUrl"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    allowed = '{"redrivePermission":"denyAll"}'
    for name, value in {"Policy": policy, "VisibilityTimeout": "31", "RedriveAllowPolicy": allowed}.items():
        sqs.set_queue_attributes(QueueUrl=url, Attributes={name: value})

    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found["RedriveAllowPolicy"] == allowed
    assert json.loads(found["Policy"]) == json.loads(policy)

    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert "Statement" not in found.get("Policy", "")
    assert found["RedriveAllowPolicy"] == allowed


@pytest.mark.parametrize(("definition", "result"), [('{"StartAt": "A"}', "OK"), ("{", "FAIL")])
def test_a_state_machines_definition_can_be_checked(sandbox: Sandbox, definition: str, result: str) -> None:
    checked = aws(sandbox, "stepfunctions").validate_state_machine_definition(definition=definition)

    assert checked["result"] == result
    assert bool(checked["diagnostics"]) == (result == "FAIL")


def test_a_state_machine_has_no_versions(sandbox: Sandbox) -> None:
    machine = "arn:aws:states:us-east-1:123456789012:stateMachine:lab"

    assert (
        aws(sandbox, "stepfunctions").list_state_machine_versions(stateMachineArn=machine)[
            "stateMachineVersions"
        ]
        == []
    )


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


def test_a_function_is_found_and_answers_with_what_it_was_called_with(sandbox: Sandbox) -> None:
    functions = aws(sandbox, "lambda")
    role = aws(sandbox, "iam").create_role(RoleName="lab", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): ...")
    functions.create_function(
        FunctionName="lab",
        Role=role,
        Runtime="python3.12",
        Handler="index.handler",
        Code={"ZipFile": packed.getvalue()},
    )

    answer = functions.invoke(FunctionName="lab", Payload=b'{"who": "lab"}')

    assert json.loads(answer["Payload"].read()) == {"who": "lab"}
    assert "FunctionError" not in answer
    with pytest.raises(ClientError, match="not found"):
        functions.invoke(FunctionName="other", Payload=b"{}")
