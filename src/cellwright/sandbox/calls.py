"""Identifies the AWS call in a request: service and action as AWS names them, and the protocol."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from cellwright.sandbox.http_messages import HttpRequest

_SCOPE = re.compile(r"Credential=(?P<key>[^/]*)/\d*/(?P<region>[^/]*)/(?P<service>[^/]*)/")
_PRESIGNED_PARTS = 5


class Protocol(Enum):
    """The five HTTP protocols of AWS services, and S3 with its own form of errors."""

    JSON = "json"
    QUERY = "query"
    EC2 = "ec2"
    REST_JSON = "rest-json"
    REST_XML = "rest-xml"
    S3 = "s3"


@dataclass(frozen=True, slots=True)
class AwsCall:
    """One AWS call. `service` is the signing name (`ec2`, `s3`, `logs`); empty if unsigned."""

    service: str
    action: str
    protocol: Protocol

    def __str__(self) -> str:
        return f"{self.service or 'unsigned'} {self.action}"


@dataclass(frozen=True, slots=True)
class RestOperation:
    """A service's operation for a method and path, by its API model."""

    action: str
    protocol: Protocol


RestNaming = Callable[[str, HttpRequest], RestOperation | None]
"""Names a REST request of a service; None where no model knows it."""


def identify_call(request: HttpRequest, name_rest: RestNaming) -> AwsCall:
    """Name the call that `request` makes. Never fails: an unknown REST call is named by method and path."""
    service = _signed_service(request)
    if target := request.headers.get("x-amz-target", ""):
        return AwsCall(service, target.rpartition(".")[2], Protocol.JSON)
    if action := request.parameter("Action"):
        return AwsCall(service, action, Protocol.EC2 if service == "ec2" else Protocol.QUERY)
    if operation := name_rest(service, request):
        protocol = (
            Protocol.S3 if service == "s3" and operation.protocol is Protocol.REST_XML else operation.protocol
        )
        return AwsCall(service, operation.action, protocol)
    return AwsCall(service, f"{request.method} {request.path}", _guess(service, request))


def _signed_service(request: HttpRequest) -> str:
    if found := _SCOPE.search(request.headers.get("authorization", "")):
        return found["service"].lower()
    parts = request.parameter("X-Amz-Credential").split("/")
    return parts[3].lower() if len(parts) == _PRESIGNED_PARTS else ""


def _guess(service: str, request: HttpRequest) -> Protocol:
    if service in {"s3", ""}:
        return Protocol.S3
    if service in {"route53", "cloudfront"} or "xml" in request.headers.get("content-type", ""):
        return Protocol.REST_XML
    return Protocol.REST_JSON
