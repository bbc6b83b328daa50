"""The relay as the rest of Cellwright sees it: connect or start, ask for grants, ask what they did."""

import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cellwright.files.lock import LockError, locked
from cellwright.relay.build import build_id
from cellwright.relay.control import (
    ControlError,
    GrantOrder,
    ProviderOrder,
    Tally,
    read_line,
    write_line,
)
from cellwright.relay.folders import (
    CONTROL_SOCKET,
    START_LOCK_FILE,
    FolderError,
    check_address_room,
    daemon_folder,
    own_folder,
)
from cellwright.relay.start import StartError, start_daemon

IDLE_SECONDS = 900.0
_NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({})
_GRANT_SECONDS = 180.0
"""The first sight of a provider reads all of its package and starts it once."""
_ANSWER_SECONDS = 10.0
"""For anything else."""
_START_TRIES = 50
_START_SECONDS = 60.0
_START_PAUSE = 0.1


class RelayError(Exception):
    """The relay cannot be used now; the text says why. Whoever gets it runs Terraform plainly."""


@dataclass(frozen=True, slots=True)
class RelayRequest:
    """One command of Terraform that is about to run."""

    workspace: Path
    """The folder that Terraform runs in."""
    command: str
    """Its subcommand: `plan`."""
    providers: tuple[ProviderOrder, ...]
    types: frozenset[str] | None
    """Names that may be types which the unit uses; None for the whole schema."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission for one command to use the relay."""

    id: str
    environment: Mapping[str, str]
    """What to add to that command's environment; useless to any other user of the machine."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Providers of the workspace that Terraform will start itself, and why."""


@dataclass(frozen=True, slots=True)
class Declined:
    """The command runs without the relay, because of `reason`."""

    reason: str


@dataclass(frozen=True, slots=True)
class RelayReport:
    """What the relay did for one grant, or for all of a unit's."""

    used: bool
    reason: str = ""
    """Why not, where it was not used."""
    seconds_saved: float = 0.0
    """What the answered calls had taken when a provider answered them; Terraform saves more."""
    calls_answered: int = 0
    calls_passed: int = 0
    providers_started: int = 0


class Relay:
    """A way to this user's relay. Safe to use from several threads: every question is its own connection."""

    def __init__(
        self,
        cache: Path,
        runtime: Path,
        idle_seconds: float = IDLE_SECONDS,
        environment: Mapping[str, str] = _NO_ENVIRONMENT,
    ) -> None:
        self._cache = cache
        self._folder = daemon_folder(runtime, cache)
        self._idle_seconds = idle_seconds
        self._environment = environment

    @classmethod
    def connect_or_start(
        cls,
        cache_folder: Path,
        runtime_folder: Path,
        idle_seconds: float = IDLE_SECONDS,
        environment: Mapping[str, str] = _NO_ENVIRONMENT,
    ) -> "Relay":
        """Reach the relay of this very version, or start it with what it may have of `environment`.

        Raises:
            RelayError: there is none to be had on this machine.
        """
        if sys.platform != "linux":
            raise RelayError(
                "the relay needs Linux: it learns from /proc what a provider must be started with"
            )
        try:
            own_folder(cache_folder)
            own_folder(runtime_folder)
            relay = cls(cache_folder, runtime_folder, idle_seconds, environment)
            check_address_room(own_folder(relay._folder))
        except FolderError as fault:
            raise RelayError(str(fault)) from fault
        relay.ensure_running()
        return relay

    def ensure_running(self) -> int:
        """See that the daemon runs and is of this version; returns its process number.

        Raises:
            RelayError: it does not start.
        """
        try:
            return self._greet()
        except RelayError:
            pass
        with self._starting():
            fault: RelayError | None = None
            for _ in range(_START_TRIES):
                try:
                    return self._greet()
                except RelayError as caught:
                    fault = caught
                try:
                    start_daemon(self._folder, self._cache, self._idle_seconds, self._environment)
                    return self._greet()
                except StartError as caught:
                    raise RelayError(str(caught)) from caught
                except RelayError:
                    # One that is just ending still has the folder.
                    time.sleep(_START_PAUSE)
            raise RelayError(f"the relay does not answer: {fault}")

    def grant(self, request: RelayRequest) -> Grant | Declined:
        """Ask to serve one command. Never raises: where anything is unsure the answer is `Declined`."""
        order = GrantOrder(request.workspace.resolve(), request.command, request.providers, request.types)
        try:
            try:
                answer = self._ask("grant", order.encode())
            except RelayError:
                self.ensure_running()
                answer = self._ask("grant", order.encode())
            return _read_grant(answer)
        except (RelayError, ControlError) as fault:
            return Declined(str(fault))

    def report(self, grant: Grant) -> RelayReport:
        """What a grant did so far; never raises."""
        return self._tally("report", grant)

    def release(self, grant: Grant) -> RelayReport:
        """Say that nobody new will use a grant, and ask what it did. Terraform that still runs keeps it."""
        return self._tally("release", grant)

    def stop(self, *, now: bool = False) -> None:
        """End the daemon with the last Terraform that it serves, or `now`; one that is gone is fine."""
        try:
            self._ask("stop", {"now": now})
        except (RelayError, ControlError):
            return

    def _tally(self, verb: str, grant: Grant) -> RelayReport:
        try:
            tally = Tally.decode(self._ask(verb, {"id": grant.id}))
        except (RelayError, ControlError) as fault:
            return RelayReport(used=False, reason=str(fault))
        return RelayReport(
            used=bool(tally.schemas or tally.checks or tally.passed),
            seconds_saved=tally.seconds,
            calls_answered=tally.schemas + tally.checks,
            calls_passed=tally.passed,
            providers_started=tally.started,
        )

    def _greet(self) -> int:
        try:
            answer = self._ask("hello", {})
        except ControlError as fault:
            raise RelayError(f"the relay does not greet: {fault}") from fault
        if answer.get("build") != build_id() or not isinstance(answer.get("pid"), int):
            raise RelayError("the relay that answers is of another version")
        return int(answer["pid"])

    def _ask(self, verb: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask one question on a connection of its own.

        Raises:
            RelayError: the relay is not there.
            ControlError: it cannot, or says something unexpected.
        """
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_GRANT_SECONDS if verb == "grant" else _ANSWER_SECONDS)
                connection.connect(os.fspath(self._folder / CONTROL_SOCKET))
                connection.sendall(write_line(verb, body))
                with connection.makefile("rb") as file:
                    line = file.readline()
        except OSError as fault:
            raise RelayError(f"the relay does not answer: {fault}") from fault
        if not line:
            raise RelayError("the relay hung up")
        said, answer = read_line(line)
        if said != "done":
            raise ControlError(str(answer.get("why", "the relay cannot")))
        return answer

    @contextmanager
    def _starting(self) -> Iterator[None]:
        """Let one client at a time start the daemon."""
        with ExitStack() as stack:
            try:
                stack.enter_context(
                    locked(
                        self._folder / START_LOCK_FILE,
                        timeout=_START_SECONDS,
                        busy="another process has been starting the relay for a minute",
                        advice="look for a Cellwright that hangs",
                    )
                )
            except LockError as fault:
                raise RelayError(str(fault)) from fault
            yield


def _read_grant(answer: Mapping[str, Any]) -> Grant | Declined:
    refused = {str(address): str(why) for address, why in dict(answer.get("refused", {})).items()}
    reattach = answer.get("reattach")
    if not isinstance(reattach, str):
        return Declined("; ".join(f"{address}: {why}" for address, why in refused.items()) or "no providers")
    return Grant(str(answer.get("id")), {"TF_REATTACH_PROVIDERS": reattach}, refused)
