"""What a worker takes, as it is written on the command line."""

from contextlib import nullcontext
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

import pytest

from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.worker import work as work_module
from cellwright.worker.work import WorkRequest, labels_of


def test_a_label_has_one_or_more_values() -> None:
    assert labels_of(["account=one, two", "tier=gold"]) == {
        "account": frozenset({"one", "two"}),
        "tier": frozenset({"gold"}),
    }
    assert labels_of([]) == {}


@pytest.mark.parametrize("texts", [["account"], ["=one"], ["account="], ["account= ,"], ["a=1", "a=2"]])
def test_what_is_no_label_is_refused(texts: list[str]) -> None:
    with pytest.raises(DiagnosticError, match="is no label"):
        labels_of(texts)


@dataclass
class Host:
    """A queue of units, of which each look takes one."""

    units: int = 0
    id: str = "worker"
    is_drained: bool = False
    commits: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(at=None))

    @property
    def has_nothing(self) -> bool:
        self.units -= 1
        return self.units < 0


def test_once_goes_on_with_what_a_rollout_puts_into_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    host, waves = Host(units=1), [2, 1]

    def look(_driver: object) -> None:
        if waves:
            host.units = waves.pop(0)
        else:
            raise DiagnosticError(error("a rollout's fault"))

    for name in ("make_host", "driving", "going_by_schedules"):
        monkeypatch.setattr(work_module, name, lambda *_, **_more: nullcontext(host))
    monkeypatch.setattr(work_module, "look", look)
    monkeypatch.setattr(work_module, "_LOOK", 0.0)
    told: list[str] = []
    work_module.work(cast("FleetSession", None), WorkRequest(once=True), lambda: False, told.append)
    assert (told, waves) == (["worker"], [])
