"""Removes the former copy of a state in S3, as who its backend's settings say."""

from collections.abc import Mapping
from typing import Any

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.web.aws import Service, make_client

_SECONDS = 20.0
_NOT_OURS = ("assume_role_with_web_identity", "shared_credentials_files", "shared_credentials_file")
"""Settings that only Terraform follows."""

_KEYS = {
    "access_key": "AWS_ACCESS_KEY_ID",
    "secret_key": "AWS_SECRET_ACCESS_KEY",
    "token": "AWS_SESSION_TOKEN",
}
_OF_ROLE = {
    "RoleArn": "role_arn",
    "RoleSessionName": "session_name",
    "ExternalId": "external_id",
    "SourceIdentity": "source_identity",
    "Policy": "policy",
}
"""How STS calls what `assume_role` says; the same names stood at the top before Terraform 1.6."""


def remove_object(config: Mapping[str, Any], environment: Mapping[str, str]) -> bool:
    """Remove it; False if only its backend's own tools can.

    Raises:
        DiagnosticError: it can't be removed.
    """
    if any(config.get(name) for name in _NOT_OURS):
        return False
    bucket, key = config.get("bucket"), config.get("key")
    own = {variable: text for name, variable in _KEYS.items() if (text := _text(config.get(name)))}
    try:
        identity = _identity(config, {**environment, **own})
        profile = None if own or identity else _text(config.get("profile"))
        who = {**environment, **own, **identity}
        _client("s3", config, who, profile).delete_object(Bucket=bucket, Key=key)
        if table := _text(config.get("dynamodb_table")):
            # Else whoever gets a state of this key one day is told that it is not the one that was written.
            locks = _client("dynamodb", config, who, profile)
            locks.delete_item(TableName=table, Key={"LockID": {"S": f"{bucket}/{key}-md5"}})
    except ImportError:
        return False
    except Exception as fault:  # noqa: BLE001  boto3's own, which is not installed everywhere
        raise DiagnosticError(
            error(
                f"the former copy s3://{bucket}/{key} can't be removed: {fault}",
                "allow s3:DeleteObject there, and dynamodb:DeleteItem where a table has its digest, and "
                "repeat this; or remove it by hand",
            )
        ) from None
    return True


def _client(
    service: Service, config: Mapping[str, Any], environment: Mapping[str, str], profile: str | None
) -> Any:  # noqa: ANN401  boto3 ships no types
    return make_client(
        service,
        environment,
        seconds=_SECONDS,
        region=_text(config.get("region")),
        profile=profile,
        endpoint=_endpoint(config, service),
    )


def _identity(config: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    """Take the role that the backend takes; gives the variables of its keys, none if it takes none."""
    given = config.get("assume_role")
    role = given if isinstance(given, Mapping) else config
    if not _text(role.get("role_arn")):
        return {}
    client = make_client(
        "sts",
        environment,
        seconds=_SECONDS,
        region=_text(config.get("region")),
        profile=_text(config.get("profile")) if not config.get("access_key") else None,
        endpoint=_endpoint(config, "sts"),
    )
    asked = {name: text for name, setting in _OF_ROLE.items() if (text := _text(role.get(setting)))}
    asked.setdefault("RoleSessionName", "cellwright")
    found = client.assume_role(**asked)["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": found["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": found["SecretAccessKey"],
        "AWS_SESSION_TOKEN": found["SessionToken"],
    }


def _endpoint(config: Mapping[str, Any], service: str) -> str | None:
    endpoints = config.get("endpoints")
    if isinstance(endpoints, Mapping):
        return _text(endpoints.get(service))
    return _text(config.get("endpoint" if service == "s3" else f"{service}_endpoint"))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
