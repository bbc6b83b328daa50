"""Clients of AWS's services, with the identity and the region of one environment."""

from collections.abc import Mapping
from typing import Any, Literal

Service = Literal[
    "s3", "secretsmanager", "ssm", "cloudwatch", "sts", "organizations", "ecr", "rds", "dynamodb"
]

_ENDPOINTS: Mapping[Service, str] = {
    "s3": "AWS_ENDPOINT_URL_S3",
    "secretsmanager": "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    "ssm": "AWS_ENDPOINT_URL_SSM",
    "cloudwatch": "AWS_ENDPOINT_URL_CLOUDWATCH",
    "sts": "AWS_ENDPOINT_URL_STS",
    "organizations": "AWS_ENDPOINT_URL_ORGANIZATIONS",
    "ecr": "AWS_ENDPOINT_URL_ECR",
    "rds": "AWS_ENDPOINT_URL_RDS",
    "dynamodb": "AWS_ENDPOINT_URL_DYNAMODB",
}
_KEYS = {
    "aws_access_key_id": "AWS_ACCESS_KEY_ID",
    "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY",
    "aws_session_token": "AWS_SESSION_TOKEN",
}


def make_client(
    service: Service,
    environment: Mapping[str, str],
    *,
    seconds: float,
    region: str | None = None,
    profile: str | None = None,
    endpoint: str | None = None,
) -> Any:  # noqa: ANN401  boto3 ships no types
    """Make a boto3 client that waits `seconds` for an answer and tries twice.

    `region`, `profile` and `endpoint` come before what the environment says; a profile before its keys.

    Raises:
        ImportError: boto3 is not installed; it is an extra.
        botocore.exceptions.BotoCoreError: the configuration lacks something.
    """
    from boto3 import Session  # noqa: PLC0415  an extra, and slow to import
    from botocore.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415  as boto3

    address = endpoint or environment.get(_ENDPOINTS[service]) or environment.get("AWS_ENDPOINT_URL") or None
    config = Config(
        connect_timeout=seconds,
        read_timeout=seconds,
        retries={"total_max_attempts": 2},
        # Whoever serves S3 elsewhere seldom has a name for each bucket.
        s3={"addressing_style": "path"} if address else {},
    )
    chosen = region or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or None
    session = Session(region_name=chosen, **_identity(environment, profile))
    return session.client(service, endpoint_url=address, config=config)


def _identity(environment: Mapping[str, str], profile: str | None) -> dict[str, str | None]:
    if profile is None and environment.get("AWS_ACCESS_KEY_ID"):
        return {name: environment.get(variable) or None for name, variable in _KEYS.items()}
    return {"profile_name": profile or environment.get("AWS_PROFILE") or None}
