"""The check of a provider configuration: answered from memory if the answer is known to be clean."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.relay.daemon.calls import Call, PassedCall, Source, answer
from cellwright.relay.daemon.offer import Offer
from cellwright.relay.daemon.prepared import clean, clean_answer
from cellwright.relay.daemon.stopwatch import Stopwatch
from cellwright.relay.http2 import grpc
from cellwright.relay.http2.connection import Http2Connection
from cellwright.relay.http2.headers import HeaderError


@dataclass(frozen=True, slots=True)
class Question:
    """One check: what is asked about which provider, in which environment."""

    offer: Offer
    method: str
    block: bytes
    environment: Mapping[bytes, bytes]

    def key(self, message: bytes) -> str:
        """The question's name in the memory of clean answers."""
        digest = self.offer.package.digest
        return self.offer.services.prepared.key(digest, self.method, message, self.environment)


class CheckedCall:
    """Collects the request; then answers it, or asks the provider and remembers a clean answer."""

    def __init__(self, front: Http2Connection, stream: int, question: Question, source: Source) -> None:
        self._front = front
        self._stream = stream
        self._question = question
        self._source = source
        self._request = bytearray()
        self._asked: Call | None = None

    def data(self, payload: bytes, *, end: bool) -> None:
        """Collect the request, then decide."""
        self._request += payload
        if not end:
            self._front.replenish(self._stream, len(payload))
            return
        framed = bytes(self._request)
        message = grpc.unpack(framed)
        seconds = None if message is None else self._remembered(message)
        if message is None or seconds is None:
            self._ask(framed, message)
        else:
            self._question.offer.count_check(seconds)
            answer(self._front, self._stream, clean_answer(self._question.offer.learned.protocol, message))

    def drained(self, size: int) -> None:
        """Tell the provider, if it was asked."""
        if self._asked is not None:
            self._asked.drained(size)

    def dropped(self) -> None:
        """Give the call up at the provider, if it was asked."""
        if self._asked is not None:
            self._asked.dropped()

    def _remembered(self, message: bytes) -> float | None:
        prepared = self._question.offer.services.prepared
        return prepared.seconds(self._question.key(message)) if self._question.offer.remember else None

    def _ask(self, framed: bytes, message: bytes | None) -> None:
        question, source = self._question, self._source
        question.offer.count_passed()
        if message is None or not question.offer.remember:
            self._asked = PassedCall(self._front, self._stream, question.block, source)
        else:
            self._asked = RememberedCall(self._front, self._stream, question, source, message)
        self._asked.data(framed, end=True)


class RememberedCall(PassedCall):
    """Passed on; a clean answer is remembered as it goes by."""

    def __init__(
        self, front: Http2Connection, stream: int, question: Question, source: Source, message: bytes
    ) -> None:
        super().__init__(front, stream, question.block, source)
        self._question = question
        self._message = message
        self._answer = bytearray()
        self._watch = Stopwatch()

    def answer_data(self, payload: bytes, *, end: bool) -> None:
        """Pass on and keep a piece of the answer."""
        self._answer += payload
        super().answer_data(payload, end=end)

    def answer_headers(self, block: bytes, *, end: bool) -> None:
        """Pass on; at the end, remember an answer that says nothing."""
        if end and _status(block) == grpc.Status.OK:
            given = grpc.unpack(bytes(self._answer))
            if given is not None and clean(self._question.offer.learned.protocol, self._message, given):
                prepared = self._question.offer.services.prepared
                prepared.remember(self._question.key(self._message), self._watch.seconds)
        super().answer_headers(block, end=end)


def _status(block: bytes) -> int | None:
    try:
        return grpc.status_of(block)
    except HeaderError:
        return None
