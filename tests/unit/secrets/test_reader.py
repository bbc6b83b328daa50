"""Each secret is asked for once, and a source that fails as a whole only once at all."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from cellwright.model.settings.secret_settings import SecretSettings
from cellwright.model.value import SecretReference
from cellwright.secrets.reader import SecretReader
from cellwright.secrets.source import Content, SecretFault
from patience import PATIENCE

PLACE = Position("defaults.yaml", 4, 7)


@dataclass
class Store:
    """A source in memory; counts what it is asked."""

    kept: dict[str, Content] = field(default_factory=dict)
    down: bool = False
    asked: list[str] = field(default_factory=list)
    opened: int = 0
    meeting: Barrier | None = None
    """Reading goes on once so many threads are at it."""

    def open(self, _settings: SecretSettings) -> "Store":
        self.opened += 1
        return self

    def read(self, name: str) -> Content:
        self.asked.append(name)
        if self.meeting is not None:
            self.meeting.wait()
        if name not in self.kept:
            raise SecretFault("there is none", "store it", down=self.down)
        return self.kept[name]


def reader(store: Store) -> SecretReader:
    declared = {"it": SecretSettings(name="it", type="vault", position=PLACE)}
    return SecretReader(declared, store.open)


def test_each_is_read_once_by_all_threads() -> None:
    store = Store({"db": {"user": "app", "password": "hunter2"}})
    found = reader(store)
    references = [SecretReference("it", "db", (step,)) for step in ("user", "password")] * 20
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(found.value, references)) == {"app", "hunter2"}
    assert (store.asked, store.opened) == (["db"], 1)
    assert "hunter2" not in repr(found), "nobody logs it by mistake"


def test_different_ones_are_read_at_the_same_time() -> None:
    store = Store({"a": b"x", "b": b"y"}, meeting=Barrier(2, timeout=PATIENCE))
    found = reader(store)
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(found.value, [SecretReference("it", name) for name in "ab"])) == ["x", "y"]
    assert store.opened == 1


def test_a_failure_is_told_to_each_with_its_place() -> None:
    store = Store({"b": b"x"})
    found = reader(store)
    for _ in range(2):
        with pytest.raises(DiagnosticError) as caught:
            found.value(SecretReference("it", "a"), PLACE)
        assert str(caught.value) == (
            "defaults.yaml:4:7: error: secret.it.a can't be read: there is none; store it"
        )
    assert found.value(SecretReference("it", "b")) == "x"
    assert store.asked == ["a", "b"]


def test_a_source_that_is_down_is_asked_once() -> None:
    store = Store(down=True)
    found = reader(store)
    for name in ("a", "b", "a"):
        with pytest.raises(DiagnosticError, match="there is none"):
            found.value(SecretReference("it", name))
    assert store.asked == ["a"]


@pytest.mark.parametrize(
    ("source", "advice"), [("its", "did you mean 'it'"), ("else", "known: it"), ("", "known: it")]
)
def test_a_source_that_is_not_declared(source: str, advice: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        reader(Store()).value(SecretReference(source, "a"))
    assert f"declares no source of secrets '{source}'; {advice}" in str(caught.value)


def test_without_any_source_it_is_said_where_to_declare_one() -> None:
    with pytest.raises(DiagnosticError, match="declare it, below `secrets`"):
        SecretReader().value(SecretReference("it", "a"))


@pytest.mark.parametrize(
    ("content", "steps", "why"),
    [
        ({"a": None}, ("a",), "it is empty"),
        ({"a": ""}, ("a",), "it is empty"),
        ({"a": {}}, ("a",), "it is empty"),
        ({}, (), "it is empty"),
        ({"a": "x\0y"}, ("a",), "it holds a zero byte"),
        ({"a": "x\0y"}, (), "it holds a zero byte"),
        (b"x\0y", (), "it holds a zero byte"),
        ({"a": "\ud800"}, ("a",), "it is no text in UTF-8"),
        ({"a": "x" * 70_000}, (), "it has more than 65,536 bytes"),
        ({"a": [1]}, ("a", "1"), "'a' of it has no part '1'"),
        ({"a": 5}, ("a", "b"), "'a' of it has no part 'b'"),
        (b"[" * 60_000, ("a",), "it is no JSON"),
    ],
)
def test_what_can_not_be_given_to_terraform(content: Content, steps: tuple[str, ...], why: str) -> None:
    with pytest.raises(DiagnosticError, match=why):
        reader(Store({"s": content})).value(SecretReference("it", "s", steps))
