"""Two fleets in one process, each with two threads at work: neither sees anything of the other."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from cellwright.app.fleet.check import check
from cellwright.app.history.events import EventsRequest, events, verify
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.app.status.status import StatusRequest, status
from patience import PATIENCE
from unit.app.kit import NOBODY, make_fleet

ROUNDS = 10
THREADS = 2
CELLS = {"one": ("acme",), "two": ("globex", "initech")}


def work(name: str, session: FleetSession, together: Barrier, thread: int) -> set[str]:
    """Look at the fleet and write into its ledger, again and again; gives the cells that were seen."""
    seen: set[str] = set()
    for number in range(ROUNDS):
        together.wait(PATIENCE)
        session.refresh()
        assert not check(session)
        found = status(session, StatusRequest())
        assert found.fleet == name
        seen |= {item.address.cell for item in found.units}
        ledger = session.open(writing=True).ledger
        ledger.recorder.append_event(f"{name}-{thread}", "test.looked", name, str(number))
    return seen


def make(root: Path, name: str) -> FleetSession:
    make_fleet(root / name, **dict.fromkeys(CELLS[name], "{}\n"))
    settings = root / name / "fleet.yaml"
    settings.write_text(settings.read_text().replace("fleet: trial", f"fleet: {name}"))
    return FleetSession(Location(fleet=root / name, environment=NOBODY))


def test_two_fleets_with_two_threads_each_are_independent(tmp_path: Path) -> None:
    together = Barrier(len(CELLS) * THREADS)
    with make(tmp_path, "one") as one, make(tmp_path, "two") as two, ThreadPoolExecutor() as pool:
        sessions = {"one": one, "two": two}
        working = [
            (name, pool.submit(work, name, session, together, thread))
            for name, session in sessions.items()
            for thread in range(THREADS)
        ]
        for name, done in working:
            assert done.result(120) == set(CELLS[name])
        for name, session in sessions.items():
            looked = [item for item in events(session, EventsRequest()) if item.action == "test.looked"]
            assert {item.subject for item in looked} == {name}
            assert len(looked) == ROUNDS * THREADS
            assert {item.actor for item in looked} == {f"{name}-{thread}" for thread in range(THREADS)}
            assert verify(session).fault is None
    assert (tmp_path / "one/.cellwright/key").read_text() != (tmp_path / "two/.cellwright/key").read_text()
