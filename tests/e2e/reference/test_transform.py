"""What the function of the stack `elk` makes of the records that CloudWatch sends."""

import base64
import gzip
import json
from types import ModuleType
from typing import Any

import boto3
import pytest

from e2e.reference.functions import load_function
from e2e.reference.readme import STACKS

PACK = {
    "messageType": "DATA_MESSAGE",
    "owner": "123456789012",
    "logGroup": "/clients/acme/app",
    "logStream": "app/1",
    "logEvents": [
        {"id": str(number), "timestamp": number, "message": f"line {number}"} for number in range(3)
    ],
}


class Firehose:
    """Takes records, and refuses the first `refusals` of each call while there are any left."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.taken: list[dict[str, Any]] = []

    def put_record_batch(self, DeliveryStreamName: str, Records: list[dict[str, bytes]]) -> dict[str, Any]:  # noqa: N803 - AWS's names
        assert DeliveryStreamName == "elk"
        refused = min(self.refusals, 1)
        self.refusals -= refused
        self.taken += [json.loads(record["Data"]) for record in Records[refused:]]
        said = [{"ErrorCode": "ServiceUnavailable"}] * refused + [{}] * (len(Records) - refused)
        return {"FailedPutCount": refused, "RequestResponses": said}


@pytest.fixture(name="transform")
def transform_fixture(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("STREAM", "elk")
    return load_function(monkeypatch, STACKS / "utility" / "elk" / "transform.py")


def firehose(monkeypatch: pytest.MonkeyPatch, refusals: int = 0) -> Firehose:
    made = Firehose(refusals)
    monkeypatch.setattr(boto3, "client", lambda _service: made)
    return made


def request(*records: bytes) -> dict[str, Any]:
    return {
        "records": [
            {"recordId": str(number), "data": base64.b64encode(data).decode()}
            for number, data in enumerate(records)
        ]
    }


def packed(pack: dict[str, Any]) -> bytes:
    return gzip.compress(json.dumps(pack).encode())


def test_a_pack_is_dropped_and_its_events_come_by_again(
    transform: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = firehose(monkeypatch)

    answer = transform.handler(request(packed(PACK)), None)

    assert [record["result"] for record in answer["records"]] == ["Dropped"]
    assert [document["message"] for document in stream.taken] == ["line 0", "line 1", "line 2"]
    assert {document["group"] for document in stream.taken} == {"/clients/acme/app"}


def test_events_that_come_by_again_pass_as_they_are(
    transform: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = firehose(monkeypatch)
    given = request(b'{"message": "line 0"}')

    answer = transform.handler(given, None)

    assert answer["records"] == [{**given["records"][0], "result": "Ok"}]
    assert stream.taken == []


def test_a_pack_that_tests_the_way_has_no_events(
    transform: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = firehose(monkeypatch)

    answer = transform.handler(request(packed({**PACK, "messageType": "CONTROL_MESSAGE"})), None)

    assert answer["records"][0]["result"] == "Dropped"
    assert stream.taken == []


def test_refused_events_are_put_again(transform: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = firehose(monkeypatch, refusals=2)

    transform.handler(request(packed(PACK)), None)

    assert sorted(document["message"] for document in stream.taken) == ["line 0", "line 1", "line 2"]


def test_events_that_are_always_refused_fail_the_call(
    transform: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    firehose(monkeypatch, refusals=99)

    with pytest.raises(RuntimeError, match="1 events were not taken by elk"):
        transform.handler(request(packed(PACK)), None)


def test_a_call_carries_no_more_than_firehose_takes(transform: ModuleType) -> None:
    many = [len(batch) for batch in transform.batches([b"x"] * 1001)]
    large = [len(batch) for batch in transform.batches([b"x" * 2_000_000] * 3)]

    assert many == [500, 500, 1]
    assert large == [1, 1, 1]
