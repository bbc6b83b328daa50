"""Metrics for Prometheus, of one application: its requests, and what the ledger says of runs."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from cellwright.app.session.session import FleetSession
from cellwright.ledger.read.metrics_query import read_figures
from cellwright.model.diagnostic import DiagnosticError

_UP = "1 if the ledger can be read."
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The figures of one application, in a registry of its own."""

    def __init__(self, session: FleetSession) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "cellwright_http_requests",
            "Requests that were answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "cellwright_http_request_seconds",
            "How long the answers took, streams left out.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(_LedgerCollector(session))

    def answered(self, method: str, route: str, status: int, seconds: float | None) -> None:
        """Count a request; `seconds` is None for a stream."""
        self._requests.labels(method, route, str(status)).inc()
        if seconds is not None:
            self._seconds.labels(route).observe(seconds)

    def exposition(self) -> bytes:
        """Write all figures as Prometheus reads them."""
        return generate_latest(self._registry)


class _LedgerCollector(Collector):
    """Reads the ledger when it is asked: its figures are the same on every server."""

    def __init__(self, session: FleetSession) -> None:
        self._session = session

    def collect(self) -> Iterable[Metric]:
        try:
            found = read_figures(self._session.ledger().database)
        except DiagnosticError:
            yield GaugeMetricFamily("cellwright_ledger_up", _UP, value=0)
            return
        yield GaugeMetricFamily("cellwright_ledger_up", _UP, value=1)
        for name, text, label, values in (
            ("runs", "Runs in the ledger.", "status", found.runs),
            ("units_in_runs", "Units of runs that go on.", "state", found.units),
            ("units_looked_at", "Units by what the newest look for drift has told.", "result", found.drift),
            ("webhook_deliveries", "Deliveries to webhooks of the last 30 days.", "state", found.deliveries),
        ):
            family = GaugeMetricFamily(f"cellwright_{name}", text, labels=(label,))
            for value, count in sorted(values.items()):
                family.add_metric((value,), count)
            yield family
        yield GaugeMetricFamily("cellwright_open_approvals", "Plans that wait.", value=found.open_approvals)
        yield GaugeMetricFamily("cellwright_events", "The newest event's number.", value=found.events)

    def describe(self) -> Iterable[Metric]:
        """Say nothing beforehand: registering must not read the ledger."""
        return ()
