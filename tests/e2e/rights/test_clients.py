"""A client's roles, and its deployer, reach their own client's things and nobody else's."""

from collections.abc import Mapping

import pytest

from e2e.rights.roles import EVERYTHING, IAM, arn, bounded, client_deployer, deployer
from iam.evaluation import Effect, Request, trusts
from iam.rendering import ACCOUNT, Stack

pytestmark = pytest.mark.terraform

CLIENT_STACKS = ("analytics", "app", "database", "foundation", "sftp", "storage")


def of(client: str) -> dict[str, str | tuple[str, ...]]:
    """The context of something that is tagged as a client's."""
    return {"aws:ResourceTag/Client": client}


def things(client: str) -> list[tuple[str, str, dict[str, str | tuple[str, ...]]]]:
    """What a client's roles may do with things of a client."""
    bucket = f"arn:aws:s3:::medloop-{client}-{ACCOUNT}"
    return [
        ("kms:Decrypt", arn("kms", "key/0"), of(client)),
        ("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:some-AbCdEf"), of(client)),
        ("ssm:GetParameters", arn("ssm", f"parameter/clients/{client}/app/LOG_LEVEL"), {}),
        ("s3:GetObject", f"{bucket}/a", {}),
        ("s3:ListBucket", bucket, {}),
        ("s3:PutObject", f"{bucket}-queries/results/a", {}),
        ("logs:PutLogEvents", arn("logs", f"log-group:/clients/{client}/app:log-stream:x"), {}),
        ("athena:StartQueryExecution", arn("athena", f"workgroup/client-{client}"), of(client)),
        ("dynamodb:GetItem", arn("dynamodb", "table/some"), of(client)),
        ("sqs:SendMessage", arn("sqs", "some"), of(client)),
        ("lambda:InvokeFunction", arn("lambda", "function:some"), of(client)),
    ]


def test_a_role_of_a_client_reaches_its_own_things_and_no_others(stacks: Mapping[str, Stack]) -> None:
    """Whatever its own policies say: the boundary alone decides here."""
    acme = bounded(stacks, "acme")
    for action, resource, context in things("acme"):
        assert acme.may(Request(action, resource, context)), action
    for other in ("globex", "acme-two", "shared"):
        for action, resource, context in things(other):
            assert not acme.may(Request(action, resource, context)), (other, action)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("kms:Decrypt", arn("kms", "key/0")),
        ("iam:PassRole", f"{IAM}:role/medloop/shared/prod-use1-vault"),
        ("iam:GetRole", f"{IAM}:role/medloop/globex/client-globex-service"),
        ("sts:AssumeRole", f"{IAM}:role/prod-use1-deployer"),
        ("ecs:RunTask", arn("ecs", "task-definition/x:1")),
        ("ec2:CreateSnapshot", "*"),
        ("backup:StartRestoreJob", "*"),
        ("logs:GetLogEvents", arn("logs", "log-group:/clients/acme/app:log-stream:x")),
    ],
)
def test_nor_what_serves_all(stacks: Mapping[str, Stack], action: str, resource: str) -> None:
    assert not bounded(stacks, "acme").may(Request(action, resource))


def test_what_stacks_give_a_clients_roles_the_boundary_leaves_them(stacks: Mapping[str, Stack]) -> None:
    acme = bounded(stacks, "acme")
    asked = {
        (action, resource.replace("123456789012", ACCOUNT).replace("*", "x"))
        for name in CLIENT_STACKS
        for made in stacks[f"client/{name}"].of("aws_iam_role_policy")
        for statement in made.policy.statements
        for action in statement.actions
        for resource in statement.resources
    }
    assert len(asked) > 40
    assert not [case for case in sorted(asked) if not acme.may(Request(*case, of("acme")))]


def test_shared_roles_reach_only_deployers_and_roles_of_the_fleet(stacks: Mapping[str, Stack]) -> None:
    agent = bounded(stacks, "shared")
    assert agent.may(Request("sts:AssumeRole", "arn:aws:iam::444455556666:role/prod-euw1-deployer"))
    client = "arn:aws:iam::444455556666:role/medloop/shared/clients/client-acme-deployer"
    assert agent.may(Request("sts:AssumeRole", client))
    assert agent.may(Request("iam:GetRole", f"{IAM}:role/medloop/acme/client-acme-service"))
    for role in ("OrganizationAccountAccessRole", "prod-use1-break-glass", "AWSControlTowerExecution"):
        for action in ("sts:AssumeRole", "iam:PassRole"):
            assert not agent.may(Request(action, f"{IAM}:role/{role}")), role


MINE: dict[str, str | tuple[str, ...]] = {"aws:RequestTag/Client": "acme", "aws:TagKeys": ("Client", "Cell")}
BOUNDARY: dict[str, str | tuple[str, ...]] = {"iam:PermissionsBoundary": f"{IAM}:policy/prod-use1-boundary"}
RECORD = "route53:ChangeResourceRecordSetsNormalizedRecordNames"


def test_a_clients_deployer_makes_and_changes_its_own_things(stacks: Mapping[str, Stack]) -> None:
    who = client_deployer(stacks, "acme")
    cases: list[tuple[str, str, dict[str, str | tuple[str, ...]]]] = [
        ("ecs:CreateService", arn("ecs", "service/prod-use1/client-acme-app"), MINE),
        ("ecs:UpdateService", arn("ecs", "service/prod-use1/client-acme-app"), of("acme")),
        ("elasticloadbalancing:CreateRule", arn("elasticloadbalancing", "listener/x"), MINE | of("shared")),
        ("rds:CreateDBInstance", arn("rds", "db:client-acme"), MINE),
        ("rds:ModifyDBInstance", arn("rds", "db:client-acme"), of("acme")),
        ("s3:CreateBucket", f"arn:aws:s3:::medloop-acme-{ACCOUNT}", {}),
        ("ec2:CreateSecurityGroup", arn("ec2", "vpc/vpc-0"), of("shared")),
        ("ec2:CreateSecurityGroup", arn("ec2", "security-group/sg-0"), MINE),
        ("ec2:CreateTags", arn("ec2", "security-group/sg-0"), MINE),
        ("ec2:AuthorizeSecurityGroupEgress", arn("ec2", "security-group/sg-0"), of("acme")),
        ("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z", {RECORD: ("acme.x",)}),
        ("iam:CreateRole", f"{IAM}:role/medloop/acme/client-acme-sftp", BOUNDARY | MINE),
        ("iam:PassRole", f"{IAM}:role/medloop/acme/client-acme-sftp", {}),
        ("logs:PutRetentionPolicy", arn("logs", "log-group:/clients/acme/app"), {}),
        ("cloudwatch:PutMetricAlarm", arn("cloudwatch", "alarm:client-acme-app-errors"), MINE),
        ("ssm:PutParameter", arn("ssm", "parameter/clients/acme/app/LOG_LEVEL"), MINE),
    ]
    for action, resource, context in cases:
        assert who.may(Request(action, resource, context)), action


TAKEN = {"aws:RequestTag/Client": "acme", "aws:TagKeys": ("Client",), "aws:ResourceTag/Client": "globex"}
DISGUISED = {"aws:RequestTag/Client": "shared", "aws:TagKeys": ("Client",)}


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("ecs:UpdateService", arn("ecs", "service/prod-use1/client-globex-app"), of("globex")),
        ("ecs:DeleteService", arn("ecs", "service/prod-use1/prod-use1-vault"), of("shared")),
        ("rds:DeleteDBInstance", arn("rds", "db:client-globex"), of("globex")),
        ("rds:AddTagsToResource", arn("rds", "db:client-globex"), TAKEN),
        ("ec2:CreateTags", arn("ec2", "security-group/sg-0"), TAKEN),
        ("ec2:CreateTags", arn("ec2", "vpc/vpc-0"), {**MINE, **of("shared")}),
        ("elasticloadbalancing:AddTags", arn("elasticloadbalancing", "listener/x"), {**MINE, **of("shared")}),
        ("elasticloadbalancing:DeleteListener", arn("elasticloadbalancing", "listener/x"), of("shared")),
        ("elasticloadbalancing:ModifyListener", arn("elasticloadbalancing", "listener/x"), of("shared")),
        (
            "elasticloadbalancing:AddListenerCertificates",
            arn("elasticloadbalancing", "listener/x"),
            of("shared"),
        ),
        (
            "elasticloadbalancing:RemoveListenerCertificates",
            arn("elasticloadbalancing", "listener/x"),
            of("shared"),
        ),
        ("acm:DeleteCertificate", arn("acm", "certificate/x"), of("globex")),
        ("acm:DeleteCertificate", arn("acm", "certificate/x"), of("acme")),
        ("acm:RequestCertificate", "*", MINE),
        ("ec2:CreateVpc", arn("ec2", "vpc/*"), MINE),
        ("ec2:CreateVpcPeeringConnection", arn("ec2", "vpc/vpc-0"), {**MINE, **of("shared")}),
        ("s3:GetObject", f"arn:aws:s3:::medloop-globex-{ACCOUNT}/a", {}),
        ("s3:PutObject", f"arn:aws:s3:::medloop-acme-two-{ACCOUNT}/a", {}),
        ("kms:Decrypt", arn("kms", "key/0"), of("globex")),
        ("kms:ScheduleKeyDeletion", arn("kms", "key/0"), of("acme")),
        ("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:x"), of("acme")),
        ("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z", {RECORD: ("globex.x",)}),
        (
            "route53:ChangeResourceRecordSets",
            "arn:aws:route53:::hostedzone/Z",
            {RECORD: ("acme.x", "v.x")},
        ),
        ("iam:CreateRole", f"{IAM}:role/medloop/globex/client-globex-x", {**BOUNDARY, **MINE}),
        ("iam:CreateRole", f"{IAM}:role/medloop/acme-two/x", {**BOUNDARY, **MINE}),
        ("iam:CreateRole", f"{IAM}:role/medloop/acme/x", MINE),
        ("iam:CreateRole", f"{IAM}:role/medloop/acme/x", {**BOUNDARY, **DISGUISED}),
        ("iam:TagRole", f"{IAM}:role/medloop/acme/x", DISGUISED),
        ("iam:UntagRole", f"{IAM}:role/medloop/acme/x", {"aws:TagKeys": ("Client",)}),
        (
            "iam:CreateRole",
            f"{IAM}:role/medloop/acme/x",
            {**MINE, "iam:PermissionsBoundary": f"{IAM}:policy/prod-use1-backup-boundary"},
        ),
        (
            "iam:CreateRole",
            f"{IAM}:role/medloop/acme/x",
            {**MINE, "iam:PermissionsBoundary": f"{IAM}:policy/prod-use1-client-deployer-boundary"},
        ),
        ("iam:UpdateAssumeRolePolicy", f"{IAM}:role/medloop/shared/clients/client-acme-deployer", {}),
        ("iam:PassRole", f"{IAM}:role/medloop/shared/prod-use1-backup", {}),
        ("iam:CreatePolicyVersion", f"{IAM}:policy/prod-use1-boundary", {}),
        ("logs:DeleteLogGroup", arn("logs", "log-group:/audit/prod-use1/trail"), {}),
        ("logs:DeleteLogGroup", arn("logs", "log-group:/clients/acme-two/app"), {}),
        ("ec2:DeleteVpc", arn("ec2", "vpc/vpc-0"), of("shared")),
        ("ec2:CreateVpcEndpoint", "*", {}),
        ("sts:AssumeRole", f"{IAM}:role/prod-use1-deployer", {}),
        ("cloudtrail:StopLogging", "*", {}),
    ],
)
def test_and_nothing_of_others(
    stacks: Mapping[str, Stack], action: str, resource: str, context: dict[str, str | tuple[str, ...]]
) -> None:
    """Even if more is attached to it: its boundary goes by the same rules."""
    assert not client_deployer(stacks, "acme", EVERYTHING).may(Request(action, resource, context))


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("ec2:DeleteSubnet", arn("ec2", "subnet/subnet-0"), of("acme")),
        ("ec2:DeleteRouteTable", arn("ec2", "route-table/rtb-0"), of("acme")),
        ("ec2:ReplaceNetworkAclEntry", arn("ec2", "network-acl/acl-0"), of("acme")),
        ("rds:DeleteDBSnapshot", arn("rds", "snapshot:x"), of("acme")),
        ("ecs:ExecuteCommand", arn("ecs", "task/prod-use1/x"), of("acme")),
        ("athena:StartQueryExecution", arn("athena", "workgroup/client-acme"), of("acme")),
    ],
)
def test_of_its_own_things_it_changes_those_that_its_stacks_make(
    stacks: Mapping[str, Stack], action: str, resource: str, context: dict[str, str | tuple[str, ...]]
) -> None:
    """Its policies say which; the boundary leaves it everything that is tagged as its own."""
    assert not client_deployer(stacks, "acme").may(Request(action, resource, context))
    assert client_deployer(stacks, "acme", EVERYTHING).may(Request(action, resource, context))


def test_the_clients_deployer_is_who_it_says_and_trusts_whom_it_should(stacks: Mapping[str, Stack]) -> None:
    made = stacks["client/foundation"].one("aws_iam_role", "deployer")
    assert made.values["path"] == "/medloop/shared/clients/"
    assert made.values["permissions_boundary"].endswith("-client-deployer-boundary")
    pipeline = "arn:aws:iam::123456789012:role/pipeline"
    for caller, trusted in ((pipeline, True), (f"{pipeline}-2", False), (f"{IAM}:role/pipeline", False)):
        assert trusts(made.trust, {"AWS": caller}, {"aws:PrincipalArn": caller}) is trusted


def test_an_accounts_deployer_trusts_those_who_are_named(stacks: Mapping[str, Stack]) -> None:
    trust = stacks["base/account"].one("aws_iam_role", "deployer").trust
    pipeline = "arn:aws:iam::123456789012:role/pipeline"
    assert trusts(trust, {"AWS": pipeline}, {"aws:PrincipalArn": pipeline})
    other = "arn:aws:iam::123456789012:role/other"
    assert not trusts(trust, {"AWS": other}, {"aws:PrincipalArn": other})


def test_every_role_of_a_client_lies_where_its_deployer_may_work(
    stacks: Mapping[str, Stack],
) -> None:
    for name in CLIENT_STACKS:
        for made in stacks[f"client/{name}"].of("aws_iam_role"):
            if made.name != "deployer":
                assert made.values["path"] == "/medloop/acme/", (name, made.name)
                assert made.values["permissions_boundary"], (name, made.name)


def test_a_denial_of_an_other_clients_things_is_no_accident(stacks: Mapping[str, Stack]) -> None:
    """An explicit one: a further policy that allows it changes nothing."""
    who = client_deployer(stacks, "acme", EVERYTHING)
    found = who.may(Request("rds:DeleteDBInstance", "*", of("globex")))
    assert (found.effect, found.by) == (Effect.DENIED, "OthersThings")


def test_certificates_of_the_shared_listener_are_the_accounts_affair(stacks: Mapping[str, Stack]) -> None:
    """IAM knows the listener of such a request, not the certificate: no key tells certificates apart."""
    listener = arn("elasticloadbalancing", "listener/app/prod-use1/0/1")
    for action in ("AddListenerCertificates", "RemoveListenerCertificates"):
        request = Request(f"elasticloadbalancing:{action}", listener, of("shared"))
        assert deployer(stacks).may(request)
        assert not client_deployer(stacks, "acme", EVERYTHING).may(request)


def test_what_is_attached_is_all_within_the_boundary(stacks: Mapping[str, Stack]) -> None:
    """A statement that the boundary lacks allows nothing: it would be read, and believed, for nothing."""
    made = [item for item in stacks["base/account"].of("aws_iam_policy") if item.name == "client_deployer"]
    boundary = stacks["base/account"].one("aws_iam_policy", "client_deployer_boundary").policy
    known = {statement.sid for statement in boundary.statements}
    assert {statement.sid for item in made for statement in item.policy.statements} <= known
    assert len(made) <= 10  # AWS attaches no more to a role
