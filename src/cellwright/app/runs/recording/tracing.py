"""Traces of runs for OpenTelemetry: a span for each unit, and below it for each of its phases.

All processes that carry out a run give it the same trace, which is made of the run's id.
"""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.progress import (
    Listener,
    PhaseEntered,
    ProgressEvent,
    RunFinished,
    UnitFinished,
)
from cellwright.model.runs.run import Outcome, Run, RunStatus, UnitResult

if TYPE_CHECKING:  # an extra, and slow to import
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
_NAME = "OTEL_SERVICE_NAME"
_SECOND = 1_000_000_000


def provider_of(environment: Mapping[str, str]) -> "TracerProvider | None":
    """Make what sends spans to where the environment says; None if it says nothing.

    Raises:
        DiagnosticError: it says where, and the libraries for it are not installed.
    """
    whole = environment.get(ENDPOINT, "")
    where = environment.get(TRACES_ENDPOINT) or (f"{whole.rstrip('/')}/v1/traces" if whole else "")
    if not where:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        detail = f"pip install 'cellwright[telemetry]', or unset {ENDPOINT}"
        raise DiagnosticError(error("traces can't be sent: OpenTelemetry is not installed", detail)) from None
    resource = Resource.create({"service.name": environment.get(_NAME) or "cellwright"})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=where)))
    return provider


def traced_by(provider: "TracerProvider") -> Callable[[str], Listener]:
    """Give what listens to a run and traces it."""
    tracer = provider.get_tracer("cellwright")
    return lambda run: TracedRun(tracer, run)


@dataclass(slots=True)
class TracedRun:
    """Makes spans of the progress of one run, as far as this process carries it out."""

    tracer: "Tracer"
    run: str
    _units: "dict[UnitAddress, Span]" = field(default_factory=dict)
    _phases: "dict[UnitAddress, Span]" = field(default_factory=dict)

    def report(self, event: ProgressEvent) -> None:
        """Take one event."""
        at = _nanoseconds(event.time)
        match event.progress:
            case PhaseEntered(unit, phase):
                self._end_phase(unit, at)
                if unit not in self._units:
                    self._units[unit] = self._begin(f"unit {unit.stack}", at, unit)
                parent = _within(self._units[unit])
                self._phases[unit] = self.tracer.start_span(phase.value, parent, start_time=at)
            case UnitFinished(result):
                self._end_unit(result, at)
            case RunFinished(run, refused):
                self._end_run(run, at, refused=refused)
            case _:
                pass

    def _begin(self, name: str, at: int, unit: UnitAddress | None = None) -> "Span":
        facts = {"cellwright.run": self.run}
        if unit is not None:
            facts |= {"cellwright.unit": str(unit), "cellwright.cell": str(unit.of_cell)}
        return self.tracer.start_span(name, _root(self.run), attributes=facts, start_time=at)

    def _end_phase(self, unit: UnitAddress, at: int) -> None:
        if (span := self._phases.pop(unit, None)) is not None:
            span.end(at)

    def _end_unit(self, result: UnitResult, at: int) -> None:
        self._end_phase(result.address, at)
        span = self._units.pop(result.address, None)
        if span is None:
            return
        span.set_attribute("cellwright.outcome", result.outcome.value)
        if result.outcome is Outcome.FAILED:
            _fail(span)
        span.end(at)

    def _end_run(self, run: Run, at: int, *, refused: bool) -> None:
        span = self._begin(f"run {run.kind.value}", _nanoseconds(run.started))
        span.set_attribute("cellwright.status", Outcome.REFUSED.value if refused else run.status.value)
        if run.status is RunStatus.FAILED and not refused:
            _fail(span)
        span.end(at)


def _fail(span: "Span") -> None:
    from opentelemetry.trace import StatusCode  # noqa: PLC0415  as above

    span.set_status(StatusCode.ERROR)


def _within(span: "Span") -> "Context":
    from opentelemetry.trace import set_span_in_context  # noqa: PLC0415  as above

    return set_span_in_context(span)


def _root(run: str) -> "Context":
    from opentelemetry.trace import (  # noqa: PLC0415  as above
        NonRecordingSpan,
        SpanContext,
        TraceFlags,
        set_span_in_context,
    )

    digest = hashlib.sha256(run.encode()).digest()
    context = SpanContext(
        trace_id=int.from_bytes(digest[:16]),
        span_id=int.from_bytes(digest[16:24]),
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
    return set_span_in_context(NonRecordingSpan(context))


def _nanoseconds(time: str) -> int:
    with suppress(ValueError):
        return int(datetime.fromisoformat(time).timestamp() * _SECOND)
    return 0
