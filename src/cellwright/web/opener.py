"""Opens web addresses with the proxies and certificates that an environment names.

It names them by HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR, and need not be the process's own.
"""

import http.client
import ssl
import urllib.request
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path


class CertificatesError(Exception):
    """Certificates that are named can't be read."""

    def __init__(self, place: str | None, why: str) -> None:
        super().__init__(f"the certificates in {place} can't be read: {why}")


def opener_of(
    environment: Mapping[str, str],
    *handlers: urllib.request.BaseHandler,
    certificates: str | None = None,
) -> urllib.request.OpenerDirector:
    """Make an opener; a file with `certificates` replaces those that the environment names.

    Raises:
        CertificatesError: they can't be read.
    """
    file = certificates or environment.get("SSL_CERT_FILE") or None
    folder = None if certificates else environment.get("SSL_CERT_DIR") or None
    try:
        context = _contexts(file, folder)
    except OSError as fault:
        raise CertificatesError(file or folder, fault.strerror or str(fault)) from fault
    return urllib.request.build_opener(_EnvironmentProxies(environment), _Encrypted(context), *handlers)


def reason_of(fault: object) -> tuple[str, str]:
    """Say why a server could not be reached, and what to do if that is known."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        return (
            f"the server's certificate is not trusted: {fault.verify_message}",
            "if a proxy of your company answers, name the file with its certificate in SSL_CERT_FILE",
        )
    if isinstance(fault, OSError):
        return fault.strerror or str(fault), ""
    return str(fault) or type(fault).__name__, ""


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """The library would follow, and take a token along, to wherever an answer points."""

    def redirect_request(self, *_: object) -> None:
        """Follow none."""


def _contexts(file: str | None, folder: str | None) -> Callable[[], ssl.SSLContext]:
    """Read what is named at once, since it may be wrong, and the machine's own when they are needed."""
    if not file and not folder:
        return cache(ssl.create_default_context)
    found = Path(file).stat() if file else None
    content = (found.st_ino, found.st_mtime_ns, found.st_size) if found else None
    named = _context(file, folder, content)
    return lambda: named


@lru_cache(maxsize=4)
def _context(file: str | None, folder: str | None, _content: object) -> ssl.SSLContext:
    """Read certificates once for as long as their file stays as it is; a folder is searched at each use."""
    return ssl.create_default_context(cafile=file, capath=folder)


class _Encrypted(urllib.request.HTTPSHandler):
    """Loads certificates for the first address that is encrypted: the machine's own take 20 ms of a core."""

    def __init__(self, context: Callable[[], ssl.SSLContext]) -> None:
        # Not by its parent, which loads them at once since Python 3.12.
        urllib.request.AbstractHTTPHandler.__init__(self)
        self._made = context

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(http.client.HTTPSConnection, req, context=self._made())


class _EnvironmentProxies(urllib.request.ProxyHandler):
    """The proxies of an environment that need not be the process's own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._chosen = _proxies(environment)
        super().__init__({scheme: url for scheme, url in self._chosen.items() if scheme in ("http", "https")})

    def proxy_open(self, req: urllib.request.Request, proxy: str, type: str) -> object:  # noqa: A002  the base class's name
        # The type checker's library does not list it.
        bypass = urllib.request.proxy_bypass_environment  # type: ignore[attr-defined]
        if req.host and bypass(req.host, self._chosen):
            return None
        return super().proxy_open(req, proxy, type)


def _proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """Give the proxies by scheme, and under `no` the hosts without; a name in small letters wins."""
    found = {}
    for name, value in sorted(environment.items()):  # capitals sort first
        if name.lower().endswith("_proxy") and value:
            found[name.lower().removesuffix("_proxy")] = value
    return found
