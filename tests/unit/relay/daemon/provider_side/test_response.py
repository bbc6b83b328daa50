import asyncio

import pytest

from cellwright.relay.daemon.provider_side.response import ProviderError, ResponseCollector, StatusError
from cellwright.relay.http2 import grpc
from unit.relay.http2_pair import in_event_loop


def collector() -> ResponseCollector:
    return ResponseCollector(asyncio.get_running_loop().create_future())


@in_event_loop
async def test_pieces_are_put_together_and_acknowledged() -> None:
    response, acknowledged = collector(), list[int]()
    response.acknowledge = acknowledged.append
    framed = grpc.pack(b"answer")
    response.response_headers(grpc.ANSWER_HEADERS, end=False)
    response.response_data(framed[:7], end=False)
    response.response_data(framed[7:], end=False)
    response.response_headers(grpc.OK_TRAILERS, end=True)

    assert await response.result == b"answer"
    assert acknowledged == [7, 4]


@in_event_loop
async def test_an_error_status_is_raised() -> None:
    response = collector()
    response.response_headers(grpc.error_headers(grpc.StatusCode.UNIMPLEMENTED, "no"), end=True)

    with pytest.raises(StatusError, match="status 12"):
        await response.result


@in_event_loop
async def test_an_answer_without_its_message_is_an_error() -> None:
    response = collector()
    response.response_headers(grpc.OK_TRAILERS, end=True)

    with pytest.raises(ProviderError):
        await response.result


@in_event_loop
async def test_an_answer_without_trailers_is_an_error() -> None:
    response = collector()
    response.response_data(grpc.pack(b"answer"), end=True)

    with pytest.raises(ProviderError, match="HTTP/2 error 1"):
        await response.result


@in_event_loop
async def test_a_provider_that_is_gone_fails_the_call_once() -> None:
    response = collector()
    response.response_aborted(None)
    response.response_aborted(8)
    response.response_headers(grpc.OK_TRAILERS, end=True)

    with pytest.raises(ProviderError, match="it is gone"):
        await response.result
