"""One contract for every source of secrets, each with the real thing or a stand-in that says so."""

import os
from collections.abc import Iterator

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from cellwright.model.value import Json, SecretReference
from cellwright.sandbox.process import Sandbox
from cellwright.secrets.opening import reader_of
from cellwright.secrets.source import LIMIT
from contract.secrets.benches import BENCHES, SecretBench

PLACE = Position("clients/acme.yaml", 3, 14)
CANARY = "canary-hunter2"


@pytest.fixture(name="bench", params=BENCHES, scope="module")
def bench_fixture(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SecretBench]:
    """A source with nothing in it."""

    def sandbox() -> Sandbox:
        found: Sandbox = request.getfixturevalue("running")
        return found

    with request.param(tmp_path_factory.mktemp("source"), sandbox) as bench:
        yield bench


def read(bench: SecretBench, name: str, *field: str) -> Json:
    """Read with a reader of its own, as a later run does."""
    reader = reader_of({"it": bench.settings}, bench.root, bench.environment)
    return reader.value(SecretReference("it", name, bench.key(field)), PLACE)


def refused(bench: SecretBench, name: str, *field: str) -> str:
    with pytest.raises(DiagnosticError) as caught:
        read(bench, name, *field)
    (found,) = caught.value.diagnostics
    reference = SecretReference("it", name, bench.key(field))
    assert str(found).startswith(f"clients/acme.yaml:3:14: error: {reference} can't be read: ")
    assert found.detail, "it is said what to do"
    assert CANARY not in str(found)
    assert caught.value.__cause__ is None
    return found.summary.partition("can't be read: ")[2]


def test_a_text_comes_as_it_was_stored(bench: SecretBench) -> None:
    for number, text in enumerate(("hunter2", 'pä$$ ${x} "q" \\ \'', "two\nlines")):
        bench.put(bench.name(f"text{number}"), text)
        assert read(bench, bench.name(f"text{number}")) == text


def test_a_json_document_has_fields_with_their_types(bench: SecretBench) -> None:
    bench.put(
        bench.name("document"), '{"user": "app", "port": 5432, "hosts": ["a", "b"], "tls": {"on": true}}'
    )
    name = bench.name("document")
    assert read(bench, name, "user") == "app"
    assert read(bench, name, "port") == 5432
    assert read(bench, name, "hosts", "1") == "b"
    assert read(bench, name, "tls", "on") is True
    assert read(bench, name, "tls") == {"on": True}


def test_a_later_run_sees_another_secret_and_the_same_run_does_not(bench: SecretBench) -> None:
    name = bench.name("rotated")
    bench.put(name, "first")
    reader = reader_of({"it": bench.settings}, bench.root, bench.environment)
    reference = SecretReference("it", name, bench.key(()))
    assert reader.value(reference) == "first"
    bench.put(name, "second")
    assert reader.value(reference) == "first"
    assert read(bench, name) == "second"


def test_what_is_not_there(bench: SecretBench) -> None:
    bench.put(bench.name("there"), "x")
    assert refused(bench, bench.name("absent"))


def test_a_field_that_is_not_there_or_of_no_document(bench: SecretBench) -> None:
    bench.put(bench.name("fields"), f'{{"user": "{CANARY}"}}')
    bench.put(bench.name("deep"), f'{{"user": "{CANARY}"}}')
    bench.put(bench.name("plain"), CANARY)
    assert "has no key 'password'" in refused(bench, bench.name("fields"), "password")
    assert "user' of it is no JSON" in refused(bench, bench.name("deep"), "user", "x")
    assert "JSON" in refused(bench, bench.name("plain"), "user")


@pytest.mark.parametrize("text", ["", CANARY + "x" * LIMIT])
def test_an_empty_secret_and_a_huge_one_are_refused(bench: SecretBench, text: str) -> None:
    name = bench.name("empty" if not text else "huge")
    if not bench.can_hold(text):
        pytest.skip(f"{bench.settings.type} keeps no such secret")
    bench.put(name, text)
    assert ("it is empty" if not text else "bytes") in refused(bench, name)


def test_bytes_that_are_no_text_are_refused(bench: SecretBench) -> None:
    if not bench.can_hold(b"\xff\xfe"):
        pytest.skip(f"{bench.settings.type} keeps texts only")
    bench.put(bench.name("bytes"), b"\xff\xfe" + CANARY.encode())
    assert "no text in UTF-8" in refused(bench, bench.name("bytes"))


def test_without_leave_it_says_so(bench: SecretBench) -> None:
    bench.put(bench.name("closed"), CANARY)
    if bench.settings.type == "file" and os.geteuid() == 0:
        pytest.skip("nothing is closed to root")
    if not bench.close(bench.name("closed")):
        pytest.skip(f"what is there in {bench.settings.type} may be read")
    assert refused(bench, bench.name("closed"))


def test_a_source_that_does_not_answer_is_asked_once(bench: SecretBench) -> None:
    silent = bench.silent()
    if silent is None:
        pytest.skip(f"{bench.settings.type} has nothing to wait for")
    reader = reader_of({"it": silent}, bench.root, bench.environment)
    for name in ("one", "two"):
        with pytest.raises(DiagnosticError) as caught:
            reader.value(SecretReference("it", bench.name(name)))
        assert "secret.it." in str(caught.value)
    assert bench.asked_when_silent() <= 2
