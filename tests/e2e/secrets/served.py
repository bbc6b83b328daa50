"""Asks a server, within this process, for everything that it serves, and unpacks what it answers."""

import asyncio
import gzip
import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.types import Message

from cellwright.console import pages, rest
from cellwright.console.discovery import found_in

SECONDS = 0.7
"""A stream never ends: so long it is listened to."""
STREAMS = re.compile(r"/live\b|/runs/\{run\}/events\Z|/events/stream\Z")


@dataclass(frozen=True)
class Server:
    """A server, a browser or program that asks it, and what stands for each part of a path."""

    client: TestClient
    parts: Mapping[str, tuple[str, ...]]
    headers: Mapping[str, str] = field(default_factory=dict)

    def answers(self, *, streams: bool = True) -> Iterator[tuple[str, int, str]]:
        """Ask for every GET route with each value of its parts: path, status, all that was answered."""
        for route in gets():
            for path in self._paths(route):
                if STREAMS.search(route):
                    if streams:
                        yield path, 200, asyncio.run(self._listened(path))
                    continue
                answer = self.client.get(path, headers=dict(self.headers))
                yield path, answer.status_code, f"{answer.headers}\n{unpacked(answer.content)}"

    def _paths(self, route: str) -> Iterator[str]:
        found = re.search(r"\{(\w+)[^}]*\}", route)
        if found is None:
            yield route
            return
        for value in self.parts[found[1]]:
            yield from self._paths(route.replace(found[0], value))

    async def _listened(self, path: str) -> str:
        told = bytearray()
        cookies = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        headers = {**self.client.headers, **self.headers, "cookie": cookies, "accept-encoding": "identity"}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "method": "GET",
            "scheme": "http",
            "http_version": "1.1",
            "path": path.partition("?")[0],
            "raw_path": path.partition("?")[0].encode(),
            "query_string": path.partition("?")[2].encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("console.test", 80),
            "state": {},
        }

        async def receive() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            told.extend(repr(message.get("headers", "")).encode() + message.get("body", b""))

        try:
            async with asyncio.timeout(SECONDS):
                await self.client.app(scope, receive, send)
        except TimeoutError:
            pass
        return told.decode()


def gets() -> Iterator[str]:
    """Yield every address that is looked at, pages first."""
    for package, prefix in ((pages, ""), (rest, "/api/v1")):
        for item in found_in(package):
            for route in item.router.routes:
                assert isinstance(route, APIRoute)
                if "GET" in (route.methods or ()):
                    yield f"{prefix}{route.path}"


def unpacked(content: bytes) -> str:
    """Give an answer as a text: an archive with the names and contents of all in it."""
    if content[:2] != b"\x1f\x8b":
        return content.decode("latin-1") + content.decode("utf-8", "replace")
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content))) as archive:
        return "".join(
            f"{member.name}\n{file.read().decode('latin-1')}"
            for member in archive
            if (file := archive.extractfile(member)) is not None
        )
