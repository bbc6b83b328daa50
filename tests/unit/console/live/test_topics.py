"""A topic's stream: one look for all who follow it, and nothing is sent while there is no news."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cellwright.console.live import topic_hub
from cellwright.console.live.topic_hub import WatchedTopic, follow_topic
from cellwright.console.live.topics import Followed, Topic, followed, mark_of
from cellwright.console.live.watching import Watches
from cellwright.console.services import Services
from cellwright.ledger.leases import Holder
from cellwright.ledger.queue.workers import Worker
from cellwright.ledger.run_state import UnitState
from cellwright.model.diagnostic import DiagnosticError, error
from unit.app.overview.seeds import RUN, ledger_of, start, unit
from unit.console.kit import browser, make_services
from unit.console.pages.kit import current

SOON = 0.001


@dataclass
class Fleet:
    """What can be followed."""

    mark: str = "one"
    looks: int = 0
    fault: Exception | None = None
    hub: Watches[Topic, WatchedTopic] = field(default_factory=lambda: Watches(longest=10.0))

    def look(self) -> str:
        self.looks += 1
        if self.fault is not None:
            raise self.fault
        return self.mark

    def follow(self, known: str = "", allowed: Callable[[], bool] = lambda: True) -> AsyncGenerator[bytes]:
        return follow_topic(
            self.hub.watching(Topic.FLEET, lambda: WatchedTopic(self.look, SOON)), known, allowed
        )


async def _next(stream: AsyncGenerator[bytes]) -> str:
    return (await asyncio.wait_for(anext(stream), 60)).decode()


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110  what is waited for knows of no event
            await asyncio.sleep(SOON)


def test_who_knows_the_newest_hears_nothing_until_there_is_news() -> None:
    async def check() -> None:
        fleet = Fleet()
        async with aclosing(fleet.follow(known="one")) as stream:
            assert "retry: 1000" in await _next(stream)
            waiting = asyncio.ensure_future(_next(stream))
            await _until(lambda: fleet.looks > 5)
            assert not waiting.done()
            fleet.mark = "two"
            assert await waiting == "event: news\ndata: two\nid: two\n\n"

    asyncio.run(check())


def test_who_was_away_is_told_at_once() -> None:
    async def check() -> None:
        async with aclosing(Fleet().follow(known="of an earlier server")) as stream:
            await _next(stream)
            assert "id: one" in await _next(stream)

    asyncio.run(check())


def test_what_comes_while_news_are_sent_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topic_hub, "CHECKED_AGAIN", 10 * 60.0)  # whoever overlooks it waits for half of that

    async def check() -> None:
        fleet = Fleet()
        async with aclosing(fleet.follow()) as stream:
            await _next(stream)
            assert "id: one" in await _next(stream)
            before, fleet.mark = fleet.looks, "two"
            await _until(lambda: fleet.looks > before + 2)  # the browser has not asked for more yet
            assert "id: two" in await _next(stream)

    asyncio.run(check())


def test_a_hundred_followers_cost_the_looks_of_one_and_without_them_nobody_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(topic_hub, "SPREAD", 0.0)

    async def check() -> None:
        fleet = Fleet()
        streams = [fleet.follow() for _ in range(100)]
        for stream in streams:
            await _next(stream)
        assert await asyncio.gather(*map(_next, streams)) == ["event: news\ndata: one\nid: one\n\n"] * 100
        assert fleet.looks <= 5
        assert fleet.hub.watched == (Topic.FLEET,)
        for stream in streams:
            await stream.aclose()
        assert not fleet.hub.watched

    asyncio.run(check())


def test_many_followers_are_told_one_after_another_and_a_server_that_stops_waits_for_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(topic_hub, "SPREAD", 1_000.0)

    async def check() -> None:
        fleet = Fleet()
        streams = [fleet.follow() for _ in range(5)]
        for stream in streams:
            await _next(stream)
        told = [asyncio.ensure_future(_next(stream)) for stream in streams]
        await _until(lambda: fleet.looks > 3)
        assert not any(item.done() for item in told)
        fleet.hub.end()
        await asyncio.wait_for(asyncio.gather(*told), 60)

    asyncio.run(check())


@pytest.mark.parametrize(
    "fault", [DiagnosticError(error("the ledger is away")), ValueError("a fault of ours")]
)
def test_whatever_fails_in_one_look_the_next_one_is_made(fault: Exception) -> None:
    async def check() -> None:
        fleet = Fleet(fault=fault)
        async with aclosing(fleet.follow()) as stream:
            await _next(stream)
            waiting = asyncio.ensure_future(_next(stream))
            await _until(lambda: fleet.looks > 2)
            fleet.fault = None
            assert "id: one" in await waiting

    asyncio.run(check())


def test_a_stream_ends_with_its_session_and_with_its_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topic_hub, "CHECKED_AGAIN", SOON)

    async def check() -> None:
        fleet = Fleet()
        ended = [part async for part in fleet.follow(known="one", allowed=lambda: False)]
        assert ended[-1].startswith(b"event: closed")
        stream = fleet.follow(known="one")
        await _next(stream)
        fleet.hub.end()
        assert [part async for part in stream] == []

    asyncio.run(check())


def test_a_mark_is_another_one_as_soon_as_its_pages_are(tmp_path: Path) -> None:
    services = make_services(tmp_path, acme="{}\n")
    current(services)
    with services.session:
        ledger = ledger_of(services.session)
        marks = [_marks(services)]
        assert _marks(services) == marks[0]
        start(ledger, "client/acme/app")
        marks.append(_marks(services))
        assert marks[1]["runs"] != marks[0]["runs"]
        ledger.recorder.enter(RUN, unit("client/acme/app"), UnitState.PLANNING)
        marks.append(_marks(services))
        assert marks[2]["fleet"] != marks[1]["fleet"]
        process = Holder("host", 7, "boot", "")
        worker = Worker(id="one", kind="worker", process=process, labels={}, parallel=4)
        ledger.workers.register(worker)
        marks.append(_marks(services))
        assert marks[3] == {**marks[2], "workers": marks[3]["workers"]}
        assert marks[3]["workers"] != marks[2]["workers"]
        ledger.workers.beat("one")
        assert _marks(services) == marks[3], "that it still lives is no news"


def test_strangers_and_unknown_topics_get_no_stream(tmp_path: Path) -> None:
    services = make_services(tmp_path)
    with services.session:
        assert browser(services).get("/live/nothing").status_code == 404
        assert browser(services, signed_in=False).get("/live/fleet").status_code == 303


def _marks(services: Services) -> dict[str, str]:
    return {topic.value: mark_of(services, topic) for topic in Topic}


def test_a_page_of_the_ledger_alone_waits_for_no_fleet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = make_services(tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise DiagnosticError(error("fleet.yaml can't be read"))

    assert followed(services, Topic.RUNS).mark != ""
    monkeypatch.setattr(type(services.overview), "view", refuse)
    assert followed(services, Topic.RUNS) == Followed(Topic.RUNS, "")
    monkeypatch.setattr(type(services.overview), "being_read", True)
    assert followed(services, Topic.FLEET) == Followed(Topic.FLEET, "")
