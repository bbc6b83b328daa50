"""AWS clients of the sandbox."""

from functools import cache
from typing import Any, TypeAlias

import boto3
from botocore.config import Config  # type: ignore[import-untyped]

from cellwright.sandbox.process import Sandbox

REGION = "us-east-1"

Client: TypeAlias = Any
"""boto3 makes its clients' methods at run time."""


def aws(sandbox: Sandbox, service: str, **credentials: str) -> Client:
    """Give a client for `service`; without retries, so that every call is seen once."""
    keys = {
        "aws_access_key_id": sandbox.environment["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": sandbox.environment["AWS_SECRET_ACCESS_KEY"],
        **credentials,
    }
    return _client(sandbox.endpoint, sandbox.environment["HTTP_PROXY"], service, tuple(sorted(keys.items())))


@cache
def _client(endpoint: str, proxy: str, service: str, keys: tuple[tuple[str, str], ...]) -> Client:
    config = Config(
        retries={"total_max_attempts": 1},
        proxies={"http": proxy},
        parameter_validation=False,
    )
    # Where the machine names a bundle of certificates that isn't there, making any client would fail.
    return boto3.client(service, REGION, endpoint_url=endpoint, config=config, verify=False, **dict(keys))


def subnets(sandbox: Sandbox, count: int = 2) -> tuple[str, list[str]]:
    """Make a VPC with subnets; gives their ids."""
    ec2 = aws(sandbox, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ids = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"{REGION}{'abc'[index]}"
        )["Subnet"]["SubnetId"]
        for index in range(count)
    ]
    return vpc, ids
