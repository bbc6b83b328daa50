"""Random harm, round after round, on every kind of ledger and state, with both products.

`CELLWRIGHT_CHAOS_ROUNDS` is the number of rounds altogether, `CELLWRIGHT_CHAOS_SEED` what their moments are
drawn from, `CELLWRIGHT_CHAOS_LOG` a file that gets a line for each round.
"""

import json
import os
import random
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

import binaries
from cellwright.sandbox.process import start_sandbox
from contract.postgres import postgres_server
from e2e.chaos.arena import Arena, arena_of, struck_fleet
from e2e.chaos.places import BucketStates, LocalStates, ServedStates
from e2e.chaos.rounds import play
from e2e.chaos.strikes import ALL, Strike
from e2e.kit.bucket import make_bucket
from e2e.kit.program import Program, processes_about
from e2e.kit.small_disk import small_disk
from e2e.kit.state_server import state_server
from missing import skip_without

pytestmark = [pytest.mark.long, pytest.mark.timeout(24 * 3600)]

ROUNDS = int(os.environ.get("CELLWRIGHT_CHAOS_ROUNDS", "500"))
SEED = int(os.environ.get("CELLWRIGHT_CHAOS_SEED", "20261126"))
LOG = os.environ.get("CELLWRIGHT_CHAOS_LOG", "")
ROUNDS_OF_A_FLEET = 20


@dataclass(frozen=True, slots=True)
class Platform:
    """What a fleet stands on, and what strikes it."""

    binary: str
    ledger: str
    states: str
    kinds: tuple[str, ...]
    share: int
    """Its part of the rounds, of 100."""

    def __str__(self) -> str:
        return f"{self.binary}-{self.ledger}-{self.states}-{'-'.join(self.kinds)}"

    @property
    def strikes(self) -> list[Strike]:
        return [strike for kind in self.kinds for strike in ALL[kind]]


PLATFORMS = (
    Platform("terraform", "sqlite", "local", ("kills",), 12),
    Platform("tofu", "sqlite", "local", ("kills",), 8),
    Platform("terraform", "postgres", "local", ("postgres", "kills"), 12),
    Platform("tofu", "postgres", "http", ("server", "postgres", "kills"), 14),
    Platform("terraform", "sqlite", "http", ("server",), 16),
    Platform("tofu", "sqlite", "http", ("server",), 12),
    Platform("terraform", "sqlite", "s3", ("kills", "bucket"), 6),
    Platform("tofu", "postgres", "s3", ("kills", "bucket", "postgres"), 4),
    Platform("terraform", "sqlite", "local", ("disk",), 10),
    Platform("tofu", "sqlite", "local", ("disk",), 6),
)


@pytest.mark.parametrize("platform", PLATFORMS, ids=str)
def test_whatever_strikes_nothing_is_doubled_lost_or_stuck(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = binaries.machine_with(platform.binary, tmp_path / "machine")
    for name, value in machine.items():
        monkeypatch.setenv(name, value)
    broken: list[str] = []
    rounds = max(1, ROUNDS * platform.share // 100)
    chance = random.Random(f"{SEED} {platform}")  # noqa: S311  no secret hangs on it
    strikes = list(islice(cycle(chance.sample(platform.strikes, len(platform.strikes))), rounds))
    fleets = 0
    while strikes:
        fleets += 1
        with _arena(platform, tmp_path / f"f{fleets}", chance) as arena:
            strikes = strikes[_play(arena, platform, strikes[:ROUNDS_OF_A_FLEET], broken) :]
        _leave_nothing(tmp_path / f"f{fleets}")
    assert not broken, "\n\n".join(broken)


def _play(arena: Arena, platform: Platform, strikes: list[Strike], broken: list[str]) -> int:
    """Play rounds until one breaks a promise; gives how many were played."""
    played = 0
    while played < len(strikes):
        bout = strikes[played : played + arena.chance.choice((1, 2, 3))]
        names = ", ".join(strike.name for strike in bout)
        try:
            report = play(arena, bout)
        except Exception as fault:  # noqa: BLE001  each round that breaks something is told at the end
            where = "".join(traceback.format_tb(fault.__traceback__)[-3:])
            broken.append(f"{names}: {fault!r}\n{where}")
            _log({"kinds": names, "platform": str(platform), "broken": repr(fault)[:8000], "where": where})
            return played + len(bout)
        played += len(report.kinds)
        _log({"platform": str(platform), **asdict(report)})
    return played


@contextmanager
def _arena(platform: Platform, folder: Path, chance: random.Random) -> Iterator[Arena]:
    with ExitStack() as stack:
        more: dict[str, Any] = {}
        environment: dict[str, str] = {}
        place = folder / "x"
        if "disk" in platform.kinds:
            folder.mkdir()
            disk = stack.enter_context(small_disk(folder / "disk"))
            if disk is None:
                skip_without("the right to mount a file system")
            more["disk"], place = disk, disk.folder / "x"
        if platform.ledger == "postgres":
            server = stack.enter_context(postgres_server())
            more["postgres"], environment["CELLWRIGHT_LEDGER"] = server, server.url(server.new_database())
        states = _states(platform, stack, folder, place, more, environment)
        settings = {"state": states.settings} if states.settings else {}
        fleet = struck_fleet(place, folder / "desk", terraform={"lock_timeout": 1}, **settings)
        program = Program(fleet, folder / "person", environment)
        with arena_of(fleet, program, states=states, chance=chance, **more) as arena:
            yield arena


def _states(
    platform: Platform,
    stack: ExitStack,
    folder: Path,
    place: Path,
    more: dict[str, Any],
    environment: dict[str, str],
) -> LocalStates | ServedStates | BucketStates:
    if platform.states == "local":
        return LocalStates(place / "fleet")
    if platform.states == "http":
        return ServedStates(stack.enter_context(state_server()))
    sandbox = stack.enter_context(start_sandbox(folder, os.environ))
    more["sandbox"] = sandbox.pid
    environment |= sandbox.environment
    return BucketStates(make_bucket(sandbox))


def _leave_nothing(folder: Path) -> None:
    for process in processes_about(folder):
        process.kill()


def _log(line: dict[str, Any]) -> None:
    if LOG:
        with Path(LOG).open("a") as file:
            file.write(json.dumps(line) + "\n")
