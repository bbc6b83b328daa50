"""Make one record of each log event, since OpenSearch takes one document per record.

CloudWatch packs many events into one compressed record. This function unpacks it, puts each event back into
the delivery stream as a record of its own, and drops the pack; events that come by again pass as they are.
"""

import base64
import gzip
import json
import os
from collections.abc import Iterable, Iterator
from typing import Any

import boto3

MOST_RECORDS = 500
MOST_BYTES = 3_500_000
ATTEMPTS = 3
GZIP = b"\x1f\x8b"


def handler(request: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer Firehose what becomes of each record."""
    answers: list[dict[str, Any]] = []
    events: list[bytes] = []
    for record in request["records"]:
        data = base64.b64decode(record["data"])
        packed = data.startswith(GZIP)
        if packed:
            events += unpack(json.loads(gzip.decompress(data)))
        result = "Dropped" if packed else "Ok"
        answers.append({"recordId": record["recordId"], "result": result, "data": record["data"]})
    for batch in batches(events):
        put(batch)
    return {"records": answers}


def unpack(pack: dict[str, Any]) -> Iterator[bytes]:
    """Yield one document per event; a pack that only tests the way has none."""
    if pack["messageType"] != "DATA_MESSAGE":
        return
    for event in pack["logEvents"]:
        document = {
            "@timestamp": event["timestamp"],
            "id": event["id"],
            "account": pack["owner"],
            "group": pack["logGroup"],
            "stream": pack["logStream"],
            "message": event["message"],
        }
        yield json.dumps(document).encode()


def batches(events: Iterable[bytes]) -> Iterator[list[dict[str, bytes]]]:
    """Cut documents into portions that the stream takes at once."""
    batch: list[dict[str, bytes]] = []
    size = 0
    for event in events:
        if batch and (len(batch) == MOST_RECORDS or size + len(event) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append({"Data": event})
        size += len(event)
    if batch:
        yield batch


def put(batch: list[dict[str, bytes]]) -> None:
    """Put documents into the stream.

    Raises:
        RuntimeError: some were refused every time; Firehose then tries the packs again.
    """
    stream = os.environ["STREAM"]
    client = boto3.client("firehose")
    for _ in range(ATTEMPTS):
        answer = client.put_record_batch(DeliveryStreamName=stream, Records=batch)
        if not answer["FailedPutCount"]:
            return
        said = zip(batch, answer["RequestResponses"], strict=True)
        batch = [one for one, response in said if "ErrorCode" in response]
    raise RuntimeError(f"{len(batch)} events were not taken by {stream}")
