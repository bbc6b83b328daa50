"""Traces of runs."""

import sys
from dataclasses import replace

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from cellwright.app.runs.recording.tracing import provider_of, traced_by
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.progress import (
    Phase,
    PhaseEntered,
    Progress,
    ProgressEvent,
    RunFinished,
    UnitFinished,
)
from cellwright.model.runs.run import Outcome, RunStatus, UnitResult
from unit.app.kit import APP, make_run


def traced(*told: tuple[int, Progress], run: str = "run-1") -> list[ReadableSpan]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    listener = traced_by(provider)(run)
    for sequence, (second, progress) in enumerate(told, start=1):
        time = f"2026-11-22T21:48:{second:02}.000000+00:00"
        listener.report(ProgressEvent(run=run, unit=APP, time=time, sequence=sequence, progress=progress))
    return list(exporter.get_finished_spans())


def lasted(span: ReadableSpan) -> float:
    return ((span.end_time or 0) - (span.start_time or 0)) / 1e9


def test_a_unit_is_a_span_with_one_for_each_phase() -> None:
    run = replace(make_run("run-1"), status=RunStatus.FAILED)
    spans = {
        span.name: span
        for span in traced(
            (12, PhaseEntered(APP, Phase.PLANNING)),
            (14, PhaseEntered(APP, Phase.APPLYING)),
            (20, UnitFinished(UnitResult(APP, Outcome.FAILED))),
            (21, RunFinished(run)),
        )
    }
    assert {name: lasted(span) for name, span in spans.items()} == {
        "planning": 2,
        "applying": 6,
        "unit app": 8,
        "run apply": 9,
    }
    unit = spans["unit app"]
    assert unit.attributes is not None
    assert unit.attributes["cellwright.unit"] == "client/acme/app"
    assert unit.status.status_code is StatusCode.ERROR
    assert spans["run apply"].status.status_code is StatusCode.ERROR
    parent = spans["planning"].parent
    assert parent is not None
    assert unit.context is not None
    assert parent.span_id == unit.context.span_id
    assert len({span.context.trace_id for span in spans.values() if span.context}) == 1


def test_a_run_that_was_refused_is_no_failure() -> None:
    run = replace(make_run("run-1"), status=RunStatus.FAILED)
    (span,) = traced((21, RunFinished(run, refused=True)))
    assert span.attributes is not None
    assert span.attributes["cellwright.status"] == "refused"
    assert span.status.status_code is StatusCode.UNSET


def test_two_processes_give_a_run_the_same_trace_and_two_runs_differ() -> None:
    told = ((12, PhaseEntered(APP, Phase.PLANNING)), (13, UnitFinished(UnitResult(APP, Outcome.APPLIED))))
    here, there, other = (traced(*told, run=run)[0].context for run in ("run-1", "run-1", "run-2"))
    assert here is not None
    assert there is not None
    assert other is not None
    assert here.trace_id == there.trace_id != other.trace_id


def test_nothing_is_sent_unless_the_environment_says_where() -> None:
    assert provider_of({}) is None
    assert provider_of({"OTEL_SERVICE_NAME": "x"}) is None


def test_without_the_libraries_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(DiagnosticError, match=r"pip install 'cellwright\[telemetry\]'"):
        provider_of({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"})
