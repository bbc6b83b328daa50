"""Calls the API of a server: JSON there and back, refusals as diagnostics."""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import OpenerDirector, Request

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.web_address import address_fault
from cellwright.remote.documents.findings import diagnostics_from
from cellwright.web.opener import CertificatesError, NoRedirects, opener_of, reason_of

Query = Sequence[tuple[str, str | int | None]]

_OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_SECONDS = 60.0
_TRIES = 4
_PAUSE = 0.5
_LONGEST_WAIT = 300.0
"""Seconds that we wait in all for a request that the server has, and has not answered yet."""
_LONGEST_PAUSE = 30.0
_AGAIN = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})

_LATER = frozenset({HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS})
"""Answers that say with `Retry-After` when to come again: 409 while the same request is under way."""


def _none() -> str:
    return ""


@dataclass(frozen=True)
class ApiClient:
    """The API of one server."""

    address: str
    token: str = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    acts_for: str = ""
    """The person for whom a program asks; its token has to allow that."""
    build: Callable[[], str] = field(default=_none, repr=False)
    """Gives the identity token of the build that this is, for the server to verify; empty if it is none."""

    def __post_init__(self) -> None:
        """Refuse an address over which the token could be read by others.

        Raises:
            DiagnosticError: it is one, or no address.
        """
        if fault := address_fault(self.address):
            # It is not repeated: a password or a token may be a part of it, or all of it.
            detail = f"{fault}; write https://HOST as --server or CELLWRIGHT_SERVER"
            raise DiagnosticError(error("what is given as its address is no server", detail))
        parts = urlsplit(self.address)
        if parts.scheme == "http" and parts.hostname not in _OWN_MACHINE:
            detail = "write https://, unless the server is on this machine"
            raise DiagnosticError(error("over http:// others could read the token", detail))

    def get(self, *path: str, query: Query = ()) -> Any:  # noqa: ANN401  a document
        """Get a document.

        Raises:
            DiagnosticError: it was refused, or the server can't be reached.
        """
        return self._call("GET", path, query, None, {})

    def post(self, *path: str, body: object, key: str = "") -> Any:  # noqa: ANN401  a document
        """Have something done; it is done once, also if the answer is lost and it is sent again.

        `key` names what is asked for, where another process may ask for the same.

        Raises:
            DiagnosticError: as `get`.
        """
        content = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": key or uuid.uuid4().hex}
        return self._call("POST", path, (), content, headers)

    def pages(self, *path: str, query: Query = ()) -> Iterator[Any]:
        """Get a list page by page."""
        cursor: str | None = None
        while True:
            document = self.get(*path, query=[*query, ("cursor", cursor)])
            yield document
            cursor = document["next"]
            if cursor is None:
                return

    def _call(
        self,
        method: str,
        path: Sequence[str],
        query: Query,
        content: bytes | None,
        headers: Mapping[str, str],
    ) -> Any:  # noqa: ANN401  a document
        where = "/".join(quote(part, safe="") for part in path)
        asked = urlencode([(name, value) for name, value in query if value is not None])
        url = f"{self.address.rstrip('/')}/api/v1/{where}{f'?{asked}' if asked else ''}"
        given = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **headers}
        if self.acts_for:
            given["X-Cellwright-Acts-For"] = self.acts_for.encode().decode("latin-1")
        # Asked for when something is to be changed: some are good for minutes, and runs take hours.
        if content is not None and (build := self.build()):
            given["X-Cellwright-Build-Token"] = build
        request = Request(url, content, given, method=method)  # noqa: S310  the scheme was checked
        left, until = _TRIES - 1, time.monotonic() + _LONGEST_WAIT
        while True:
            try:
                with self._opener.open(request, timeout=_SECONDS) as answer:
                    return json.load(answer)
            except HTTPError as fault:
                with fault:
                    pause = _pause_of(fault)
                    if pause is not None and time.monotonic() + pause < until:
                        time.sleep(pause)
                        continue
                    if pause is not None and fault.code == HTTPStatus.CONFLICT:
                        raise self._still_at_work() from None
                    if fault.code not in _AGAIN or not left:
                        raise self._refused(fault) from None
            except (URLError, OSError, HTTPException, ValueError) as fault:
                if not left:
                    raise self._unreachable(fault) from None
            time.sleep(_PAUSE * (_TRIES - left))
            left -= 1

    @cached_property
    def _opener(self) -> OpenerDirector:
        try:
            return opener_of(self.environment, NoRedirects())
        except CertificatesError as fault:
            raise DiagnosticError(error(str(fault), "see SSL_CERT_FILE")) from None

    def _still_at_work(self) -> DiagnosticError:
        minutes = _LONGEST_WAIT / 60
        return DiagnosticError(
            error(
                f"{self.address} has given no answer within {minutes:.0f} minutes, and may still be at work",
                "what it has done so far: cellwright events; then repeat the same command: it goes on with "
                "what is left, says that it is done, or who is still at work",
            )
        )

    def _refused(self, fault: HTTPError) -> DiagnosticError:
        if fault.code == HTTPStatus.UNAUTHORIZED:
            detail = "it is unknown, expired or revoked: make a new one on the console's page of tokens"
            return DiagnosticError(error(f"{self.address} does not take this API token", detail))
        try:
            found = diagnostics_from(json.load(fault)["diagnostics"])
        except (ValueError, LookupError, TypeError):
            found = ()
        told = error(f"{self.address} answered {fault.code} {fault.reason}", "is it a Cellwright server?")
        return DiagnosticError(*(found or (told,)))

    def _unreachable(self, fault: Exception) -> DiagnosticError:
        if isinstance(fault, ValueError):
            told = error(f"{self.address} answered with no document", "is it a Cellwright server?")
            return DiagnosticError(told)
        reason, advice = reason_of(getattr(fault, "reason", None) or fault)
        detail = advice or "look at the address, and whether the server runs"
        return DiagnosticError(error(f"{self.address} can't be reached: {reason}", detail))


def _pause_of(fault: HTTPError) -> float | None:
    """Seconds after which the server wants to be asked again; None if it says nothing of that."""
    told = fault.headers.get("Retry-After", "")
    if fault.code not in _LATER or not told.isascii() or not told.isdigit():
        return None
    return min(float(told), _LONGEST_PAUSE)
