from h2.errors import ErrorCodes
from hyperframe.frame import (
    DataFrame,
    PingFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

from cellwright.relay.http2.connection import STREAM_WINDOW
from cellwright.relay.http2.handler import Headers
from unit.relay.http2_pair import (
    BIGGEST_MESSAGE,
    REQUEST,
    RESPONSE,
    TRAILERS,
    frames_in,
    in_event_loop,
    join,
    sent_headers,
    settle,
)


@in_event_loop
async def test_a_call_goes_there_and_back() -> None:
    client, server = join()
    stream = client.connection.start_stream(REQUEST, end=False)
    client.connection.send_data(stream, b"question", end=True)
    await settle()
    server.connection.send_headers(stream, RESPONSE, end=False)
    server.connection.send_data(stream, b"answer", end=False)
    server.connection.send_headers(stream, TRAILERS, end=True)
    await settle()

    assert server.recorder.told("headers") == [("headers", 1, REQUEST, False)]
    assert server.recorder.received[1] == b"question"
    assert client.recorder.told("headers") == [
        ("headers", 1, RESPONSE, False),
        ("headers", 1, TRAILERS, True),
    ]
    assert client.recorder.received[1] == b"answer"
    assert client.recorder.told("finished") == server.recorder.told("finished") == [("finished", 1)]
    assert client.recorder.told("opened") == server.recorder.told("opened") == [("opened",)]


@in_event_loop
async def test_the_biggest_messages_pass_in_both_directions() -> None:
    client, server = join()
    question, answer = bytes(BIGGEST_MESSAGE), b"x" * BIGGEST_MESSAGE
    stream = client.connection.start_stream(REQUEST, end=False)
    client.connection.send_data(stream, question, end=True)
    for _ in range(10):
        await settle()
    server.connection.send_headers(stream, RESPONSE, end=False)
    server.connection.send_data(stream, answer, end=False)
    server.connection.send_headers(stream, TRAILERS, end=True)
    for _ in range(10):
        await settle()

    assert server.recorder.received[stream] == question
    assert client.recorder.received[stream] == answer
    assert client.recorder.told("finished")


@in_event_loop
async def test_headers_are_passed_on_as_they_came() -> None:
    client, server = join()
    odd = (
        (b":path", b"/x"),
        (b"Upper-Case", b" spaces "),
        (b"cookie", b"a"),
        (b"cookie", b"b"),
        (b"x", b"\xff"),
    )
    client.connection.start_stream(odd, end=True)
    await settle()

    assert sent_headers(server) == [odd]


@in_event_loop
async def test_long_headers_pass() -> None:
    """A provider's error message travels in the trailers."""
    client, server = join()
    long = ((b":path", b"/x"), (b"grpc-message", b"because " * 20_000))
    client.connection.start_stream(long, end=True)
    await settle()

    assert sent_headers(server) == [long]


@in_event_loop
async def test_many_streams_may_be_open_at_once() -> None:
    client, server = join()
    await settle()
    for _ in range(500):
        client.connection.start_stream(REQUEST, end=False)
    await settle()

    assert len(server.recorder.told("headers")) == 500


@in_event_loop
async def test_a_receiver_that_takes_nothing_stops_the_sender_and_only_on_that_stream() -> None:
    client, server = join()
    await settle()
    server.recorder.acknowledges = False
    slow = client.connection.start_stream(REQUEST, end=False)
    quick = client.connection.start_stream(REQUEST, end=False)
    client.connection.send_data(slow, bytes(3 * STREAM_WINDOW), end=True)
    client.connection.send_data(quick, b"quick", end=True)
    await settle()

    assert len(server.recorder.received[slow]) == STREAM_WINDOW
    assert server.recorder.received[quick] == b"quick"

    server.recorder.acknowledges = True
    server.connection.acknowledge(slow, STREAM_WINDOW)
    for _ in range(5):
        await settle()

    assert len(server.recorder.received[slow]) == 3 * STREAM_WINDOW
    sent = [int(str(entry[2])) for entry in client.recorder.told("sent") if entry[1] == slow]
    assert sum(sent) == 3 * STREAM_WINDOW
    assert ("ended", slow) in server.recorder.seen


@in_event_loop
async def test_padding_is_given_back_at_once() -> None:
    client, server = join()
    stream = client.connection.start_stream(REQUEST, end=False)
    await settle()
    server.transport.written.clear()
    server.recorder.acknowledges = False
    for _ in range(STREAM_WINDOW // 256):
        server.connection.data_received(DataFrame(stream, b"", flags=["PADDED"], pad_length=255).serialize())
    await settle()

    assert any(
        isinstance(frame, WindowUpdateFrame) and frame.stream_id == stream for frame in frames_in(server)
    )


@in_event_loop
async def test_trailers_wait_for_the_data_before_them() -> None:
    client, server = join()
    await settle()
    client.recorder.acknowledges = False
    stream = client.connection.start_stream(REQUEST, end=True)
    await settle()
    server.connection.send_headers(stream, RESPONSE, end=False)
    server.connection.send_data(stream, bytes(STREAM_WINDOW + 1), end=False)
    server.connection.send_headers(stream, TRAILERS, end=True)
    await settle()

    assert sent_headers(client) == [RESPONSE]
    client.recorder.acknowledges = True
    client.connection.acknowledge(stream, STREAM_WINDOW)
    await settle()
    assert sent_headers(client) == [RESPONSE, TRAILERS]


@in_event_loop
async def test_nothing_is_sent_while_the_socket_takes_nothing() -> None:
    client, server = join()
    await settle()
    stream = client.connection.start_stream(REQUEST, end=False)
    client.connection.pause_writing()
    client.connection.send_data(stream, b"later", end=True)
    await settle()
    assert stream not in server.recorder.received

    client.connection.resume_writing()
    await settle()
    assert server.recorder.received[stream] == b"later"


@in_event_loop
async def test_a_request_may_end_with_its_headers_or_with_no_data() -> None:
    client, server = join()
    client.connection.start_stream(REQUEST, end=True)
    stream = client.connection.start_stream(REQUEST, end=False)
    client.connection.send_data(stream, b"", end=True)
    await settle()

    assert [entry[3] for entry in server.recorder.told("headers")] == [True, False]
    assert ("ended", stream) in server.recorder.seen


@in_event_loop
async def test_a_reset_reaches_the_other_side_and_ends_the_stream_here() -> None:
    client, server = join()
    stream = client.connection.start_stream(REQUEST, end=False)
    await settle()
    client.connection.reset_stream(stream, ErrorCodes.CANCEL)
    client.connection.send_data(stream, b"too late", end=True)
    await settle()

    assert server.recorder.told("reset") == [("reset", stream, 8)]
    assert stream not in server.recorder.received


@in_event_loop
async def test_an_answer_to_a_call_that_was_cancelled_meanwhile_is_dropped() -> None:
    """Both frames arrive together, so the connection knows of the reset before its owner does."""
    client, server = join()
    await settle()
    answers: list[int] = []

    def answer(stream: int, headers: Headers, *, end: bool) -> None:
        assert headers
        assert not end
        answers.append(stream)
        server.connection.send_headers(stream, RESPONSE, end=False)
        server.connection.send_data(stream, b"answer", end=False)
        server.connection.send_headers(stream, TRAILERS, end=True)

    server.recorder.headers = answer  # type: ignore[method-assign]
    client.transport.target = None
    client.transport.written.clear()
    stream = client.connection.start_stream(REQUEST, end=False)
    client.connection.reset_stream(stream, ErrorCodes.CANCEL)
    await settle()
    server.connection.data_received(bytes(client.transport.written))
    await settle()

    assert answers == [stream]
    assert server.recorder.told("reset") == [("reset", stream, 8)]
    assert server.connection.open


@in_event_loop
async def test_data_for_a_stream_that_was_reset_here_is_dropped() -> None:
    client, server = join()
    stream = client.connection.start_stream(REQUEST, end=False)
    await settle()
    server.connection.reset_stream(stream, ErrorCodes.CANCEL)
    server.connection.data_received(DataFrame(stream, b"on its way").serialize())
    await settle()

    assert stream not in server.recorder.received
    assert server.connection.open


@in_event_loop
async def test_pings_and_settings_are_answered() -> None:
    _, server = join()
    await settle()
    server.transport.written.clear()
    server.connection.data_received(PingFrame(0, b"12345678").serialize())
    server.connection.data_received(SettingsFrame(0, {SettingsFrame.MAX_FRAME_SIZE: 20000}).serialize())
    await settle()

    ping, settings = frames_in(server)
    assert isinstance(ping, PingFrame)
    assert ping.opaque_data == b"12345678"
    assert isinstance(settings, SettingsFrame)
    assert "ACK" in ping.flags
    assert "ACK" in settings.flags
    assert server.recorder.told("opened") == [("opened",)], "told once"


@in_event_loop
async def test_a_smaller_initial_window_counts_for_streams_that_are_open() -> None:
    client, server = join()
    await settle()
    stream = client.connection.start_stream(REQUEST, end=False)
    client.connection.data_received(SettingsFrame(0, {SettingsFrame.INITIAL_WINDOW_SIZE: 10}).serialize())
    client.connection.send_data(stream, bytes(100), end=True)
    await settle()
    assert len(server.recorder.received[stream]) == 10

    client.connection.data_received(SettingsFrame(0, {SettingsFrame.INITIAL_WINDOW_SIZE: 1000}).serialize())
    await settle()
    assert len(server.recorder.received[stream]) == 100
