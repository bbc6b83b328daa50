"""Make one record of each log event, since OpenSearch takes one document per record.

CloudWatch packs many events into one compressed record. This function unpacks it, puts each event back into the
delivery stream as a record of its own, and drops the pack; events that come by again pass as they are.
"""

import base64
import gzip
import json
import os

STREAM = os.environ["STREAM"]
MOST_RECORDS = 500
MOST_BYTES = 3_500_000
GZIP = b"\x1f\x8b"


def handler(request, _context):
    answers, events = [], []
    for record in request["records"]:
        data = base64.b64decode(record["data"])
        if data.startswith(GZIP):
            events += unpack(json.loads(gzip.decompress(data)))
            result = "Dropped"
        else:
            result = "Ok"
        answers.append({"recordId": record["recordId"], "result": result, "data": record["data"]})
    for batch in batches(events):
        put(batch)
    return {"records": answers}


def unpack(pack):
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


def batches(events):
    """Cut the documents into portions that the stream takes at once."""
    batch, size = [], 0
    for event in events:
        if batch and (len(batch) == MOST_RECORDS or size + len(event) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append({"Data": event})
        size += len(event)
    if batch:
        yield batch


def put(batch):
    """Put documents into the stream; if some are refused thrice, fail, so that Firehose tries the packs again."""
    import boto3

    client = boto3.client("firehose")
    for _ in range(3):
        answer = client.put_record_batch(DeliveryStreamName=STREAM, Records=batch)
        if not answer["FailedPutCount"]:
            return
        batch = [one for one, said in zip(batch, answer["RequestResponses"]) if "ErrorCode" in said]
    raise RuntimeError(f"{len(batch)} events were not taken by {STREAM}")
