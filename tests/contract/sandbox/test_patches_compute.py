"""Patches of moto: services, scaling, functions and state machines."""

import io
import json
import zipfile

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import Client, aws, subnets

pytestmark = pytest.mark.aws

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
