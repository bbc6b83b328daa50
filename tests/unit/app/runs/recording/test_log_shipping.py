"""Logs are copied into the store while they grow; a store that fails fails no run."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cellwright.app.runs.recording import log_shipping
from cellwright.app.runs.recording.log_shipping import LogShipping
from cellwright.artifacts.folder_store import FolderStore
from cellwright.artifacts.log_parts import parts_of, read_log
from cellwright.artifacts.store import Artifact
from cellwright.engine.adapter.logs import log_path
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.progress import Phase, PhaseEntered, Progress, ProgressEvent, UnitFinished, unit_of
from cellwright.model.runs.run import Outcome, UnitResult
from patience import PATIENCE

APP = UnitAddress("client", "acme", "app")
RUN = "run-1"


def event(progress: Progress) -> ProgressEvent:
    return ProgressEvent(run=RUN, unit=unit_of(progress), time="", sequence=1, progress=progress)


BEGUN = event(PhaseEntered(APP, Phase.PREPARING))
ENDED = event(UnitFinished(UnitResult(APP, Outcome.APPLIED)))


@dataclass(slots=True)
class Store:
    """A folder; fails as often as it has faults."""

    inner: FolderStore
    faults: list[DiagnosticError] = field(default_factory=list)
    late: list[DiagnosticError] = field(default_factory=list)
    """Faults after something was written: the answer was lost."""
    written: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return "the store"

    def put(self, name: str, content: bytes) -> None:
        if self.faults:
            raise self.faults.pop()
        self.inner.put(name, content)
        if self.late:
            raise self.late.pop()
        self.written.set()

    def get(self, name: str) -> bytes | None:
        return self.inner.get(name)

    def list(self, prefix: str) -> tuple[Artifact, ...]:
        return self.inner.list(prefix)

    def delete(self, names: Iterable[str]) -> None:
        self.inner.delete(names)

    @property
    def text(self) -> bytes:
        return b"".join(read_log(self.inner, RUN, str(APP)))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(FolderStore(tmp_path / "store"))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = log_path(tmp_path / "logs", RUN, APP)
    path.parent.mkdir(parents=True)
    return path


def add(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_what_is_added_is_copied_while_the_run_goes_on(store: Store, log: Path, tmp_path: Path) -> None:
    with LogShipping(store, tmp_path / "logs", RUN, seconds=0.01) as shipping:
        shipping.report(BEGUN)
        add(log, "one\n")
        assert store.written.wait(PATIENCE)
        store.written.clear()
        assert store.text == b"one\n"
        add(log, "two\n")
        assert store.written.wait(PATIENCE)
        assert store.text == b"one\ntwo\n"
        shipping.report(ENDED)


def test_all_is_there_at_the_end(store: Store, log: Path, tmp_path: Path) -> None:
    with LogShipping(store, tmp_path / "logs", RUN, seconds=60) as shipping:
        shipping.report(BEGUN)
        add(log, "one\ntwo\n")
        shipping.report(ENDED)
    assert store.text == b"one\ntwo\n"
    assert len(parts_of(store.inner, RUN, str(APP))) == 1


def test_a_part_whose_answer_was_lost_is_written_again_in_its_place(
    store: Store, log: Path, tmp_path: Path
) -> None:
    store.late += [DiagnosticError(error("it took too long"))] * 2
    with LogShipping(store, tmp_path / "logs", RUN, seconds=0.01) as shipping:
        shipping.report(BEGUN)
        add(log, "one\n")
        assert store.written.wait(PATIENCE)
        add(log, "two\n")
        shipping.report(ENDED)
    assert store.text == b"one\ntwo\n"


def test_a_unit_without_a_log_leaves_none(store: Store, tmp_path: Path) -> None:
    with LogShipping(store, tmp_path / "logs", RUN, seconds=60) as shipping:
        shipping.report(BEGUN)
        shipping.report(ENDED)
    assert store.list("logs") == ()


def test_a_large_log_is_copied_in_parts(
    store: Store, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_shipping, "_LARGEST_PART", 3)
    with LogShipping(store, tmp_path / "logs", RUN, seconds=60) as shipping:
        shipping.report(BEGUN)
        add(log, "12345678")
    assert [item.size for item in parts_of(store.inner, RUN, str(APP))] == [3, 3, 2]
    assert store.text == b"12345678"


def test_another_process_of_this_machine_goes_on_where_the_first_one_was_killed(
    store: Store, log: Path, tmp_path: Path
) -> None:
    with LogShipping(store, tmp_path / "logs", RUN, seconds=60) as shipping:
        shipping.report(BEGUN)
        add(log, "one\n")
    add(log, "two, not copied by the first\n")
    with LogShipping(store, tmp_path / "logs", RUN, seconds=60) as shipping:
        shipping.report(BEGUN)
        add(log, "three\n")
    assert store.text == log.read_bytes()


def test_another_machine_adds_its_own(store: Store, log: Path, tmp_path: Path) -> None:
    elsewhere = log_path(tmp_path / "other", RUN, APP)
    elsewhere.parent.mkdir(parents=True)
    for logs, path, text in ((tmp_path / "logs", log, "one\n"), (tmp_path / "other", elsewhere, "two\n")):
        with LogShipping(store, logs, RUN, seconds=60) as shipping:
            shipping.report(BEGUN)
            add(path, text)
    assert store.text == b"one\ntwo\n"


def test_a_store_that_fails_is_told_once_and_tried_again(store: Store, log: Path, tmp_path: Path) -> None:
    told: list[str] = []
    store.faults = [DiagnosticError(error("no store", "start it"))] * 3
    with LogShipping(store, tmp_path / "logs", RUN, notice=told.append, seconds=0.01) as shipping:
        shipping.report(BEGUN)
        add(log, "one\n")
        shipping.report(ENDED)
        assert store.written.wait(PATIENCE)
    assert store.text == b"one\n"
    assert told == ["logs can't be copied to the store: error: no store; start it"]


def test_a_store_that_is_gone_fails_no_run(store: Store, log: Path, tmp_path: Path) -> None:
    store.faults = [DiagnosticError(error("no store", "start it"))] * 1000
    add(log, "one\n")
    with LogShipping(store, tmp_path / "logs", RUN, seconds=60) as shipping:
        shipping.report(BEGUN)
    assert store.text == b""
