"""Injected faults, as a client of AWS sees them."""

import time

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from cellwright.sandbox.faults import CallCount, Fault, SandboxAdmin
from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import aws

pytestmark = pytest.mark.aws

DELAY = 0.3


def test_the_call_after_the_skipped_ones_fails_as_ordered(sandbox: Sandbox) -> None:
    ec2 = aws(sandbox, "ec2")
    fault = Fault(service="ec2", action="CreateVpc", status=403, code="UnauthorizedOperation", skip=1)
    sandbox.admin.inject(fault)

    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        ec2.create_vpc(CidrBlock="10.1.0.0/16")
    ec2.create_vpc(CidrBlock="10.2.0.0/16")

    blocks = {vpc["CidrBlock"] for vpc in ec2.describe_vpcs(Filters=[])["Vpcs"] if not vpc["IsDefault"]}
    assert blocks == {"10.0.0.0/16", "10.2.0.0/16"}
    assert sandbox.admin.count("ec2", "CreateVpc") == CallCount(received=3, failed=1)


@pytest.mark.parametrize(
    ("service", "method", "action"),
    [
        ("logs", "describe_log_groups", "DescribeLogGroups"),
        ("sts", "get_caller_identity", "GetCallerIdentity"),
        ("s3", "list_buckets", "ListBuckets"),
        ("lambda", "list_functions", "ListFunctions"),
        ("route53", "list_hosted_zones", "ListHostedZones"),
    ],
)
def test_an_error_speaks_the_protocol_of_its_service(
    sandbox: Sandbox, service: str, method: str, action: str
) -> None:
    sandbox.admin.inject(
        Fault(service=service, action=action, status=400, code="Throttling", message="slow down")
    )

    with pytest.raises(ClientError) as caught:
        getattr(aws(sandbox, service), method)()

    assert caught.value.response["Error"]["Code"] == "Throttling"
    assert caught.value.response["Error"]["Message"] == "slow down"


def test_a_delayed_call_succeeds_later(sandbox: Sandbox) -> None:
    sandbox.admin.inject(Fault(service="sts", action="GetCallerIdentity", delay_seconds=DELAY))
    started = time.monotonic()

    aws(sandbox, "sts").get_caller_identity()

    assert time.monotonic() - started >= DELAY


def test_a_reset_empties_the_world(sandbox: Sandbox) -> None:
    logs = aws(sandbox, "logs")
    for _ in range(2):
        logs.create_log_group(logGroupName="/one")
        sandbox.admin.inject(Fault(service="logs", action="DescribeLogGroups", status=400))

        sandbox.admin.reset()

        assert logs.describe_log_groups()["logGroups"] == []
        assert sandbox.admin.count("logs", "CreateLogGroup") == CallCount()


def test_a_fault_that_makes_no_sense_is_an_error_here_and_now(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="404"):
        sandbox.admin._ask("GET", "nonsense")


def test_nobody_at_home_is_an_os_error() -> None:
    with pytest.raises(OSError, match="refused"):
        SandboxAdmin("http://127.0.0.1:1").process()
