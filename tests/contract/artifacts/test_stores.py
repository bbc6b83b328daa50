"""One suite for every artifact store: a folder, whatever fsspec gets at, S3."""

import itertools
import stat
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fsspec import filesystem
from moto import mock_aws

from cellwright.artifacts.folder_store import FolderStore
from cellwright.artifacts.fsspec_store import FsspecStore
from cellwright.artifacts.log_parts import LogWriter, parts_of, read_log
from cellwright.artifacts.opening import open_store
from cellwright.artifacts.s3_store import S3Store
from cellwright.artifacts.store import ArtifactStore
from cellwright.model.diagnostic import DiagnosticError
from cellwright.web.aws import make_client
from patience import PATIENCE

_NUMBERS = itertools.count()
IDENTITY = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "us-east-1",
}


def folder(tmp_path: Path) -> Iterator[ArtifactStore]:
    yield open_store("kept/artifacts", tmp_path, {})


def memory(_: Path) -> Iterator[ArtifactStore]:
    yield open_store(f"memory://bucket{next(_NUMBERS)}/artifacts", Path("/"), {})
    filesystem("memory").store.clear()


def s3(_: Path) -> Iterator[ArtifactStore]:
    with mock_aws():
        make_client("s3", IDENTITY, seconds=5).create_bucket(Bucket="fleet")
        yield open_store("s3://fleet/some/artifacts", Path("/"), IDENTITY)


@pytest.fixture(params=[folder, memory, s3], ids=lambda make: make.__name__)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ArtifactStore]:
    make: Callable[[Path], Iterator[ArtifactStore]] = request.param
    yield from make(tmp_path)


def names(store: ArtifactStore, prefix: str) -> list[str]:
    return [item.name for item in store.list(prefix)]


def test_a_content_is_read_as_it_was_written(store: ArtifactStore) -> None:
    assert store.get("logs/a/b") is None
    store.put("logs/a/b", b"\0\xff text")
    assert store.get("logs/a/b") == b"\0\xff text"
    store.put("logs/a/b", b"")
    assert store.get("logs/a/b") == b""
    assert store.get("logs/a") is None
    assert store.get("logs/a/b/c") is None


def test_what_is_below_a_folder_is_listed_in_order(store: ArtifactStore) -> None:
    assert store.list("logs") == ()
    for name in ("logs/b/2", "logs/b/10", "logs/a/x/y", "logs-of-others/c", "plans/d"):
        store.put(name, b"123")
    assert names(store, "logs") == ["logs/a/x/y", "logs/b/10", "logs/b/2"]
    assert names(store, "logs/b") == ["logs/b/10", "logs/b/2"]
    assert names(store, "none/at/all") == []
    found = store.list("plans")[0]
    assert found.size == 3
    assert abs(found.modified - time.time()) < 60


def test_what_is_removed_is_gone_and_what_is_not_there_is_no_fault(store: ArtifactStore) -> None:
    for name in ("logs/a", "logs/b/c", "plans/d"):
        store.put(name, b"x")
    store.delete(["logs/a", "logs/b/c", "none", "logs/none"])
    assert names(store, "logs") == []
    assert names(store, "plans") == ["plans/d"]
    store.delete([])
    store.put("logs/b/c", b"again")
    assert store.get("logs/b/c") == b"again"


@pytest.mark.parametrize("name", ["", "/etc/x", "../x", "a/../../x", "a\0b", "a\\b"])
def test_no_name_leads_out(store: ArtifactStore, name: str) -> None:
    for use in (store.get, lambda name: store.put(name, b"x"), store.list, lambda name: store.delete([name])):
        with pytest.raises(ValueError, match="no name of an artifact"):
            use(name)


def test_many_write_at_once(store: ArtifactStore) -> None:
    def write(number: int) -> None:
        name = f"logs/{number % 3}/{number}"
        store.put(name, str(number).encode())
        if number % 2:
            store.delete([name])

    with ThreadPoolExecutor(8) as threads:
        for work in [threads.submit(write, number) for number in range(24)]:
            work.result(PATIENCE)
    assert len(names(store, "logs")) == 12


def test_a_log_grows_by_parts_also_of_several_processes(store: ArtifactStore) -> None:
    first, second = (LogWriter(store, "run-1", "client/acme/app") for _ in range(2))
    for writer, text in ((first, b"one\n"), (first, b"two\n"), (second, b"three\n"), (second, b"four\n")):
        writer.append(text)
        time.sleep(0.003)
    LogWriter(store, "run-1", "client/acme/app2").append(b"another unit's\n")
    LogWriter(store, "run-10", "client/acme/app").append(b"another run's\n")
    assert b"".join(read_log(store, "run-1", "client/acme/app")) == b"one\ntwo\nthree\nfour\n"
    assert len(parts_of(store, "run-1", "client/acme/app")) == 4
    assert list(read_log(store, "run-2", "client/acme/app")) == []


def test_a_log_is_in_order_however_quickly_it_grows(store: ArtifactStore) -> None:
    writer = LogWriter(store, "run-1", "client/acme/app")
    for number in range(20):
        writer.append(b"%d\n" % number)
    found = b"".join(read_log(store, "run-1", "client/acme/app")).split()
    assert found == [b"%d" % number for number in range(20)]


def test_a_folder_is_closed_to_others(tmp_path: Path) -> None:
    FolderStore(tmp_path / "kept").put("logs/a", b"x")
    for path in (tmp_path / "kept", tmp_path / "kept/logs", tmp_path / "kept/logs/a"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: FolderStore(path / "file"), "can't be written"),
        (lambda _: FsspecStore("none-such://ada:secret@host/x"), "none-such://host/x can't be written"),
        (lambda _: FsspecStore("gs://bucket/x"), "install the library for it"),
        (lambda _: S3Store("none-such", "x", IDENTITY), "s3://none-such/x can't be written"),
    ],
)
def test_a_store_that_can_not_be_used(
    make: Callable[[Path], ArtifactStore], told: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    with mock_aws(), pytest.raises(DiagnosticError, match=told) as caught:
        make(tmp_path).put("logs/a", b"x")
    assert "secret" not in str(caught.value)


def test_where_a_store_lies(tmp_path: Path) -> None:
    assert open_store("kept", tmp_path, {}).address == str(tmp_path / "kept")
    assert open_store("/kept", tmp_path, {}).address == "/kept"
    assert open_store("file:///kept", tmp_path, {}).address == "/kept"
    assert open_store("s3://bucket/a/", tmp_path, {}).address == "s3://bucket/a"
    assert open_store("gs://bucket/a", tmp_path, {}).address == "gs://bucket/a"
