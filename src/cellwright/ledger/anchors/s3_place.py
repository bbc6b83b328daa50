"""Anchors as objects in an S3 bucket, locked against removal until a date."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import chain
from typing import Any

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.web.aws import make_client

_NEWEST = 200
"""So many of the newest objects are read: a newer one vouches for all events before it."""
_DIGITS = 18
_SECONDS = 10


@dataclass(frozen=True, slots=True)
class S3Place:
    """One object for each anchor, its key in the order of the events' numbers.

    A locked version can't be removed, but another version can be put over it: so the first one of each key
    counts.
    """

    bucket: str
    prefix: str
    retain_days: int
    environment: Mapping[str, str] = field(repr=False)

    @property
    def name(self) -> str:
        """The objects' address."""
        return f"s3://{self.bucket}/{self.prefix}"

    def append(self, line: str, sequence: int) -> None:
        """Put an object, locked for `retain_days`."""
        digest = sha256(line.encode()).hexdigest()[:16]
        key = f"{self._folder}{sequence:0{_DIGITS}d}-{digest}.json"
        until = datetime.now(UTC) + timedelta(days=self.retain_days)
        with self._diagnosed("written"):
            self._client().put_object(
                Bucket=self.bucket,
                Key=key,
                Body=line.encode(),
                ContentType="application/json",
                ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=until,
            )

    def lines(self) -> Sequence[str]:
        """The content of the newest objects, each in its first version."""
        with self._diagnosed("read"):
            client = self._client()
            pages = client.get_paginator("list_object_versions").paginate(
                Bucket=self.bucket, Prefix=self._folder
            )
            first: dict[str, Any] = {}
            for version in chain.from_iterable(page.get("Versions", ()) for page in pages):
                known = first.get(version["Key"])
                # Of one second there may be several: S3 lists a key's newest version first.
                if known is None or version["LastModified"] <= known["LastModified"]:
                    first[version["Key"]] = version
            newest = sorted(first)[-_NEWEST:]
            return [self._content(client, first[key]) for key in newest]

    def _content(self, client: Any, version: Mapping[str, Any]) -> str:  # noqa: ANN401  boto3 ships no types
        found = client.get_object(Bucket=self.bucket, Key=version["Key"], VersionId=version["VersionId"])
        content: bytes = found["Body"].read(65_536)
        return content.decode("utf-8", "replace")

    @property
    def _folder(self) -> str:
        return f"{self.prefix}/" if self.prefix else ""

    def _client(self) -> Any:  # noqa: ANN401  boto3 ships no types
        return make_client("s3", self.environment, seconds=_SECONDS)

    @contextmanager
    def _diagnosed(self, what: str) -> Iterator[None]:
        try:
            from botocore.exceptions import (  # type: ignore[import-untyped]  # noqa: PLC0415
                BotoCoreError,
                ClientError,
            )
        except ImportError:
            raise DiagnosticError(
                error(f"anchors in {self.name} need AWS's library", "pip install 'cellwright[aws]'")
            ) from None
        try:
            yield
        except ClientError as failure:
            told = failure.response.get("Error", {})
            reason = f"{told.get('Code', '')}: {told.get('Message', '')}"
            raise self._fault(what, reason) from None
        except (BotoCoreError, ValueError) as failure:
            raise self._fault(what, str(failure)) from None

    def _fault(self, what: str, reason: str) -> DiagnosticError:
        return DiagnosticError(
            error(
                f"the anchors in {self.name} can't be {what}: {reason}",
                "check the bucket (versions and object lock on), the credentials and the region",
            )
        )
