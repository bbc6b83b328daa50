"""What the console's pages take with many cells and many people watching.

    python benchmarks/console/load.py --clients 10000 --people 100 --seconds 60
    python benchmarks/console/load.py --fleet FOLDER

Writes benchmarks/synthetic.py's fleet, records every unit as applied (benchmarks/applied.py), and serves it
from a process of its own. A run of all these units goes on, of which one ends every second, and everybody
watches it by a stream. Each person opens a page every ten seconds on average and leaves it open: it follows
a stream, as a browser does, and is asked for again when that has news; an event about another unit recorded
every second.
The times are those that people wait, until the last byte; CPU and memory are the server's. First paint is
Chromium's.
"""

import argparse
import html
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import uvicorn

from cellwright.access.roles import Grant, Permission, Role
from cellwright.access.visitor import Visitor
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.cli.server_process import server_process, settle
from cellwright.console.application import create_application
from cellwright.console.services import Services
from cellwright.ledger.run_state import TransitionError
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult

COOKIE = {"cellwright-session": "benchmark"}
BENCHMARKS = Path(__file__).parent.parent
PAGES: Mapping[str, str] = {
    "start": "/",
    "fleet": "/cells",
    "fleet, filtered": "/cells?level=client&tier=gold&sort=state",
    "fleet, page 40": "/cells?level=client&page=40",
    "search": "/cells?q=client-0{number:04}",
    "cell": "/cells/client/client-{number:05}",
    "settings": "/cells/client/client-{number:05}/settings",
    "unit": "/units/client/client-{number:05}/app",
    "graph": "/graph?cell=client/client-{number:05}",
    "events": "/events",
    "versions": "/versions",
    "palette": "/palette?q=client-{number:05}",
    "run": "/runs/{run}",
}
_FOLLOWED = re.compile(r'data-live="([^"]*)" data-mark="([^"]*)" hx-get="([^"]*)"')
"""What a page follows, the mark that it has, and where its part is."""
_HEARTBEAT = 20
"""Seconds without a word from a stream after which it is given up."""
_KEPT_ALIVE = 120
"""Seconds that a connection is kept: longer than anybody here is idle."""
WEIGHTS = (3, 6, 3, 2, 3, 4, 1, 2, 1, 2, 1, 3, 4)
RUN = "benchmark"


@dataclass
class Everybody:
    """One administrator, whoever asks."""

    visitor: Visitor = field(
        default_factory=lambda: Visitor(
            id="b", name="Benchmark", actor=Actor("benchmark"), grants=(Grant(Role.ADMIN),), csrf="c"
        )
    )

    def by_session(self, cookie: str, address: str) -> Visitor | None:  # noqa: ARG002  the port's parameters
        """Give the administrator."""
        return self.visitor

    def by_token(
        self,
        token: str,  # noqa: ARG002  as above
        address: str,  # noqa: ARG002  as above
        acts_for: str = "",  # noqa: ARG002  as above
        build: str | None = None,  # noqa: ARG002  as above
    ) -> Visitor:
        """Give the administrator."""
        return self.visitor

    def record_refusal(self, visitor: Visitor, permission: Permission, cell: CellAddress | None) -> None:
        """Nobody is refused."""

    def record_foreign_form(self, visitor: Visitor | None, path: str, address: str) -> None:
        """Nobody sends forms."""


@dataclass
class Times:
    """How long requests took, by page."""

    found: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def note(self, page: str, seconds: float, status: int) -> None:
        """Note one request."""
        with self._guard:
            self.found.setdefault(page, []).append(seconds)
            if status >= 400:  # noqa: PLR2004  a failure by HTTP
                self.faults.append(f"{page}: {status}")


def serve(fleet: Path) -> None:
    """Serve a fleet until standard input ends; prints the port, and at the end CPU seconds and peak MB."""
    session = FleetSession(Location(fleet=fleet, environment=dict(os.environ)))
    services = Services(session=session, visitors=Everybody(), loaded=settle)
    application = create_application(services)
    settings = uvicorn.Config(
        application, port=0, log_level="error", access_log=False, timeout_keep_alive=_KEPT_ALIVE
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run)
    with server_process():
        thread.start()
        while not server.started:
            time.sleep(0.05)
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)
        sys.stdin.read()
        server.should_exit = True
        thread.join()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, flush=True)


def watch(address: str, chance: random.Random, clients: int, until: float, times: Times) -> None:
    """Be one person: open pages, and leave each open for a while."""
    with httpx.Client(base_url=address, cookies=COOKIE, timeout=60) as client:
        time.sleep(chance.random() * 10)
        while time.monotonic() < until:
            (name,) = chance.choices(list(PAGES), WEIGHTS)
            answer = _asked(
                client, name, PAGES[name].format(number=chance.randrange(clients), run=RUN), times
            )
            leaves = min(time.monotonic() + chance.expovariate(1 / 10), until)
            while time.monotonic() < leaves and (found := _FOLLOWED.search(answer.text)):
                if not _news(client, f"{found[1]}?mark={quote(found[2])}", leaves):
                    break
                answer = _asked(client, "(news)", html.unescape(found[3]), times)
            time.sleep(max(leaves - time.monotonic(), 0))


def _news(client: httpx.Client, address: str, until: float) -> bool:
    """Follow what a page follows, until there is news; tell whether there was."""
    with suppress(httpx.HTTPError), client.stream("GET", address, timeout=_HEARTBEAT) as answer:
        for line in answer.iter_lines():
            if time.monotonic() >= until:
                return False
            if line == "event: news":
                return True
    return False


def _asked(client: httpx.Client, name: str, path: str, times: Times) -> httpx.Response:
    began = time.perf_counter()
    answer = client.get(path)
    times.note(name, time.perf_counter() - began, answer.status_code)
    return answer


def stream(address: str, until: float) -> None:
    """Be one person's browser that follows the run."""
    with httpx.Client(base_url=address, cookies=COOKIE, timeout=60) as client:
        while time.monotonic() < until:
            with (
                suppress(httpx.HTTPError),
                client.stream("GET", f"/runs/{RUN}/live") as answer,
            ):
                for _ in answer.iter_raw():
                    if time.monotonic() >= until:
                        break


def start_run(fleet: Path) -> Sequence[UnitAddress]:
    """Record the start of a run of all units, unless it has started; gives them."""
    with FleetSession(Location(fleet=fleet, environment=dict(os.environ))) as session:
        ledger = session.ledger(writing=True)
        units = [UnitAddress.parse(text) for text in sorted(ledger.reader.heads_and_outputs()[0].rows)]
        if ledger.reader.summary(RUN) is None:
            run = Run(
                id=RUN,
                kind=RunKind.APPLY,
                status=RunStatus.RUNNING,
                actor="benchmark",
                reason="",
                started=session.now().isoformat(),
                finished=None,
                commit=None,
                units=tuple(
                    RunUnit(unit, Operation.APPLY, 10 * number // len(units))
                    for number, unit in enumerate(units)
                ),
            )
            ledger.recorder.start_run(run)
        return units


def record(fleet: Path, units: Sequence[UnitAddress], until: float) -> None:
    """End a unit of the run every second, and record an event about another one, as runs do."""
    chance = random.Random(7)  # noqa: S311  no secret
    with FleetSession(Location(fleet=fleet, environment=dict(os.environ))) as session:
        recorder = session.ledger(writing=True).recorder
        while time.monotonic() < until:
            with suppress(TransitionError):  # it has ended already
                recorder.record_result(RUN, UnitResult(chance.choice(units), Outcome.UNCHANGED))
            recorder.append_event("benchmark", "unit.confirmed", str(chance.choice(units)))
            time.sleep(1)


def first_paint(address: str) -> float | None:
    """Measure Chromium's first paint of the fleet's page, in seconds; None where there is no browser."""
    sys.path.insert(0, str(BENCHMARKS.parent / "tests"))
    from chromium import browser, find_chromium, window  # noqa: PLC0415  the tests' browser

    if find_chromium() is None:
        return None
    with browser() as opened:
        page = window(opened).new_page()
        page.goto(f"{address}/cells")
        script = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        found: float = page.evaluate(script)
        return found / 1000


@contextmanager
def served(fleet: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve a fleet; gives its address, and at the end what the process has used."""
    command = [sys.executable, __file__, "--serve", str(fleet)]
    used: list[str] = []
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the server's output is not read")
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}", used
        finally:
            process.stdin.close()
            used.extend(process.stdout.read().split())


def measure(fleet: Path, clients: int, people: int, seconds: float) -> None:
    """Measure, and print the table."""
    times, units = Times(), start_run(fleet)
    with served(fleet) as (address, used):
        began = time.perf_counter()
        with httpx.Client(base_url=address, cookies=COOKIE, timeout=600) as client:
            client.get("/cells")
        print(f"first page after the start: {time.perf_counter() - began:.1f} s")
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=record, args=(fleet, units, until))]
        threads += [threading.Thread(target=stream, args=(address, until)) for _ in range(people)]
        threads += [
            threading.Thread(
                target=watch,
                args=(address, random.Random(number), clients, until, times),  # noqa: S311  no secret
            )
            for number in range(people)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        paint = first_paint(address)
    print(f"{'page':<18} {'requests':>8} {'median ms':>10} {'p95 ms':>8} {'max ms':>8}")
    every = [item for found in times.found.values() for item in found]
    for name, found in [*times.found.items(), ("all", every)]:
        ordered = sorted(found)
        late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        print(
            f"{name:<18} {len(found):>8} {statistics.median(found) * 1000:>10.0f} {late * 1000:>8.0f} "
            f"{ordered[-1] * 1000:>8.0f}"
        )
    cpu, memory = map(float, used)
    print(f"server: {cpu:.1f} CPU seconds, {memory:.0f} MB at the peak; faults: {times.faults or 'none'}")
    print(f"first paint of the fleet's page: {paint:.2f} s" if paint is not None else "no browser here")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fleet", type=Path, help="a fleet that is there already, with its ledger")
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.serve)
    elif chosen.fleet:
        measure(chosen.fleet, chosen.clients, chosen.people, chosen.seconds)
    else:
        with tempfile.TemporaryDirectory() as folder:
            fleet = Path(folder) / "fleet"
            for script, *arguments in (
                ("synthetic.py", str(fleet), "--clients", str(chosen.clients)),
                ("applied.py", str(fleet)),
            ):
                subprocess.run([sys.executable, BENCHMARKS / script, *arguments], check=True)
            measure(fleet, chosen.clients, chosen.people, chosen.seconds)


if __name__ == "__main__":
    main()
