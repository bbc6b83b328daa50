"""The policy simulator decides as AWS's documentation says that AWS does."""

from typing import Any

import pytest

from iam.evaluation import Effect, Identity, Request, trusts
from iam.policy import Policy, PolicyError

BUCKET = "arn:aws:s3:::DOC-EXAMPLE-BUCKET"


def policy(*statements: dict[str, Any]) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: object = "*", resource: object = "*", **more: object) -> dict[str, Any]:
    return {"Sid": "Allow", "Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: object = "*", resource: object = "*", **more: object) -> dict[str, Any]:
    return {"Sid": "Deny", "Effect": "Deny", "Action": action, "Resource": resource, **more}


def may(action: str, resource: str = "*", *statements: dict[str, Any], **context: str) -> Effect:
    keys = {name.replace("__", ":").replace("_S_", "/"): value for name, value in context.items()}
    return Identity((policy(*statements),)).may(Request(action, resource, keys)).effect


def test_what_nothing_allows_is_not_allowed_and_a_denial_wins() -> None:
    assert may("s3:GetObject", f"{BUCKET}/a") is Effect.NOT_ALLOWED
    assert may("s3:GetObject", f"{BUCKET}/a", allow()) is Effect.ALLOWED
    assert may("s3:GetObject", f"{BUCKET}/a", allow(), deny("s3:*")) is Effect.DENIED


@pytest.mark.parametrize(
    ("pattern", "action", "hit"),
    [
        ("iam:*AccessKey*", "iam:CreateAccessKey", True),
        ("iam:*AccessKey*", "iam:UpdateAccessKey", True),
        ("iam:*AccessKey*", "iam:CreateUser", False),
        ("s3:getobject", "s3:GetObject", True),
        ("s3:Get?bject", "s3:GetObject", True),
        ("s3:Get", "s3:GetObject", False),
        ("ec2:*", "s3:GetObject", False),
    ],
)
def test_an_action_has_wildcards_and_no_case(pattern: str, action: str, hit: bool) -> None:  # noqa: FBT001 - a case
    assert (may(action, "*", allow(pattern)) is Effect.ALLOWED) is hit


@pytest.mark.parametrize(
    ("pattern", "resource", "hit"),
    [
        (f"{BUCKET}/taxes/*", f"{BUCKET}/taxes/2026/a.pdf", True),
        (f"{BUCKET}/taxes/*", f"{BUCKET}/other", False),
        ("arn:aws:iam::123456789012:role/a/*", "arn:aws:iam::123456789012:role/a/b/c", True),
        ("arn:aws:iam::123456789012:role/*-x", "arn:aws:iam::123456789012:role/path/y-x", True),
        ("arn:aws:iam::*:role/x", "arn:aws:iam::123456789012:role/x", True),
        ("arn:aws:*:x", "arn:aws:iam::123456789012:x", False),
        (BUCKET, "*", False),
    ],
)
def test_a_resource_has_wildcards_within_the_parts_of_an_arn(
    pattern: str,
    resource: str,
    hit: bool,  # noqa: FBT001 - a case
) -> None:
    assert (may("x:Y", resource, allow("*", pattern)) is Effect.ALLOWED) is hit


def test_not_action_is_about_all_others_and_not_resource_too() -> None:
    mfa = {"Sid": "D", "Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}
    assert may("iam:GetUser", "*", allow(), mfa) is Effect.ALLOWED
    assert may("s3:ListAllMyBuckets", "*", allow(), mfa) is Effect.DENIED
    except_logs = {"Effect": "Deny", "Action": "s3:*", "NotResource": [BUCKET, f"{BUCKET}/*"]}
    assert may("s3:GetObject", f"{BUCKET}/a", allow(), except_logs) is Effect.ALLOWED
    assert may("s3:GetObject", "arn:aws:s3:::other/a", allow(), except_logs) is Effect.DENIED


def test_a_variable_is_filled_in_and_a_missing_one_matches_nothing() -> None:
    home = allow("s3:*", f"{BUCKET}/${{aws:username}}/*")
    assert may("s3:GetObject", f"{BUCKET}/ada/a", home, aws__username="ada") is Effect.ALLOWED
    assert may("s3:GetObject", f"{BUCKET}/bob/a", home, aws__username="ada") is Effect.NOT_ALLOWED
    assert may("s3:GetObject", f"{BUCKET}//a", home) is Effect.NOT_ALLOWED


def test_a_star_in_a_variables_value_is_a_star_and_no_wildcard() -> None:
    home = allow("s3:*", f"{BUCKET}/${{aws:username}}/*")
    assert may("s3:GetObject", f"{BUCKET}/bob/a", home, aws__username="*") is Effect.NOT_ALLOWED


def test_a_variable_may_have_a_default_and_a_star_may_be_meant_literally() -> None:
    team = allow("s3:*", f"{BUCKET}/${{aws:PrincipalTag/team, 'company-wide'}}/*")
    assert may("s3:GetObject", f"{BUCKET}/company-wide/a", team) is Effect.ALLOWED
    star = allow("s3:*", f"{BUCKET}/${{*}}/*")
    assert may("s3:GetObject", f"{BUCKET}/*/a", star) is Effect.ALLOWED
    assert may("s3:GetObject", f"{BUCKET}/x/a", star) is Effect.NOT_ALLOWED


def test_a_boundary_allows_nothing_and_limits_everything() -> None:
    """AWS: permissions are the intersection; a boundary alone gives nothing."""
    services = policy(allow(["s3:*", "cloudwatch:*", "ec2:*"]))
    makes_users = Identity((policy(allow("iam:CreateUser")),), services)
    assert makes_users.may(Request("iam:CreateUser")).by == "the boundary"
    assert makes_users.may(Request("ec2:RunInstances")).by == "the identity"
    assert Identity((policy(allow()),), services).may(Request("s3:GetObject"))
    assert (
        Identity((policy(allow()),), policy(allow(), deny("s3:*"))).may(Request("s3:GetObject")).by == "Deny"
    )


def test_each_level_of_the_organisation_has_to_allow() -> None:
    whole = (policy(allow()),)
    limited = (policy(allow("s3:*")), policy(allow("ec2:*")))
    under = Identity(whole, controls=(whole, limited))
    assert under.may(Request("ec2:RunInstances"))
    assert under.may(Request("iam:CreateUser")).by == "the organisation"
    assert not Identity(whole, controls=(whole, ())).may(Request("s3:GetObject"))


def test_a_resources_policy_can_deny() -> None:
    tls = policy(deny("s3:*", BUCKET, Condition={"Bool": {"aws:SecureTransport": "false"}}))
    who = Identity((policy(allow()),))
    assert not who.may(Request("s3:ListBucket", BUCKET, {"aws:SecureTransport": "false"}), [tls])
    assert who.may(Request("s3:ListBucket", BUCKET, {"aws:SecureTransport": "true"}), [tls])


def test_tags_of_the_identity_are_known_to_conditions() -> None:
    own = allow(Condition={"StringEquals": {"aws:ResourceTag/Client": "${aws:PrincipalTag/Client}"}})
    acme = Identity((policy(own),), tags={"Client": "acme"})
    assert acme.may(Request("kms:Decrypt", "*", {"aws:ResourceTag/Client": "acme"}))
    assert not acme.may(Request("kms:Decrypt", "*", {"aws:ResourceTag/Client": "globex"}))
    assert not acme.may(Request("kms:Decrypt"))


@pytest.mark.parametrize(
    ("principal", "trusted"),
    [
        ({"AWS": "arn:aws:iam::123456789012:role/pipeline"}, True),
        ({"AWS": "arn:aws:iam::123456789012:role/other"}, False),
        ({"AWS": "arn:aws:iam::444455556666:user/x"}, True),
        ({"Service": "ecs-tasks.amazonaws.com"}, True),
        ({"Service": "ec2.amazonaws.com"}, False),
    ],
)
def test_a_trust_policy_names_principals(principal: dict[str, str], *, trusted: bool) -> None:
    trust = policy(
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {
                "AWS": ["arn:aws:iam::123456789012:role/pipeline", "arn:aws:iam::444455556666:root"],
                "Service": "ecs-tasks.amazonaws.com",
            },
        }
    )
    assert trusts(trust, principal, {}) is trusted


@pytest.mark.parametrize(
    "document",
    [
        {"Version": "2008-10-17", "Statement": []},
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": "*"}},
        {"Version": "2012-10-17", "Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}},
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Actions": "*", "Resource": "*"}},
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": 1.5, "Resource": "*"}},
    ],
)
def test_what_aws_would_refuse_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(PolicyError):
        Policy.parse(document)
