"""Identifying the call in a request."""

import pytest

from cellwright.sandbox.calls import AwsCall, Protocol, RestOperation, identify_call
from cellwright.sandbox.http_messages import FORM, HttpRequest


def signed(service: str, **headers: str) -> dict[str, str]:
    scope = f"Credential=test/20260101/us-east-1/{service}/aws4_request"
    return {"authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0", **headers}


def nobody(_service: str, _request: HttpRequest) -> RestOperation | None:
    return None


def test_a_json_call_is_named_by_its_target() -> None:
    headers = signed("logs", **{"x-amz-target": "Logs_20140328.CreateLogGroup"})

    assert identify_call(HttpRequest(method="POST", path="/", headers=headers), nobody) == AwsCall(
        "logs", "CreateLogGroup", Protocol.JSON
    )


@pytest.mark.parametrize(("service", "protocol"), [("ec2", Protocol.EC2), ("sts", Protocol.QUERY)])
def test_a_query_call_is_named_by_the_form_in_its_body(service: str, protocol: Protocol) -> None:
    request = HttpRequest(
        method="POST",
        path="/",
        headers=signed(service, **{"content-type": f"{FORM}; charset=utf-8"}),
        body=b"Action=DoIt&Version=2016-11-15",
    )

    assert identify_call(request, nobody) == AwsCall(service, "DoIt", protocol)


def test_a_query_call_may_stand_in_the_address() -> None:
    request = HttpRequest(method="GET", path="/", query="Action=GetCallerIdentity", headers=signed("sts"))

    assert identify_call(request, nobody) == AwsCall("sts", "GetCallerIdentity", Protocol.QUERY)


@pytest.mark.parametrize(
    ("service", "named", "protocol"),
    [
        ("lambda", RestOperation("GetFunction", Protocol.REST_JSON), Protocol.REST_JSON),
        ("route53", RestOperation("GetHostedZone", Protocol.REST_XML), Protocol.REST_XML),
        ("s3", RestOperation("PutObject", Protocol.S3), Protocol.S3),
    ],
)
def test_a_rest_call_is_named_by_the_model(service: str, named: RestOperation, protocol: Protocol) -> None:
    request = HttpRequest(method="GET", path="/thing", headers=signed(service))

    assert identify_call(request, lambda *_: named) == AwsCall(service, named.action, protocol)


def test_a_rest_call_that_no_model_knows_is_named_by_method_and_path() -> None:
    request = HttpRequest(method="PUT", path="/strange/path", headers=signed("newservice"))

    assert str(identify_call(request, nobody)) == "newservice PUT /strange/path"


def test_a_presigned_address_tells_the_service() -> None:
    query = "X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fs3%2Faws4_request"

    assert identify_call(HttpRequest(method="GET", path="/b/k", query=query), nobody).service == "s3"


def test_an_unsigned_request_is_called_so() -> None:
    assert str(identify_call(HttpRequest(method="GET", path="/"), nobody)) == "unsigned GET /"


def test_bytes_that_are_no_text_are_no_call() -> None:
    request = HttpRequest(method="POST", path="/", headers={"content-type": FORM}, body=b"\xff\xfe\x00Action")

    assert identify_call(request, nobody).action == "POST /"
