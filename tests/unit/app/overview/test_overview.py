"""The view is kept, and yet nobody sees what was before their own change; the first one may take long."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from cellwright.app.overview.compared import compare
from cellwright.app.overview.during_load import DuringLoad
from cellwright.app.overview.overview import FleetBeingReadError, Overview
from cellwright.app.session.session import FleetSession
from cellwright.fleet.config.cells import CellSource
from cellwright.fleet.resolve import cell as resolving
from patience import PATIENCE
from unit.app.overview.kit import ACME, APP, CLIENT, NETWORK, apply, fail, open_fleet, write
from unit.app.overview.test_view import same, states

LONG = 1000.0


def being_read(kept: Overview) -> bool:
    return kept.being_read


def test_whoever_has_changed_something_sees_it_though_the_view_is_young(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    kept = Overview(lambda: session, patience=0, fresh=LONG)
    assert kept.view().cells[ACME].labels["tier"] == "gold"
    write(tmp_path, {"clients/acme.yaml": CLIENT.replace("gold", "basic")})
    session.forget_cells()
    assert kept.view().cells[ACME].labels["tier"] == "gold", "others take what is there"
    assert kept.view(time.monotonic()).cells[ACME].labels["tier"] == "basic"
    assert kept.view().cells[ACME].labels["tier"] == "basic"


def test_a_view_that_was_begun_before_a_change_does_not_count(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    slow, begun = threading.Event(), threading.Event()
    slow.set()

    def fleet() -> FleetSession:
        begun.set()
        assert slow.wait(60)
        return session

    kept = Overview(fleet, patience=0, fresh=0)
    kept.view(waits=True)
    kept.view()
    until = time.monotonic() + PATIENCE
    while kept._kept.renewing:
        assert time.monotonic() < until
        time.sleep(0.01)
    slow.clear()
    begun.clear()
    assert kept.view().renewing
    assert begun.wait(60)
    apply(session, NETWORK)
    changed = time.monotonic()
    threading.Timer(0.05, slow.set).start()
    assert states(kept.view(changed))["base/prod"] == "applied"
    assert kept._kept.began >= changed


def test_until_the_fleet_was_read_requests_are_told_how_far_it_is(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    go_on = threading.Event()

    def fleet() -> FleetSession:
        assert go_on.wait(60)
        return session

    kept = Overview(fleet, first=0.01)
    assert being_read(kept) is False
    kept.begin()
    assert being_read(kept) is True
    with pytest.raises(FleetBeingReadError, match="the fleet is being read"):
        kept.view()
    go_on.set()
    assert len(kept.view(waits=True).cells) == 3
    assert being_read(kept) is False
    assert (kept._kept.read, kept._kept.total) == (3, 3)


def test_how_far_it_is_is_said_in_cells() -> None:
    assert "3,200 of 10,040 cells" in str(FleetBeingReadError(3200, 10_040))
    assert "read: 10,040 cells" in str(FleetBeingReadError(0, 10_040))
    assert "of" not in str(FleetBeingReadError(0, 0)).partition(":")[2]


def test_whoever_keeps_the_process_tidy_is_told_after_each_load(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    told: list[str] = []
    kept = Overview(lambda: session, patience=60, fresh=0, loaded=lambda: told.append("loaded"))
    kept.view()
    kept.view()
    assert told == ["loaded"]
    session.renew()
    kept.view()
    assert told == ["loaded", "loaded"]


def test_no_cell_is_resolved_twice_for_the_first_view(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_fleet(tmp_path)
    real, resolved = resolving.resolve_cell, list[str]()

    def counting(source: CellSource, *others: Any) -> object:  # noqa: ANN401  as they come
        resolved.append(source.name)
        return real(source, *others)

    monkeypatch.setattr(resolving, "resolve_cell", counting)
    apply(session, NETWORK, APP)
    session.renew()
    (tmp_path / "defaults.yaml").write_text("stacks:\n  app:\n    size: 3\n")
    resolved.clear()
    kept = Overview(lambda: session, patience=60, fresh=0)
    assert kept.view().cells[ACME].state.value == "changed"
    assert sorted(resolved) == ["acme", "globex", "prod"]


def test_comparing_during_the_load_gives_what_comparing_afterwards_gives(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    apply(session, NETWORK, APP)
    fail(session, APP)
    write(tmp_path, {"defaults.yaml": "stacks: {app: {size: 3}}\n"})
    session.renew()
    during = DuringLoad(session)
    snapshot = session.snapshot(observer=during.observe)
    assert during.found is not None
    same(compare(session, snapshot, during), compare(session, snapshot))


def test_what_can_not_be_compared_during_the_load_is_left_for_later(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    apply(session, NETWORK, APP)
    write(tmp_path, {"stack/main.tf": 'variable "size" {'})
    session.renew()
    during = DuringLoad(session)
    snapshot = session.snapshot(observer=during.observe)
    same(compare(session, snapshot, during), compare(session, snapshot))


def test_the_ledger_is_given_while_the_files_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cellwright.app.session.repository import work_tree  # noqa: PLC0415  replaced below

    session = open_fleet(tmp_path)
    looking, go_on = threading.Event(), threading.Event()
    real = work_tree.mark_of

    def slow(*arguments: Any) -> object:  # noqa: ANN401  as they come
        looking.set()
        assert go_on.wait(60)
        return real(*arguments)

    monkeypatch.setattr(work_tree, "mark_of", slow)
    thread = threading.Thread(target=session.refresh)
    thread.start()
    assert looking.wait(60)
    asking = threading.Thread(target=session.ledger, daemon=True)
    asking.start()
    asking.join(30)
    assert not asking.is_alive()
    go_on.set()
    thread.join(60)
