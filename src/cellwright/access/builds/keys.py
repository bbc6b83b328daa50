"""The public keys with which an issuer signs builds' tokens, by its discovery document; kept for a while."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Protocol

from joserfc.jwk import KeySet

from cellwright.access.builds.faults import IssuerFault
from cellwright.access.oidc.metadata import ALGORITHMS, discovery_url, may_be_asked
from cellwright.access.oidc.public_keys import read_keys
from cellwright.model.settings.build_settings import BuildIssuer
from cellwright.model.value import Json
from cellwright.web.json_client import JsonAnswer, UnansweredError

KEPT_SECONDS = 3600.0
ASKED_AGAIN_SECONDS = 60.0
"""A token with an unknown key makes us ask for the keys again, but not more often than this."""
DOWN_SECONDS = 5.0
"""An issuer that can't be asked is not asked again for so long: each asking keeps somebody waiting."""


class Http(Protocol):
    """Asks servers that answer in JSON."""

    def get(self, url: str, headers: Mapping[str, str]) -> JsonAnswer:
        """Ask for a document."""


@dataclass(frozen=True, slots=True)
class Signing:
    """An issuer's keys, and how it signs."""

    keys: KeySet
    algorithms: tuple[str, ...]


@dataclass(slots=True)
class IssuerKeys:
    """One issuer's keys, for any thread."""

    issuer: BuildIssuer
    http: Http
    clock: Callable[[], float] = time.monotonic
    _guard: Lock = field(init=False, repr=False, default_factory=Lock)
    _known: tuple[float, Signing] | None = field(init=False, repr=False, default=None)
    _down: tuple[float, IssuerFault] | None = field(init=False, repr=False, default=None)

    def signing(self, *, anew: bool = False) -> Signing:
        """Give them; `anew` asks again, unless that was done a moment ago.

        Raises:
            IssuerFault: they can't be had.
        """
        with self._guard:
            now = self.clock()
            longest = ASKED_AGAIN_SECONDS if anew else KEPT_SECONDS
            if self._known is not None and now - self._known[0] <= longest:
                return self._known[1]
            if self._down is not None and now - self._down[0] < DOWN_SECONDS:
                raise self._down[1]
            try:
                found = self._asked()
            except IssuerFault as fault:
                self._down = now, fault
                raise
            self._known = now, found
            return found

    def _asked(self) -> Signing:
        described = self._document(discovery_url(self.issuer.issuer))
        if not isinstance(described, Mapping) or described.get("issuer") != self.issuer.issuer:
            advice = "write `issuer` exactly as it does, with or without a slash at its end"
            raise IssuerFault(self.issuer, "describes itself as another issuer", advice)
        place = described.get("jwks_uri")
        if not isinstance(place, str) or not may_be_asked(place, self.issuer.issuer):
            raise IssuerFault(self.issuer, "names no address of its keys that it may send us to")
        try:
            keys = read_keys(self._document(place))
        except ValueError:
            raise IssuerFault(self.issuer, "has keys that can't be read") from None
        return Signing(keys, _algorithms(described))

    def _document(self, url: str) -> Json:
        try:
            answer = self.http.get(url, {})
        except UnansweredError as fault:
            raise IssuerFault(self.issuer, f"can't be asked: {fault.why}", fault.advice) from None
        if answer.status != HTTPStatus.OK:
            raise IssuerFault(self.issuer, f"answers {answer.status} at {url}")
        return answer.document


def _algorithms(described: Mapping[str, Json]) -> tuple[str, ...]:
    """Give how it signs: with a key of its own, of which we know the public half, and never not at all."""
    signs = described.get("id_token_signing_alg_values_supported")
    named = signs if isinstance(signs, list) and signs else ["RS256"]
    return tuple(name for name in ALGORITHMS if name in named)
