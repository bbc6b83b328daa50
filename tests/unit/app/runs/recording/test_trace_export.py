"""Spans arrive at a receiver of OTLP over HTTP, which decodes them as the protocol's own library does."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from queue import SimpleQueue
from typing import Any

import pytest
from typing_extensions import override

from cellwright.app.runs.recording.tracing import ENDPOINT, provider_of, traced_by
from cellwright.model.runs.progress import Phase, PhaseEntered, Progress, ProgressEvent, UnitFinished
from cellwright.model.runs.run import Outcome, UnitResult
from missing import skip_without
from patience import PATIENCE
from unit.app.kit import APP

MISSING = "OpenTelemetry's exporter (pip install opentelemetry-exporter-otlp-proto-http)"
Received = SimpleQueue[tuple[str, str, bytes]]


@pytest.fixture(name="receiver")
def _receiver() -> Iterator[tuple[str, Received]]:
    """A receiver's address, and what it was sent: path, kind and content of each request."""
    received: Received = SimpleQueue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                content = gzip.decompress(content)
            received.put((self.path, self.headers["Content-Type"], content))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()
        thread.join()


def test_a_receiver_gets_the_spans_of_a_unit(receiver: tuple[str, Received]) -> None:
    if find_spec("opentelemetry.exporter") is None or find_spec("opentelemetry.proto") is None:
        skip_without(MISSING)
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (  # noqa: PLC0415  not everywhere
        ExportTraceServiceRequest,
    )

    address, received = receiver
    provider = provider_of({ENDPOINT: address, "OTEL_SERVICE_NAME": "cells"})
    assert provider is not None
    listener = traced_by(provider)("run-1")
    told: list[Progress] = [
        PhaseEntered(APP, Phase.APPLYING),
        UnitFinished(UnitResult(APP, Outcome.FAILED)),
    ]
    for sequence, progress in enumerate(told, start=1):
        time = f"2026-11-22T21:48:{10 + sequence}.000000+00:00"
        listener.report(ProgressEvent(run="run-1", unit=APP, time=time, sequence=sequence, progress=progress))
    provider.shutdown()

    path, kind, content = received.get(timeout=PATIENCE)
    assert (path, kind) == ("/v1/traces", "application/x-protobuf")
    (resource,) = ExportTraceServiceRequest.FromString(content).resource_spans
    assert _facts(resource.resource)["service.name"] == "cells"
    spans = {span.name: span for scope in resource.scope_spans for span in scope.spans}
    assert spans.keys() == {"applying", "unit app"}
    unit = spans["unit app"]
    assert _facts(unit)["cellwright.unit"] == "client/acme/app"
    assert _facts(unit)["cellwright.outcome"] == "failed"
    assert unit.end_time_unix_nano - unit.start_time_unix_nano == 1_000_000_000
    assert spans["applying"].parent_span_id == unit.span_id
    assert spans["applying"].trace_id == unit.trace_id


def _facts(item: Any) -> dict[str, str]:  # noqa: ANN401  generated code without types
    return {fact.key: fact.value.string_value for fact in item.attributes}
