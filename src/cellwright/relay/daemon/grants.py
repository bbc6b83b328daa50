"""Grants: one command of Terraform in one folder may reach providers through these sockets."""

import asyncio
import json
import os
import secrets
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from cellwright.relay.control import GrantOrder, ProviderOrder, Tally
from cellwright.relay.daemon.catalogue import Catalogue
from cellwright.relay.daemon.door import Door
from cellwright.relay.daemon.exchange import ProviderError
from cellwright.relay.daemon.offer import Offer, Services
from cellwright.relay.daemon.packages import PackageError, Packages

_CONFIGURING = frozenset(("apply", "destroy", "plan", "refresh", "validate"))
"""Commands in which Terraform asks a provider for more than its schema."""
_UNUSED_SECONDS = 3600.0
"""How long a grant waits for its Terraform, which may itself wait for the lock of a state."""
_USED_SECONDS = 30.0
"""How long it stays after its Terraform has ended: a grant is for one command."""
_MOST_UNUSED = 1000
"""How many grants may wait; the oldest give way, and a Terraform that comes so late is refused."""
_MOST_PAST = 5000
"""How many grants are remembered after they are over: a plan may wait long for its approval."""
_TOKEN_BYTES = 9


class Grant:
    """What one client was given."""

    def __init__(self, doors: tuple[Door, ...]) -> None:
        self.doors = doors
        self.released = False
        self._used = False
        self._unused_since = time.monotonic()

    @property
    def busy(self) -> bool:
        """Whether Terraform is using it."""
        if any(door.busy for door in self.doors):
            self._used, self._unused_since = True, time.monotonic()
            return True
        return False

    @property
    def over(self) -> bool:
        """Whether nobody will come any more."""
        if self.busy:
            return False
        # What it did may have begun and ended between two looks.
        used = self._used or self.tally != Tally()
        limit = _USED_SECONDS if used else _UNUSED_SECONDS
        return self.released or time.monotonic() - self._unused_since > limit

    @property
    def tally(self) -> Tally:
        """What it did so far."""
        return sum((door.offer.tally for door in self.doors), Tally())

    def reattach(self) -> str:
        """The value of TF_REATTACH_PROVIDERS. `Test` keeps Terraform from ending the relay when it ends."""
        return json.dumps(
            {
                door.offer.address: {
                    "Protocol": "grpc",
                    "ProtocolVersion": door.offer.learned.protocol,
                    "Pid": os.getpid(),
                    "Test": True,
                    "Addr": {"Network": "unix", "String": str(door.path)},
                }
                for door in self.doors
            }
        )


class Grants:
    """Makes grants, and ends those that are over."""

    def __init__(self, folder: Path, services: Services, packages: Packages, catalogue: Catalogue) -> None:
        self._folder = folder
        self._services = services
        self._packages = packages
        self._catalogue = catalogue
        self._grants: dict[str, Grant] = {}
        self._past: dict[str, Tally] = {}
        self._background: set[asyncio.Task[None]] = set()

    async def make(self, order: GrantOrder) -> tuple[str, Grant | None, dict[str, str]]:
        """Make a grant for the providers that can be served.

        Returns its id, the grant (None if no provider can be served) and, for each provider that cannot, why.
        """
        doors: list[Door] = []
        refused: dict[str, str] = {}
        for wanted in order.providers:
            try:
                doors.append(await self._open(order, wanted))
            except (PackageError, ProviderError, OSError) as fault:
                refused[wanted.address] = str(fault)
        if not doors:
            return "", None, refused
        name = secrets.token_hex(_TOKEN_BYTES)
        grant = self._grants[name] = Grant(tuple(doors))
        return name, grant, refused

    def any_busy(self) -> bool:
        """Whether a Terraform process is being served."""
        return any(grant.busy for grant in self._grants.values())

    def tally(self, name: str) -> Tally | None:
        """What a grant did, even one that is over; None if it is unknown or long over."""
        grant = self._grants.get(name)
        return self._past.get(name) if grant is None else grant.tally

    def release(self, name: str) -> None:
        """End a grant as soon as nobody uses it."""
        if grant := self._grants.get(name):
            grant.released = True
            self.sweep()

    def sweep(self) -> bool:
        """End grants that are over; tells whether any is left."""
        waiting = [name for name, grant in self._grants.items() if not grant.busy]
        surplus = set(waiting[: max(0, len(waiting) - _MOST_UNUSED)])
        for name, grant in tuple(self._grants.items()):
            if grant.over or name in surplus:
                del self._grants[name]
                self._past[name] = grant.tally
                for door in grant.doors:
                    door.close()
        for name in tuple(self._past)[: max(0, len(self._past) - _MOST_PAST)]:
            del self._past[name]
        return bool(self._grants) or bool(self._background)

    async def end(self) -> None:
        """End everything."""
        grants, self._grants = self._grants, {}
        await asyncio.gather(*(door.end() for grant in grants.values() for door in grant.doors))
        await asyncio.gather(*self._background, return_exceptions=True)

    async def _open(self, order: GrantOrder, wanted: ProviderOrder) -> Door:
        package = await asyncio.to_thread(self._packages.check, wanted.folder, wanted.name, wanted.hashes)
        learned = await self._catalogue.learn(package)
        offer = Offer(
            services=self._services,
            address=wanted.address,
            package=package,
            learned=learned,
            workspace=order.workspace,
            types=order.types,
            remember=wanted.remember,
            ahead=order.command in _CONFIGURING,
        )
        door = Door(offer, self._folder / f"{secrets.token_hex(_TOKEN_BYTES)}.sock", self._in_background)
        await door.open()
        return door

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
