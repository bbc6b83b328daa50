"""Grants: one command of Terraform in one folder may reach providers through these sockets."""

import asyncio
import json
import os
import secrets
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from cellwright.relay.daemon.cache.packages import PackageError, PackageVerifier
from cellwright.relay.daemon.provider_side.response import ProviderError
from cellwright.relay.daemon.served_provider import ServedProvider, SharedServices
from cellwright.relay.daemon.terraform_side.listener import ProviderListener
from cellwright.relay.messages import GrantRequest, GrantUsage, ProviderRequest
from cellwright.terraform.type_schemas import TypeSchemas

_CONFIGURING = frozenset(("apply", "destroy", "plan", "refresh", "validate"))
"""Commands in which Terraform asks a provider for more than its schema."""
_UNUSED_SECONDS = 3600.0
"""How long a grant waits for its Terraform, which may itself wait for the lock of a state."""
_USED_SECONDS = 30.0
"""How long it stays after its Terraform has ended: a grant is for one command."""
_MOST_UNUSED = 1000
"""How many unused grants are kept; the oldest are dropped, and a Terraform that comes so late is refused."""
_MOST_ENDED = 5000
"""How many ended grants are kept for reports: a plan may wait long for its approval."""
_TOKEN_BYTES = 9


class OpenGrant:
    """A grant that its client may still use."""

    def __init__(self, listeners: tuple[ProviderListener, ...]) -> None:
        self.listeners = listeners
        self.released = False
        self._used = False
        self._unused_since = time.monotonic()

    @property
    def busy(self) -> bool:
        """Whether Terraform is connected."""
        if any(listener.busy for listener in self.listeners):
            self._used, self._unused_since = True, time.monotonic()
            return True
        return False

    @property
    def expired(self) -> bool:
        """Whether no Terraform will connect any more."""
        if self.busy:
            return False
        # A Terraform may have come and gone since the last look.
        used = self._used or self.usage != GrantUsage()
        limit = _USED_SECONDS if used else _UNUSED_SECONDS
        return self.released or time.monotonic() - self._unused_since > limit

    @property
    def usage(self) -> GrantUsage:
        """What was done for it so far."""
        return sum((listener.provider.usage for listener in self.listeners), GrantUsage())

    def reattach(self) -> str:
        """The value of TF_REATTACH_PROVIDERS. `Test` keeps Terraform from ending the relay when it ends."""
        return json.dumps(
            {
                listener.provider.address: {
                    "Protocol": "grpc",
                    "ProtocolVersion": listener.provider.protocol,
                    "Pid": os.getpid(),
                    "Test": True,
                    "Addr": {"Network": "unix", "String": str(listener.path)},
                }
                for listener in self.listeners
            }
        )


class GrantRegistry:
    """Makes grants, and ends those that have expired."""

    def __init__(self, folder: Path, services: SharedServices, packages: PackageVerifier) -> None:
        self._folder = folder
        self._services = services
        self._packages = packages
        self._open: dict[str, OpenGrant] = {}
        self._ended: dict[str, GrantUsage] = {}
        self._background: set[asyncio.Task[None]] = set()

    async def make(self, request: GrantRequest) -> tuple[str, OpenGrant | None, dict[str, str]]:
        """Make a grant for the providers that can be served.

        Returns its id, the grant (None if no provider can be served) and, for each provider that can't, why.
        """
        listeners: list[ProviderListener] = []
        refused: dict[str, str] = {}
        for provider in request.providers:
            try:
                listeners.append(await self._listen(request, provider))
            except (PackageError, ProviderError, OSError) as fault:
                refused[provider.address] = str(fault)
        if not listeners:
            return "", None, refused
        name = secrets.token_hex(_TOKEN_BYTES)
        grant = self._open[name] = OpenGrant(tuple(listeners))
        return name, grant, refused

    def any_busy(self) -> bool:
        """Whether a Terraform process is connected."""
        return any(grant.busy for grant in self._open.values())

    def usage(self, name: str) -> GrantUsage | None:
        """What was done for a grant, even one that has ended; None if it is unknown or ended long ago."""
        grant = self._open.get(name)
        return self._ended.get(name) if grant is None else grant.usage

    async def changed(self, name: str) -> tuple[str, ...] | None:
        """The providers that answer otherwise than Terraform was told; None for an unknown grant."""
        grant = self._open.get(name)
        if grant is None:
            return None
        providers = [listener.provider for listener in grant.listeners]
        found = await asyncio.gather(*(provider.has_changed() for provider in providers))
        return tuple(provider.address for provider, changed in zip(providers, found, strict=True) if changed)

    def schemas(self, name: str, types: frozenset[str]) -> dict[str, TypeSchemas] | None:
        """By provider, the schemas of these types as the command was told; None for an unknown grant."""
        grant = self._open.get(name)
        if grant is None:
            return None
        found = {item.provider.address: item.provider.schemas_of(types) for item in grant.listeners}
        return {address: schema for address, schema in found.items() if schema is not None}

    def release(self, name: str) -> None:
        """End a grant as soon as no Terraform is connected."""
        if grant := self._open.get(name):
            grant.released = True
            self.end_expired()

    def end_expired(self) -> bool:
        """End grants that have expired, and tell whether any is left."""
        unused = [name for name, grant in self._open.items() if not grant.busy]
        surplus = set(unused[: max(0, len(unused) - _MOST_UNUSED)])
        for name, grant in tuple(self._open.items()):
            if grant.expired or name in surplus:
                del self._open[name]
                self._ended[name] = grant.usage
                for listener in grant.listeners:
                    listener.close()
        for name in tuple(self._ended)[: max(0, len(self._ended) - _MOST_ENDED)]:
            del self._ended[name]
        return bool(self._open) or bool(self._background)

    async def end_all(self) -> None:
        """End every grant and every provider process."""
        grants, self._open = self._open, {}
        await asyncio.gather(*(listener.end() for grant in grants.values() for listener in grant.listeners))
        await asyncio.gather(*self._background, return_exceptions=True)

    async def _listen(self, request: GrantRequest, wanted: ProviderRequest) -> ProviderListener:
        package = await asyncio.to_thread(self._packages.check, wanted.folder, wanted.name, wanted.hashes)
        if self._services.schemas.is_unsteady(package):
            raise PackageError("its schema is not the same in two starts")
        provider = ServedProvider(
            services=self._services,
            address=wanted.address,
            package=package,
            bare=await self._services.schemas.schemas_of(package),
            workspace=request.workspace,
            types=request.types,
            schema_from_code=wanted.schema_from_code,
            cache_checks=wanted.cache_checks,
            start_early=request.command in _CONFIGURING,
        )
        path = self._folder / f"{secrets.token_hex(_TOKEN_BYTES)}.sock"
        listener = ProviderListener(provider, path, self._in_background)
        await listener.open()
        return listener

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
