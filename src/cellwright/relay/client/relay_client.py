"""The client of the relay's daemon: connect to it or start it, ask for grants, ask how they were used."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cellwright.files.lock import LockError, locked
from cellwright.relay.build import build_id
from cellwright.relay.client.daemon_start import DaemonStartError, start_daemon
from cellwright.relay.folders import (
    CONTROL_SOCKET,
    START_LOCK,
    FolderError,
    check_socket_path_length,
    daemon_folder,
    ensure_private_folder,
)
from cellwright.relay.messages import GrantRequest, GrantUsage, MessageError, read_line, write_line
from cellwright.relay.schema_messages import decode_schemas
from cellwright.terraform.type_schemas import TypeSchemas

IDLE_SECONDS = 900.0
_GRANT_SECONDS = 180.0
"""How long a grant may take: for a new provider the daemon reads the whole package and starts it once."""
_SLOW = frozenset(("grant", "verify"))
"""What may have to start a provider."""
_ANSWER_SECONDS = 10.0
"""How long any other answer may take."""
_START_TRIES = 50
_START_SECONDS = 60.0
_START_PAUSE = 0.1


class RelayError(Exception):
    """The relay can't be used now; the text says why. The caller runs Terraform without it."""


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
    """What the relay did for one grant, or for all grants of a unit."""

    used: bool
    reason: str = ""
    """Why not, where it was not used."""
    seconds_saved: float = 0.0
    """How long the answered calls had taken when a provider answered them; Terraform saves more."""
    calls_answered: int = 0
    calls_forwarded: int = 0
    calls_changing: int = 0
    """Those forwarded that may have changed something."""
    providers_started: int = 0


class RelayClient:
    """Talks to this user's daemon. Safe to use from several threads: each request has its own connection."""

    def __init__(
        self, cache: Path, runtime: Path, environment: Mapping[str, str], idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self._cache = cache
        self._folder = daemon_folder(runtime, cache)
        self._environment = environment
        self._idle_seconds = idle_seconds

    @classmethod
    def connect_or_start(
        cls,
        cache_folder: Path,
        runtime_folder: Path,
        environment: Mapping[str, str],
        idle_seconds: float = IDLE_SECONDS,
    ) -> "RelayClient":
        """Connect to the daemon that runs this very code, or start it with a few variables of `environment`.

        Raises:
            RelayError: this machine can't run it.
        """
        from cellwright.relay.linux import why_unsupported  # noqa: PLC0415  many stacks have no provider

        if unsupported := why_unsupported():
            raise RelayError(unsupported)
        try:
            ensure_private_folder(cache_folder)
            ensure_private_folder(runtime_folder)
            relay = cls(cache_folder, runtime_folder, environment, idle_seconds)
            check_socket_path_length(ensure_private_folder(relay._folder))
        except FolderError as fault:
            raise RelayError(str(fault)) from fault
        relay.ensure_running()
        return relay

    def ensure_running(self) -> int:
        """Start the daemon if it doesn't run, and return its process number.

        Raises:
            RelayError: it does not start.
        """
        try:
            return self._greet()
        except RelayError:
            pass
        with self._start_lock():
            fault: RelayError | None = None
            for _ in range(_START_TRIES):
                try:
                    return self._greet()
                except RelayError as caught:
                    fault = caught
                try:
                    start_daemon(self._folder, self._cache, self._idle_seconds, self._environment)
                    return self._greet()
                except DaemonStartError as caught:
                    raise RelayError(str(caught)) from caught
                except RelayError:
                    # A daemon that is just ending still holds the folder's lock.
                    time.sleep(_START_PAUSE)
            raise RelayError(f"the relay does not answer: {fault}")

    def grant(self, request: GrantRequest) -> Grant | Declined:
        """Ask to serve one command. Never raises: where anything is unsure the answer is `Declined`."""
        try:
            try:
                answer = self._ask("grant", request.encode())
            except RelayError:
                self.ensure_running()
                answer = self._ask("grant", request.encode())
            return _read_grant(answer)
        except (RelayError, MessageError) as fault:
            return Declined(str(fault))

    def changed(self, grant: Grant) -> tuple[str, ...] | None:
        """Start each provider anew whose answers came from memory, and name those that answer otherwise now.

        None if the relay can't tell. Never raises.
        """
        try:
            return tuple(map(str, self._ask("verify", {"id": grant.id})["changed"]))
        except (RelayError, MessageError, KeyError, TypeError):
            return None

    def schemas(self, grant: Grant, types: frozenset[str]) -> Mapping[str, TypeSchemas]:
        """By provider, what a command was told of the schemas of these types; never raises.

        Providers are left out of which that is not known.
        """
        try:
            return decode_schemas(self._ask("schemas", {"id": grant.id, "types": sorted(types)}))
        except (RelayError, MessageError):
            return {}

    def report(self, grant: Grant) -> RelayReport:
        """What was done for a grant so far; never raises."""
        return self._usage("report", grant)

    def release(self, grant: Grant) -> RelayReport:
        """Give a grant back and return its report. A Terraform that still runs keeps its connections."""
        return self._usage("release", grant)

    def stop(self, *, now: bool = False) -> None:
        """End the daemon when the last Terraform that it serves has ended, or `now`."""
        try:
            self._ask("stop", {"now": now})
        except (RelayError, MessageError):
            return

    def _usage(self, verb: str, grant: Grant) -> RelayReport:
        try:
            usage = GrantUsage.decode(self._ask(verb, {"id": grant.id}))
        except (RelayError, MessageError) as fault:
            return RelayReport(used=False, reason=str(fault))
        return RelayReport(
            used=bool(usage.schemas or usage.checks or usage.forwarded),
            seconds_saved=usage.seconds,
            calls_answered=usage.schemas + usage.checks,
            calls_forwarded=usage.forwarded,
            calls_changing=usage.changing,
            providers_started=usage.started,
        )

    def _greet(self) -> int:
        """Check that the daemon runs this very code; returns its process number."""
        try:
            answer = self._ask("hello", {})
        except MessageError as fault:
            raise RelayError(f"the relay gives no valid answer: {fault}") from fault
        if answer.get("build") != build_id() or not isinstance(answer.get("pid"), int):
            raise RelayError("the relay that answers is of another version")
        return int(answer["pid"])

    def _ask(self, verb: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send one request on a connection of its own and return the answer.

        Raises:
            RelayError: the daemon is not there.
            MessageError: it answers with an error, or with something unexpected.
        """
        import socket  # noqa: PLC0415  a run without providers asks nothing

        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_GRANT_SECONDS if verb in _SLOW else _ANSWER_SECONDS)
                connection.connect(os.fspath(self._folder / CONTROL_SOCKET))
                connection.sendall(write_line(verb, body))
                with connection.makefile("rb") as file:
                    line = file.readline()
        except OSError as fault:
            raise RelayError(f"the relay does not answer: {fault}") from fault
        if not line:
            raise RelayError("the relay closed the connection")
        outcome, answer = read_line(line)
        if outcome != "done":
            raise MessageError(str(answer.get("why", "the relay gives no reason")))
        return answer

    @contextmanager
    def _start_lock(self) -> Iterator[None]:
        """Let one client at a time start the daemon."""
        with ExitStack() as stack:
            try:
                stack.enter_context(
                    locked(
                        self._folder / START_LOCK,
                        timeout=_START_SECONDS,
                        busy="another process has been starting the relay for a minute",
                        advice="look for a `cellwright` process that hangs",
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
