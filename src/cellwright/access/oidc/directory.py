"""What is known of a provider: its description and its keys, asked for when needed and kept for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Protocol

from joserfc.jwk import KeySet

from cellwright.access.oidc.faults import ProviderFault
from cellwright.access.oidc.metadata import Metadata, MetadataError, discovery_url, read_metadata
from cellwright.access.oidc.public_keys import read_keys
from cellwright.model.settings.console_settings import OidcSettings
from cellwright.model.value import Json
from cellwright.web.json_client import JsonAnswer, UnansweredError

KEPT_SECONDS = 3600.0
ASKED_AGAIN_SECONDS = 60.0
"""A token with an unknown key makes us ask for the keys again, but not more often than this."""
DOWN_SECONDS = 5.0
"""A provider that can't be used is not asked again for so long: each asking keeps somebody waiting."""


class Http(Protocol):
    """Asks servers that answer in JSON."""

    def get(self, url: str, headers: dict[str, str]) -> JsonAnswer:
        """Ask for a document."""

    def post(self, url: str, headers: dict[str, str], body: str) -> JsonAnswer:
        """Send a body."""


@dataclass(slots=True)
class Directory:
    """One provider's description and keys, for any thread."""

    settings: OidcSettings
    http: Http
    clock: Callable[[], float] = time.monotonic
    _guard: Lock = field(init=False, repr=False, default_factory=Lock)
    _metadata: tuple[float, Metadata] | None = field(init=False, repr=False, default=None)
    _keys: tuple[float, KeySet] | None = field(init=False, repr=False, default=None)
    _down: tuple[float, ProviderFault] | None = field(init=False, repr=False, default=None)

    def metadata(self) -> Metadata:
        """Give what the provider says of itself.

        Raises:
            ProviderFault: it can't be had.
        """
        with self._guard:
            return self._known_metadata()

    def keys(self, *, anew: bool = False) -> KeySet:
        """Give the provider's public keys; `anew` asks again, unless that was done a moment ago.

        Raises:
            ProviderFault: they can't be had.
        """
        with self._guard:
            place = self._known_metadata().jwks_uri
            now = self.clock()
            longest = ASKED_AGAIN_SECONDS if anew else KEPT_SECONDS
            if self._keys is None or now - self._keys[0] > longest:
                document = self._asked(place)
                try:
                    self._keys = now, read_keys(document)
                except ValueError:
                    raise ProviderFault(self.settings, "its keys can't be read") from None
            return self._keys[1]

    def _known_metadata(self) -> Metadata:
        now = self.clock()
        if self._metadata is None or now - self._metadata[0] > KEPT_SECONDS:
            document = self._asked(discovery_url(self.settings.issuer))
            try:
                self._metadata = now, read_metadata(document, self.settings.issuer)
            except MetadataError as fault:
                raise ProviderFault(self.settings, fault.why, fault.advice) from None
        return self._metadata[1]

    def _asked(self, url: str) -> Json:
        if self._down is not None and self.clock() - self._down[0] < DOWN_SECONDS:
            raise ProviderFault(self.settings, self._down[1].why, self._down[1].advice)
        try:
            return self.document(url)
        except ProviderFault as fault:
            self._down = self.clock(), fault
            raise

    def document(self, url: str, headers: dict[str, str] | None = None) -> Json:
        """Ask the provider for a document.

        Raises:
            ProviderFault: it can't be had.
        """
        try:
            answer = self.http.get(url, headers or {})
        except UnansweredError as fault:
            advice = (
                fault.advice or "see whether it is up and reachable from this machine, or correct `issuer`"
            )
            raise ProviderFault(self.settings, fault.why, advice) from None
        if answer.status != HTTPStatus.OK:
            raise ProviderFault(self.settings, f"it answers {answer.status} at {url}", "correct `issuer`")
        return answer.document
