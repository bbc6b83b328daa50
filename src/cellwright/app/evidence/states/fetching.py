"""Fetches states from their backends: files, and objects in S3; others only Terraform can read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from cellwright.app.evidence.states.places import RecordedState
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.terraform.workspace.backend import BackendSettings, local_state_path
from cellwright.web.aws import make_client

LARGEST = 512 * 1024 * 1024
"""Bytes of a state."""
_SECONDS = 20.0
_UNREADABLE = ("assume_role", "role_arn", "assume_role_with_web_identity", "sse_customer_key")
"""Settings of S3 that only Terraform follows."""


class StateUnreadableError(DiagnosticError):
    """Only Terraform can read it: nothing is known to be wrong."""


class StateUnplacedError(StateUnreadableError):
    """Where it lies is not known, to Terraform neither."""


class StateMissingError(DiagnosticError):
    """It is not there."""


@dataclass(slots=True)
class StateFetcher:
    """Fetches states; safe to share between threads."""

    _clients: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def fetch(self, state: RecordedState) -> bytes:
        """Give a state's bytes.

        Raises:
            StateMissingError: it is not there.
            StateUnplacedError: where it lies is not on record.
            StateUnreadableError: only Terraform can read it.
            DiagnosticError: it can't be read.
        """
        backend = state.backend
        if backend is None:
            raise StateUnplacedError(error("where it lies is not on record", "apply the unit again"))
        path = local_state_path(backend)
        if path is not None:
            return _file(path)
        if backend.kind == "s3" and not any(backend.config.get(name) for name in _UNREADABLE):
            return self._object(backend, state.environment)
        advice = "choose other cells with --cells; `terraform state pull` reads it"
        raise StateUnreadableError(
            error(f"only Terraform can read it from its backend {backend.kind}", advice)
        )

    def _object(self, backend: BackendSettings, environment: Mapping[str, str]) -> bytes:
        bucket, key = backend.config.get("bucket"), backend.config.get("key")
        try:
            from botocore.exceptions import (  # type: ignore[import-untyped]  # noqa: PLC0415
                BotoCoreError,
                ClientError,
            )

            client = self._client(backend.config, environment)
        except ImportError:
            told = "reading states from S3 needs AWS's library"
            raise StateUnreadableError(error(told, "pip install 'cellwright[aws]'")) from None
        except Exception as fault:  # noqa: BLE001  boto3's own, which is not installed everywhere
            raise DiagnosticError(error(f"it can't be read: {fault}", _ADVICE)) from None
        try:
            return _read(client.get_object(Bucket=bucket, Key=key))
        except ClientError as fault:
            code = str(fault.response.get("Error", {}).get("Code", ""))
            if code in {"NoSuchKey", "404"}:
                raise StateMissingError(_gone(client, str(bucket), str(key))) from None
            if code == "NoSuchBucket":
                raise StateMissingError(error(f"its bucket {bucket} is not there", _ADVICE)) from None
            raise DiagnosticError(error(f"it can't be read: {code}", _ADVICE)) from None
        except (BotoCoreError, OSError, ValueError) as fault:
            raise DiagnosticError(error(f"it can't be read: {fault}", _ADVICE)) from None

    def _client(self, config: Mapping[str, Any], environment: Mapping[str, str]) -> Any:  # noqa: ANN401  boto3
        endpoints = config.get("endpoints")
        endpoint = endpoints.get("s3") if isinstance(endpoints, Mapping) else config.get("endpoint")
        chosen = (config.get("region"), config.get("profile"), endpoint)
        names = sorted(name for name in environment if name.startswith("AWS_"))
        key = (*chosen, tuple((name, environment[name]) for name in names))
        with self._lock:
            if key not in self._clients:
                region, profile, address = (_text(item) for item in chosen)
                self._clients[key] = make_client(
                    "s3", environment, seconds=_SECONDS, region=region, profile=profile, endpoint=address
                )
            return self._clients[key]


_ADVICE = "check bucket, credentials and region"


def _gone(client: Any, bucket: str, key: str) -> Any:  # noqa: ANN401  boto3
    """Say that an object is not there, and which version could be brought back."""
    try:
        found = client.list_object_versions(Bucket=bucket, Prefix=key).get("Versions", ())
        versions = [item["VersionId"] for item in found if item["Key"] == key]
    except Exception:  # noqa: BLE001  who may not list versions, or a bucket that has none
        versions = []
    if versions and versions[0] != "null":
        return error(f"s3://{bucket}/{key} was deleted", f"bring back its last version, {versions[0]}")
    return error(f"s3://{bucket}/{key} is not there", "restore it from a backup")


def _read(found: Mapping[str, Any]) -> bytes:
    content: bytes = found["Body"].read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError("it is too large for a state")
    return content


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise StateMissingError(error(f"{path} is not there", "restore it from a backup")) from None
    except OSError as fault:
        told = f"{path} can't be read: {fault.strerror or fault}"
        raise DiagnosticError(error(told, "check its permissions")) from None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
