"""A bucket for states in the emulated S3."""

from collections.abc import Mapping
from typing import Any

import boto3

from cellwright.sandbox.process import Sandbox

NAME = "states"
SETTINGS: Mapping[str, Any] = {
    "bucket": NAME,
    "region": "us-east-1",
    "key": "${unit.address}.tfstate",
    "use_lockfile": True,
    "use_path_style": True,
    "skip_credentials_validation": True,
    "skip_requesting_account_id": True,
    "skip_metadata_api_check": True,
}
"""Of the backend; its address and credentials come from the sandbox's environment."""


def make_bucket(sandbox: Sandbox) -> Any:  # noqa: ANN401  boto3 ships no types
    """Make the bucket, and give a client of the service."""
    client = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=sandbox.endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_bucket(Bucket=NAME)
    return client


def keys_in(client: Any) -> list[str]:  # noqa: ANN401  boto3 ships no types
    """What lies in the bucket."""
    return [item["Key"] for item in client.list_objects_v2(Bucket=NAME).get("Contents", [])]
