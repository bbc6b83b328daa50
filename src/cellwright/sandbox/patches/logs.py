"""CloudWatch Logs."""

from moto.logs.metric_filters import MetricFilters

from cellwright.sandbox.patching.patch import Moto, Patch, wrap_method


def _metric_filter_updates() -> None:
    def add_filter(
        original: Moto, self: Moto, filter_name: str, pattern: str, group: str, changes: Moto
    ) -> None:
        self.delete_filter(filter_name, group)
        original(self, filter_name, pattern, group, changes)

    wrap_method(MetricFilters, "add_filter", add_filter)


PATCHES = (
    Patch("metric filter updates", "putting a metric filter again made a second one", _metric_filter_updates),
)
