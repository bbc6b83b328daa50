"""One request to a Jenkins, and what came back; no redirect is followed, and answers are limited in size."""

import base64
import http.client
import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json
from cellwright.web.opener import CertificatesError, NoRedirects, opener_of, reason_of

_LARGEST = 4_194_304
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks: a user and the token that Jenkins has given them."""

    user: str
    token: str = field(repr=False)

    @property
    def header(self) -> str:
        """The value of the header Authorization."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.token}".encode()).decode("ascii")


@dataclass(frozen=True, slots=True)
class Answer:
    """What Jenkins has answered."""

    status: int
    body: bytes = b""
    location: str = ""

    @property
    def text(self) -> str:
        """The answer's text."""
        return self.body.decode("utf-8", "replace")

    def document(self) -> Mapping[str, Json]:
        """The answer as a JSON mapping; empty if it is none."""
        try:
            found = read_json(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class UnansweredError(Exception):
    """There was no answer; `sent` tells whether Jenkins may have got the request."""

    def __init__(self, why: str, *, sent: bool) -> None:
        super().__init__(why)
        self.sent = sent


class Transport:
    """Sends requests with the credentials, and with the cookies that a crumb belongs to."""

    def __init__(self, credentials: Credentials, environment: Mapping[str, str], seconds: float) -> None:
        self._credentials = credentials
        self._seconds = seconds
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        try:
            self._opener = opener_of(environment, NoRedirects(), cookies)
        except CertificatesError as fault:
            raise UnansweredError(str(fault), sent=False) from None

    def get(self, url: str) -> Answer:
        """Ask for something.

        Raises:
            UnansweredError: there is no answer.
        """
        return self._ask(urllib.request.Request(url, headers=self._headers()))  # noqa: S310  the server's own address

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Send a form; raises as `get`."""
        body = urllib.parse.urlencode(form).encode()
        sent = {**self._headers(), "Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._ask(urllib.request.Request(url, body, sent, method="POST"))  # noqa: S310  as `get`

    def _headers(self) -> dict[str, str]:
        return {"Accept": "application/json", "Authorization": self._credentials.header}

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=self._seconds) as response:
                return _read(response.status, response)
        except urllib.error.HTTPError as fault:
            with fault:
                return _read(fault.code, fault)
        except urllib.error.URLError as fault:
            raise UnansweredError(_why(fault.reason), sent=_was_sent(fault.reason)) from None
        except (OSError, http.client.HTTPException) as fault:
            raise UnansweredError(_why(fault), sent=True) from None


def _read(status: int, response: "http.client.HTTPResponse | urllib.error.HTTPError") -> Answer:
    try:
        body = response.read(_LARGEST)
    except (OSError, http.client.HTTPException) as fault:
        raise UnansweredError(_why(fault), sent=True) from None
    return Answer(status, body, response.headers.get("Location") or "")


def _why(fault: object) -> str:
    if isinstance(fault, TimeoutError):
        return "no answer in time"
    return reason_of(fault)[0]


def _was_sent(reason: object) -> bool:
    """Tell whether a request may have arrived: not where no connection was made."""
    return not isinstance(reason, ConnectionRefusedError) and "Name or service" not in str(reason)
