"""Error responses that AWS clients understand: a code and a message in the form of each protocol."""

import json
from html import escape

from cellwright.sandbox.calls import Protocol
from cellwright.sandbox.http_messages import HttpResponse

NOT_EMULATED = 501
"""Clients retry 500, 502, 503 and 504 for minutes; 501 ends the call at once."""

_REQUEST_ID = "00000000-0000-4000-8000-000000000000"


def error_response(protocol: Protocol, status: int, code: str, message: str) -> HttpResponse:
    """Make the response to a call that fails with `code` and `message`."""
    match protocol:
        case Protocol.JSON | Protocol.REST_JSON:
            return _json(protocol, status, code, message)
        case Protocol.EC2:
            errors = f"<Errors><Error>{_fields(code, message)}</Error></Errors>"
            body = f"<Response>{errors}{_id('RequestID')}</Response>"
        case Protocol.QUERY | Protocol.REST_XML:
            error = f"<Error><Type>Sender</Type>{_fields(code, message)}</Error>"
            body = f"<ErrorResponse>{error}{_id('RequestId')}</ErrorResponse>"
        case Protocol.S3:
            body = f"<Error>{_fields(code, message)}{_id('RequestId')}</Error>"
    return HttpResponse(
        status, f'<?xml version="1.0" encoding="UTF-8"?>{body}'.encode(), (("Content-Type", "text/xml"),)
    )


def _json(protocol: Protocol, status: int, code: str, message: str) -> HttpResponse:
    kind = "application/x-amz-json-1.1" if protocol is Protocol.JSON else "application/json"
    body = json.dumps({"__type": code, "message": message}).encode()
    return HttpResponse(status, body, (("Content-Type", kind), ("x-amzn-ErrorType", code)))


def _fields(code: str, message: str) -> str:
    return f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"


def _id(tag: str) -> str:
    return f"<{tag}>{_REQUEST_ID}</{tag}>"
