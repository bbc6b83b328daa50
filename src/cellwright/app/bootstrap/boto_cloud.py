"""AWS as boto3 reaches it. Implements `Cloud`."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cellwright.app.bootstrap.cloud import BucketStanding, Identity, OrganizationAccount
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.web.aws import Service, make_client

_SECONDS = 20.0
_MISSING = frozenset({"404", "NoSuchBucket", "NotFound"})
_REFUSED = frozenset({"AccessDenied", "AccessDeniedException"})
_NO_ORGANIZATION = "AWSOrganizationsNotInUseException"
_GLOBAL = "us-east-1"
"""Where AWS serves what belongs to no region."""


@dataclass(frozen=True, slots=True)
class BotoCloud:
    """Asks AWS with the credentials of an environment."""

    environment: Mapping[str, str] = field(repr=False)

    def identity(self) -> Identity:
        """Tell who calls."""
        with _diagnosed("AWS does not tell who calls"):
            found = self._client("sts").get_caller_identity()
        return Identity(str(found["Account"]), str(found["Arn"]))

    def organization(self) -> str | None:
        """Give the organisation's id."""
        from botocore.exceptions import ClientError  # type: ignore[import-untyped]  # noqa: PLC0415  an extra

        with _diagnosed("it can't be told which organisation the account is in"):
            try:
                return str(self._client("organizations").describe_organization()["Organization"]["Id"])
            except ClientError as answer:
                if _code(answer) == _NO_ORGANIZATION:
                    return None
                raise

    def accounts(self) -> Sequence[OrganizationAccount]:
        """List the organisation's accounts."""
        with _diagnosed("the organisation's accounts can't be listed"):
            client = self._client("organizations")
            management = client.describe_organization()["Organization"]["MasterAccountId"]
            pages = client.get_paginator("list_accounts").paginate()
            return tuple(
                OrganizationAccount(
                    str(item["Id"]), str(item["Name"]), item["Status"] == "ACTIVE", item["Id"] == management
                )
                for page in pages
                for item in page["Accounts"]
            )

    def role_fault(self, role_arn: str) -> Diagnostic | None:
        """Take a role for a moment, and forget what that gave."""
        try:
            with _diagnosed(f"the role {role_arn} can't be taken"):
                self._client("sts").assume_role(RoleArn=role_arn, RoleSessionName="cellwright-bootstrap")
        except DiagnosticError as failure:
            return failure.diagnostics[0]
        return None

    def bucket(self, name: str, region: str) -> BucketStanding:
        """Tell whose a bucket's name is: ours is what our account lists."""
        from botocore.exceptions import ClientError  # noqa: PLC0415  an extra

        with _diagnosed(f"it can't be told whose the bucket {name} is"):
            client = self._client("s3", region)
            listed = client.list_buckets().get("Buckets", ())
            if any(item["Name"] == name for item in listed):
                return BucketStanding.OURS
            try:
                client.head_bucket(Bucket=name)
            except ClientError as answer:
                missing = _code(answer) in _MISSING
                return BucketStanding.FREE if missing else BucketStanding.TAKEN
        return BucketStanding.TAKEN

    def has_image(self, repository: str, tag: str, region: str) -> bool:
        """Ask the registry for one tag."""
        from botocore.exceptions import ClientError  # noqa: PLC0415  an extra

        with _diagnosed(f"the images of {repository} can't be listed"):
            try:
                found = self._client("ecr", region).describe_images(
                    repositoryName=repository, imageIds=[{"imageTag": tag}]
                )
            except ClientError as answer:
                if _code(answer) in ("ImageNotFoundException", "RepositoryNotFoundException"):
                    return False
                raise
        return bool(found["imageDetails"])

    def keep_secret(self, name: str, value: str, region: str) -> str:
        """Make the secret, or give it another value if that differs."""
        from botocore.exceptions import ClientError  # noqa: PLC0415  an extra

        with _diagnosed(f"the secret {name} can't be kept"):
            client = self._client("secretsmanager", region)
            try:
                found = client.get_secret_value(SecretId=name)
            except ClientError as answer:
                if _code(answer) != "ResourceNotFoundException":
                    raise
                return str(client.create_secret(Name=name, SecretString=value)["ARN"])
            if found.get("SecretString") != value:
                client.put_secret_value(SecretId=name, SecretString=value)
        return str(found["ARN"])

    def registry_login(self, region: str) -> tuple[str, str, str]:
        """Ask for a token of the registry."""
        with _diagnosed("the registry gives no token"):
            found = self._client("ecr", region).get_authorization_token()["authorizationData"][0]
        user, _, password = base64.b64decode(found["authorizationToken"]).decode().partition(":")
        return user, password, str(found["proxyEndpoint"]).removeprefix("https://")

    def _client(self, service: Service, region: str | None = None) -> Any:  # noqa: ANN401  boto3 ships no types
        named = self.environment.get("AWS_REGION") or self.environment.get("AWS_DEFAULT_REGION")
        return make_client(service, self.environment, seconds=_SECONDS, region=region or named or _GLOBAL)


@contextmanager
def _diagnosed(what: str) -> Iterator[None]:
    """Make boto3's failures diagnostics that say `what` did not work."""
    try:
        yield
    except ImportError as fault:
        advice = "install it with Cellwright: pip install 'cellwright[aws]'"
        raise DiagnosticError(error(f"{what}: boto3 is not installed", advice)) from fault
    except Exception as fault:
        if isinstance(fault, DiagnosticError) or not type(fault).__module__.startswith("botocore."):
            raise
        raise DiagnosticError(error(f"{what}: {_told(fault)}", _advice(fault))) from None


def _code(fault: Exception) -> str:
    answer = getattr(fault, "response", {})
    return str(answer.get("Error", {}).get("Code", "")) if isinstance(answer, dict) else ""


def _told(fault: Exception) -> str:
    return " ".join(str(fault).split())


def _advice(fault: Exception) -> str:
    match _code(fault):
        case code if code in _REFUSED:
            return "see what the caller may do, and whom the other side trusts"
        case code if code == _NO_ORGANIZATION:
            return (
                "this account is in no organisation: name accounts by hand, cellwright bootstrap --set"
                " accounts.from=files --set accounts.named.NAME=ACCOUNT_ID"
            )
        case _:
            return "sign in to AWS (AWS_PROFILE, or aws sso login), and see that it can be reached"
