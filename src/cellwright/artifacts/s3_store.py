"""Artifacts as objects of an S3 bucket."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from cellwright.artifacts.store import Artifact, checked
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.web.aws import make_client

_SECONDS = 30.0
_AT_ONCE = 1000
"""So many objects S3 removes with one request."""
_ABSENT = frozenset({"NoSuchKey", "404"})


@dataclass(slots=True)
class S3Store:
    """One object for each content, with the identity and the region that the environment names."""

    bucket: str
    prefix: str
    environment: Mapping[str, str] = field(repr=False)
    _made: Any = field(init=False, default=None)
    _guard: Lock = field(init=False, default_factory=Lock)

    @property
    def address(self) -> str:
        """The objects' address."""
        return f"s3://{self.bucket}/{self.prefix}"

    def put(self, name: str, content: bytes) -> None:
        """Put an object, encrypted as the bucket says."""
        with self._diagnosed("written"):
            self._client().put_object(Bucket=self.bucket, Key=self._key(name), Body=content)

    def get(self, name: str) -> bytes | None:
        """Read an object."""
        from botocore.exceptions import ClientError  # type: ignore[import-untyped]  # noqa: PLC0415  an extra

        with self._diagnosed("read"):
            try:
                found = self._client().get_object(Bucket=self.bucket, Key=self._key(name))
            except ClientError as failure:
                if failure.response.get("Error", {}).get("Code") in _ABSENT:
                    return None
                raise
            content: bytes = found["Body"].read()
            return content

    def list(self, prefix: str) -> tuple[Artifact, ...]:
        """List objects."""
        with self._diagnosed("listed"):
            pages = (
                self._client()
                .get_paginator("list_objects_v2")
                .paginate(Bucket=self.bucket, Prefix=f"{self._key(prefix)}/")
            )
            found = [
                Artifact(
                    item["Key"].removeprefix(self._folder), item["Size"], item["LastModified"].timestamp()
                )
                for page in pages
                for item in page.get("Contents", ())
            ]
        return tuple(sorted(found, key=lambda item: item.name))

    def delete(self, names: Iterable[str]) -> None:
        """Remove objects."""
        keys = [{"Key": self._key(name)} for name in names]
        with self._diagnosed("removed"):
            for start in range(0, len(keys), _AT_ONCE):
                some = {"Objects": keys[start : start + _AT_ONCE], "Quiet": True}
                answer = self._client().delete_objects(Bucket=self.bucket, Delete=some)
                for refused in answer.get("Errors", ()):
                    raise DiagnosticError(_failed(self.address, "removed", refused.get("Message", "refused")))

    @property
    def _folder(self) -> str:
        return f"{self.prefix}/" if self.prefix else ""

    def _key(self, name: str) -> str:
        return f"{self._folder}{checked(name)}"

    def _client(self) -> Any:  # noqa: ANN401  boto3 ships no types
        with self._guard:
            if self._made is None:
                self._made = make_client("s3", self.environment, seconds=_SECONDS)
            return self._made

    @contextmanager
    def _diagnosed(self, what: str) -> Iterator[None]:
        try:
            from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  an extra
        except ImportError:
            summary = f"the artifact store {self.address} needs boto3, which is not installed"
            raise DiagnosticError(error(summary, "pip install 'cellwright[aws]'")) from None
        try:
            yield
        except (BotoCoreError, ClientError) as failure:
            raise DiagnosticError(_failed(self.address, what, str(failure))) from None


def _failed(address: str, what: str, why: str) -> Diagnostic:
    advice = f"check its address and the access to it: {why}"
    return error(f"the artifact store {address} can't be {what}", advice)
