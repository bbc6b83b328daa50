"""A run's stream: one look at the ledger for all who watch, each told of what they have not seen."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cellwright.app.overview.runs.run_feed import RunFeed
from cellwright.app.session.session import FleetSession
from cellwright.console.live import run_stream
from cellwright.console.live.hub import WatchedRun
from cellwright.console.live.run_frames import RunFrames
from cellwright.console.live.run_stream import follow_run
from cellwright.console.live.unit_stream import FollowedLog, follow_unit
from cellwright.console.live.watching import Watches
from cellwright.console.rendering import Pages
from cellwright.console.runs.ids import row_id
from cellwright.engine.adapter.logs import log_path
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.runs.progress import (
    Phase,
    PhaseEntered,
    Progress,
    ProgressEvent,
    ResourceProgress,
    UnitFinished,
)
from cellwright.model.runs.run import Outcome, UnitResult
from unit.app.kit import make_fleet, open_session
from unit.app.overview.seeds import RUN, end, ledger_of, start, unit

ACME, GLOBEX = "client/acme/app", "client/globex/app"
APP, OTHER = unit(ACME), unit(GLOBEX)
SOON = 0.01


def always() -> bool:
    return True


class Counted(RunFrames):
    """Counts how often a frame is rendered."""

    def __init__(self, session: FleetSession, pages: Pages) -> None:
        super().__init__(session, pages, RUN)
        self.rendered: list[int] = []

    def render(self, feed: RunFeed, version: int, event: int | None = None) -> str:
        self.rendered.append(version)
        return super().render(feed, version, event)


@dataclass
class Console:
    """A console without any browser."""

    session: FleetSession
    hub: Watches[str, WatchedRun] = field(default_factory=lambda: Watches(longest=5.0))
    pages: Pages = field(default_factory=lambda: Pages(()))
    looks: int = 0

    def __post_init__(self) -> None:
        self.frames = Counted(self.session, self.pages)

    def watch(
        self, known: str = "", allowed: Callable[[], bool] = always, audience: str = "everything"
    ) -> AsyncGenerator[bytes, None]:
        return follow_run(
            self.hub.watching(RUN, self.watched),
            self.frames,
            audience=audience,
            known=known,
            still_allowed=allowed,
        )

    def watch_unit(
        self, known: str = "", allowed: Callable[[], bool] = always
    ) -> AsyncGenerator[bytes, None]:
        log = FollowedLog(self.session, RUN, APP, self.pages)
        watching = self.hub.watching(RUN, self.watched)
        return follow_unit(watching, log, known=known, still_allowed=allowed)

    def watched(self) -> WatchedRun:
        self.looks += 1
        return WatchedRun(RunFeed(self.session, RUN), SOON, SOON)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    make_fleet(tmp_path, acme="{}\n", globex="{}\n")
    with open_session(tmp_path) as opened:
        yield opened


@pytest.fixture
def ledger(session: FleetSession) -> Ledger:
    opened = ledger_of(session)
    start(opened, ACME, GLOBEX)
    return opened


def tell(ledger: Ledger, *progress: Progress) -> None:
    time = "2026-11-22T21:48:13.000000+00:00"
    events = [
        ProgressEvent(run=RUN, unit=APP, time=time, sequence=number, progress=item)
        for number, item in enumerate(progress, 1)
    ]
    ledger.progress.record(events)


async def next_frame(stream: AsyncGenerator[bytes, None]) -> tuple[str, str]:
    """Give the next event that is one, and its id."""
    while True:
        text = (await asyncio.wait_for(anext(stream), 20)).decode()
        fields = [line.partition(": ") for line in text.splitlines()]
        if any(name in ("data", "event") for name, _, _ in fields):
            number = next((value for name, _, value in fields if name == "id"), "")
            return "\n".join(value for name, _, value in fields if name in ("data", "event")), number


def target(row: str) -> str:
    return f'hx-target="#{row_id(unit(row))}"'


def test_whoever_comes_is_told_where_the_run_stands(session: FleetSession, ledger: Ledger) -> None:
    tell(ledger, PhaseEntered(APP, Phase.APPLYING), ResourceProgress(APP, "aws_x.a", "create", "started"))

    async def watch() -> str:
        async with aclosing(Console(session).watch()) as stream:
            return (await next_frame(stream))[0]

    frame = asyncio.run(watch())
    for part in ("run-state", "run-actions", "run-waves", "run-attention"):
        assert f'hx-target="#{part}"' in frame
    assert target(ACME) in frame
    assert "aws_x.a" in frame
    assert target(GLOBEX) not in frame


def test_whatever_fails_in_one_look_the_next_one_is_made(
    session: FleetSession, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    console, advance, faults = Console(session), RunFeed.advance, [ValueError("a fault of ours")]

    def sometimes(feed: RunFeed) -> bool:
        if faults:
            raise faults.pop()
        return advance(feed)

    monkeypatch.setattr(RunFeed, "advance", sometimes)

    async def watch() -> str:
        async with aclosing(console.watch()) as stream:
            return (await next_frame(stream))[0]

    assert "run-state" in asyncio.run(watch())
    assert not faults
    assert ledger.reader.summary(RUN) is not None


def test_only_what_has_changed_since_is_told(session: FleetSession, ledger: Ledger) -> None:
    async def watch() -> list[tuple[str, str]]:
        async with aclosing(Console(session).watch()) as stream:
            first = await next_frame(stream)
            ledger.recorder.enter(RUN, OTHER, UnitState.PLANNING)
            return [first, await next_frame(stream)]

    (_, first), (frame, second) = asyncio.run(watch())
    assert target(GLOBEX) in frame
    assert target(ACME) not in frame
    assert (first[-2:], second[-2:]) == ("-1", "-2")


def test_who_comes_back_is_told_of_what_they_missed(session: FleetSession, ledger: Ledger) -> None:
    async def watch() -> tuple[str, str]:
        console = Console(session)
        async with aclosing(console.watch()) as other, aclosing(console.watch()) as gone:
            await next_frame(other)
            _, seen = await next_frame(gone)
            await gone.aclose()
            ledger.recorder.enter(RUN, OTHER, UnitState.PLANNING)
            await next_frame(other)
            async with aclosing(console.watch(known=seen)) as back:
                return (await next_frame(back))[0], seen

    frame, _ = asyncio.run(watch())
    assert target(GLOBEX) in frame


def test_after_a_restart_of_the_server_a_page_is_told_of_the_whole_run(
    session: FleetSession, ledger: Ledger
) -> None:
    tell(ledger, PhaseEntered(APP, Phase.PLANNING))

    async def watch() -> str:
        async with aclosing(Console(session).watch(known="0badcafe-17")) as stream:
            return (await next_frame(stream))[0]

    frame = asyncio.run(watch())
    assert 'hx-target="#run-graph"' in frame
    assert target(ACME) in frame


def test_what_ended_while_the_page_was_made_is_told(session: FleetSession, ledger: Ledger) -> None:
    tell(ledger, PhaseEntered(APP, Phase.PLANNING))
    newest = ledger.progress.newest()
    end(ledger, ACME, Outcome.APPLIED)
    tell(ledger, UnitFinished(UnitResult(APP, Outcome.APPLIED)))

    async def watch(known: str) -> str:
        async with aclosing(Console(session).watch(known=known)) as stream:
            return (await next_frame(stream))[0]

    assert target(ACME) in asyncio.run(watch(f"event-{newest}"))
    assert target(ACME) not in asyncio.run(watch(f"event-{ledger.progress.newest()}"))


def test_a_hundred_watchers_cost_one_look_and_one_rendering(session: FleetSession, ledger: Ledger) -> None:
    console = Console(session)

    async def watch() -> int:
        streams = [console.watch() for _ in range(100)]
        await asyncio.gather(*map(next_frame, streams))
        before = len(console.frames.rendered)
        ledger.recorder.enter(RUN, OTHER, UnitState.PLANNING)
        frames = await asyncio.gather(*map(next_frame, streams))
        for stream in streams:
            await stream.aclose()
        assert len({frame for frame, _ in frames}) == 1
        return before

    assert asyncio.run(watch()) == 1
    assert console.frames.rendered == [0, 1]
    assert console.looks == 1


def test_who_may_see_other_cells_shares_no_frame(session: FleetSession, ledger: Ledger) -> None:
    console = Console(session)
    assert ledger.reader.run(RUN)

    async def watch() -> None:
        async with aclosing(console.watch()) as one, aclosing(console.watch(audience="of grace")) as other:
            await next_frame(one)
            await next_frame(other)

    asyncio.run(watch())
    assert console.frames.rendered == [0, 0]


def test_a_run_that_nobody_watches_is_not_asked_for(session: FleetSession, ledger: Ledger) -> None:
    console = Console(session)
    assert ledger.reader.run(RUN)

    async def watch() -> int:
        async with aclosing(console.watch()) as stream:
            await next_frame(stream)
        await asyncio.sleep(SOON)
        return len(asyncio.all_tasks())

    assert asyncio.run(watch()) == 1
    assert console.hub.watched == ()


def test_a_stream_ends_with_its_session(
    session: FleetSession, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_stream, "CHECKED_AGAIN", SOON)
    assert ledger.reader.run(RUN)

    async def watch() -> list[str]:
        stream = Console(session).watch(allowed=lambda: False)
        return [item.decode() async for item in stream]

    assert asyncio.run(watch())[-1].startswith("event: closed")


def test_streams_end_when_the_server_stops(session: FleetSession, ledger: Ledger) -> None:
    assert ledger.reader.run(RUN)

    async def watch() -> bool:
        console = Console(session)
        stream = console.watch()
        await next_frame(stream)
        console.hub.end()
        return [item async for item in stream] == []

    assert asyncio.run(watch())


def test_too_much_at_once_asks_for_the_page_to_be_loaded_again(
    session: FleetSession, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cellwright.console.live.run_frames.MOST_ROWS", 0)

    async def watch() -> str:
        async with aclosing(Console(session).watch()) as stream:
            await next_frame(stream)
            ledger.recorder.enter(RUN, OTHER, UnitState.PLANNING)
            return (await next_frame(stream))[0]

    assert "reload" in asyncio.run(watch())


def test_a_log_is_followed_by_lines_and_goes_on_where_one_was(session: FleetSession, ledger: Ledger) -> None:
    path = log_path(session.home.logs, RUN, APP)
    path.parent.mkdir(parents=True)
    path.write_text("first\nsecond\nthi")
    ledger.recorder.enter(RUN, APP, UnitState.PLANNING)

    async def watch() -> tuple[str, str, str]:
        console = Console(session)
        async with aclosing(console.watch_unit(known="6-1")) as stream:
            second, _ = await next_frame(stream)
            with path.open("a") as file:
                file.write("rd\n")
            third, number = await next_frame(stream)
        return second, third, number

    second, third, number = asyncio.run(watch())
    assert "second" in second
    assert "first" not in second
    assert 'id="L2"' in second
    assert "thi" not in second
    assert ("third" in third, number) == (True, "19-3")


def test_a_units_page_is_loaded_again_when_the_unit_is_elsewhere(
    session: FleetSession, ledger: Ledger
) -> None:
    async def watch() -> str:
        async with aclosing(Console(session).watch_unit()) as stream:
            assert await anext(stream)
            await asyncio.sleep(SOON * 3)
            task = asyncio.create_task(next_frame(stream))
            await asyncio.sleep(SOON * 10)
            ledger.recorder.enter(RUN, APP, UnitState.PLANNING)
            return (await task)[0]

    assert "reload" in asyncio.run(watch())
