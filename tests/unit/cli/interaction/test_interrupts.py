import os
import signal
from collections.abc import Iterator

import pytest

from cellwright.cli.interaction import interrupts
from cellwright.cli.interaction.interrupts import SignalInterrupts


@pytest.fixture
def heard() -> Iterator[tuple[SignalInterrupts, list[int]]]:
    said: list[int] = []
    with SignalInterrupts(said.append).listening() as found:
        yield found, said


def send(number: int) -> None:
    os.kill(os.getpid(), number)


def test_there_is_no_interrupt_at_first(heard: tuple[SignalInterrupts, list[int]]) -> None:
    found, said = heard
    assert (found.requested(), found.exit_code, said) == (0, None, [])


def test_the_first_interrupt_stops_and_the_second_kills(heard: tuple[SignalInterrupts, list[int]]) -> None:
    found, said = heard
    send(signal.SIGINT)
    assert found.requested() == 1
    send(signal.SIGINT)
    assert found.requested() == 2
    assert said == [1, 2]
    assert found.exit_code == 130


@pytest.mark.usefixtures("heard")
def test_the_third_interrupt_ends_this_process() -> None:
    send(signal.SIGINT)
    send(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        send(signal.SIGINT)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals_of_the_system_interrupt_too(
    heard: tuple[SignalInterrupts, list[int]], number: int, code: int
) -> None:
    found, _ = heard
    send(number)
    assert (found.requested(), found.exit_code) == (1, code)


def test_two_different_signals_count_as_one_interrupt(heard: tuple[SignalInterrupts, list[int]]) -> None:
    found, said = heard
    send(signal.SIGHUP)
    send(signal.SIGTERM)
    assert found.requested() == 1
    assert said == [1]


def test_the_handlers_are_restored() -> None:
    before = signal.getsignal(signal.SIGINT)
    with SignalInterrupts(lambda _: None).listening():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with SignalInterrupts(lambda _: None).listening() as found:
            send(signal.SIGHUP)
            assert found.requested() == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_interrupts_are_announced_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    interrupts.announce(1)
    interrupts.announce(2)
    first, second = capfd.readouterr().err.splitlines()
    assert first == "stopping after what runs; press Ctrl-C again to kill"
    assert second == "killing what runs"


def test_a_closed_standard_error_does_not_stop_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []

    def closed(_descriptor: int, data: bytes) -> int:
        written.append(data)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("os.write", closed)
    interrupts.announce(2)
    assert written == [b"killing what runs\n"]
