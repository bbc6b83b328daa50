"""Errors in the form of each protocol."""

import json
from xml.etree import ElementTree as ET

import pytest

from cellwright.sandbox.calls import Protocol
from cellwright.sandbox.error_responses import error_response

MESSAGE = 'ec2 DoIt: a "<strange>" & long message'


@pytest.mark.parametrize("protocol", [Protocol.JSON, Protocol.REST_JSON])
def test_json_protocols_name_the_error_in_body_and_header(protocol: Protocol) -> None:
    answer = error_response(protocol, 400, "ThrottlingException", MESSAGE)

    assert (answer.status, answer.header("x-amzn-errortype")) == (400, "ThrottlingException")
    assert json.loads(answer.body) == {"__type": "ThrottlingException", "message": MESSAGE}
    assert "json" in answer.header("Content-Type")


@pytest.mark.parametrize(
    ("protocol", "path"),
    [
        (Protocol.EC2, "Errors/Error"),
        (Protocol.QUERY, "Error"),
        (Protocol.REST_XML, "Error"),
        (Protocol.S3, "."),
    ],
)
def test_xml_protocols_each_have_their_place_for_the_error(protocol: Protocol, path: str) -> None:
    answer = error_response(protocol, 501, "NotEmulated", MESSAGE)

    # The document is ours.
    error = ET.fromstring(answer.body).find(path)  # noqa: S314
    assert error is not None
    assert (error.findtext("Code"), error.findtext("Message")) == ("NotEmulated", MESSAGE)
    assert (answer.status, answer.header("Content-Type")) == (501, "text/xml")
