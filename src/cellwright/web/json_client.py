"""Asks servers that answer in JSON: no redirect is followed, and size and time of an answer are limited."""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json
from cellwright.web.opener import CertificatesError, NoRedirects, opener_of, reason_of

LARGEST = 1_048_576
"""Bytes of an answer. The keys of a large provider of identities are some ten thousand."""

_PIECE = 65_536
_MOVED = (301, 302, 303, 307, 308)


class UnansweredError(Exception):
    """A server gave no answer that can be used: why, and what to do if that is known."""

    def __init__(self, why: str, advice: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.advice = advice


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """What a server has answered."""

    status: int
    document: Json
    """None if the answer was no JSON; that is allowed where the status says that it is an error."""


@dataclass(frozen=True, slots=True)
class JsonClient:
    """Asks with the proxies and certificates of an environment."""

    environment: Mapping[str, str] = field(repr=False)
    seconds: float
    """In which the whole answer must be here."""

    def get(self, url: str, headers: Mapping[str, str]) -> JsonAnswer:
        """Ask for a document; `url` begins with http:// or https://.

        Raises:
            UnansweredError: there is no answer that can be used.
        """
        return self._ask(urllib.request.Request(url, headers={"Accept": "application/json", **headers}))  # noqa: S310  see above

    def post(self, url: str, headers: Mapping[str, str], body: str) -> JsonAnswer:
        """Send a body; as `get`."""
        sent = {"Accept": "application/json", **headers}
        return self._ask(urllib.request.Request(url, body.encode(), sent, method="POST"))  # noqa: S310  see `get`

    def _ask(self, request: urllib.request.Request) -> JsonAnswer:
        deadline = time.monotonic() + self.seconds
        try:
            opener = opener_of(self.environment, NoRedirects())
            with opener.open(request, timeout=self.seconds) as response:
                return JsonAnswer(response.status, self._document(response, deadline))
        except CertificatesError as fault:
            raise UnansweredError(str(fault), "correct SSL_CERT_FILE") from None
        except urllib.error.HTTPError as fault:
            with fault:
                return self._error(fault, deadline)
        except urllib.error.URLError as fault:
            raise self._unreachable(fault.reason) from None
        except (OSError, ValueError, http.client.HTTPException) as fault:
            raise self._unreachable(fault) from None

    def _error(self, fault: urllib.error.HTTPError, deadline: float) -> JsonAnswer:
        if fault.code in _MOVED:
            raise UnansweredError("it sends us to another address, which is not followed")
        try:
            return JsonAnswer(fault.code, self._document(fault, deadline))
        except UnansweredError:
            return JsonAnswer(fault.code, None)
        except (OSError, http.client.HTTPException) as broken:
            raise self._unreachable(broken) from None

    def _document(self, response: http.client.HTTPResponse | urllib.error.HTTPError, deadline: float) -> Json:
        pieces: list[bytes] = []
        size = 0
        while piece := response.read(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                raise UnansweredError(f"its answer has more than {LARGEST:,} bytes")
            if time.monotonic() > deadline:
                raise self._unreachable(TimeoutError())
        try:
            found: Json = read_json(b"".join(pieces))
        except (ValueError, RecursionError):
            raise UnansweredError("its answer is no JSON") from None
        return found

    def _unreachable(self, reason: object) -> UnansweredError:
        why, advice = reason_of(reason)
        if isinstance(reason, TimeoutError):
            why = f"no answer within {self.seconds:g} seconds"
        return UnansweredError(why, advice)
