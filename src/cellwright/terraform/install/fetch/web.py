"""Downloads over HTTP and HTTPS, with the proxy and the certificates that an environment names."""

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

from cellwright.web.opener import CertificatesError, opener_of, reason_of

TIMEOUT = 30.0
"""Seconds without data after which a download fails."""

_CHUNK = 2**18
_NOT_FOUND = 404


class DownloadError(Exception):
    """A file can't be had; the message says why."""

    def __init__(self, why: str, *, missing: bool = False, advice: str = "") -> None:
        super().__init__(why)
        self.missing = missing
        """The server answers, and has no such file."""
        self.advice = advice
        """What to do about this failure in particular, if anything is known."""


class Web:
    """The web as it is reached from one environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR)."""

    def __init__(self, environment: Mapping[str, str], timeout: float = TIMEOUT) -> None:
        self._environment = environment
        self._timeout = timeout

    def read(self, url: str, limit: int) -> bytes:
        """Give the content of a file of at most `limit` bytes.

        Raises:
            DownloadError: it can't be had, or not whole.
        """
        return b"".join(self._chunks(url, limit))

    def save(self, url: str, file: BinaryIO, limit: int) -> str:
        """Write the content of a file of at most `limit` bytes into `file`, and give its SHA-256 in hex.

        Raises:
            DownloadError: it can't be had, or not whole.
            OSError: it can't be written.
        """
        digest = hashlib.sha256()
        for chunk in self._chunks(url, limit):
            digest.update(chunk)
            file.write(chunk)
        return digest.hexdigest()

    def _chunks(self, url: str, limit: int) -> Iterator[bytes]:
        got = 0
        with _failures(), self._opener().open(url, timeout=self._timeout) as response:
            length = response.headers.get("Content-Length")
            while chunk := response.read(_CHUNK):
                got += len(chunk)
                if got > limit:
                    raise DownloadError(f"it has more than {limit} bytes")
                yield chunk
        if length is not None and got < int(length):
            raise DownloadError(f"the download broke off {int(length) - got} bytes before its end")

    def _opener(self) -> urllib.request.OpenerDirector:
        try:
            return opener_of(self._environment)
        except CertificatesError as fault:
            raise DownloadError(str(fault), advice="correct SSL_CERT_FILE") from fault


@contextmanager
def _failures() -> Iterator[None]:
    """Turn whatever the library raises into a `DownloadError`."""
    try:
        yield
    except urllib.error.HTTPError as fault:
        fault.close()
        raise DownloadError(
            f"the server answered {fault.code} {fault.reason}".rstrip(), missing=fault.code == _NOT_FOUND
        ) from None
    except urllib.error.URLError as fault:
        raise _unreachable(fault.reason) from fault
    except (OSError, ValueError, http.client.HTTPException) as fault:  # timed out, or broken off
        raise _unreachable(fault) from fault


def _unreachable(reason: object) -> DownloadError:
    why, advice = reason_of(reason)
    return DownloadError(why, advice=advice)
