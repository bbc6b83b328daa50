"""Posts to addresses that people choose, never into our own network unless that is allowed.

The name is resolved once, every address that it has is judged, and the connection goes to one of these
addresses: a name that answers differently the second time gains nothing. Redirects are not followed.
"""

import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Timer
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Iterable[str]]

_PORTS = {"http": 80, "https": 443}
_NAT64 = ip_network("64:ff9b::/96")
_LAST_32_BITS = 0xFFFFFFFF
_LONGEST_URL = 2_000


class OutgoingError(Exception):
    """The address is refused, or there was no answer."""


def resolve_name(host: str, port: int) -> list[str]:
    """Give the addresses of a host.

    Raises:
        OSError: it has none.
    """
    return [str(item[4][0]) for item in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What may be posted to."""

    allowed: tuple[str, ...] = ()
    """Names of hosts, and networks (`10.0.0.0/8`), that may be reached though they are our own."""
    seconds: float = 10
    """For all of it, from connecting to the answer's head: a receiver may send one byte at a time."""
    resolve: Resolve = resolve_name
    context: Callable[[], ssl.SSLContext] = field(default=ssl.create_default_context)

    def check(self, url: str) -> None:
        """Refuse what can't be posted to whatever its name means.

        Raises:
            OutgoingError: it says why.
        """
        self._parts(url)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send, and return the status of the answer; the rest of the answer is not read.

        Raises:
            OutgoingError: the address is refused, or there was no answer.
        """
        parts, port = self._parts(url)
        host = parts.hostname or ""
        connection = self._connection(parts.scheme, host, port, self._address(host, port))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        deadline = Timer(self.seconds, connection.cut)
        deadline.start()
        try:
            connection.request("POST", target, body, dict(headers))
            status = connection.getresponse().status
            connection.refuse_cut()  # a head that is cut off reads like a whole one
        except (OSError, HTTPException) as fault:
            if connection.is_cut or isinstance(fault, TimeoutError):
                raise OutgoingError(f"{host} did not answer within {self.seconds:g} seconds") from fault
            reason = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
            raise OutgoingError(f"{host} did not answer: {reason}") from fault
        finally:
            deadline.cancel()
            connection.close()
        return status

    def _parts(self, url: str) -> tuple[SplitResult, int]:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as fault:
            raise OutgoingError("it is no web address") from fault
        if parts.scheme not in _PORTS or not parts.hostname:
            raise OutgoingError("write a web address: https://host/path")
        if parts.username is not None or parts.password is not None:
            raise OutgoingError("an address must not hold a user or a password")
        if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
            raise OutgoingError("an address is of printable ASCII characters, at most 2,000")
        if _literal(parts.hostname) is not None:
            self._judge(parts.hostname, parts.hostname)
        return parts, port or _PORTS[parts.scheme]

    def _address(self, host: str, port: int) -> str:
        try:
            found = list(self.resolve(host, port))
        except (OSError, UnicodeError) as fault:
            raise OutgoingError(
                f"{host} is not known: {getattr(fault, 'strerror', None) or fault}"
            ) from fault
        if not found:
            raise OutgoingError(f"{host} has no address")
        for address in found:
            self._judge(host, address)
        return found[0]

    def _judge(self, host: str, address: str) -> None:
        found = _literal(address)
        if found is None:
            raise OutgoingError(f"{host} has the address {address}, which is none")
        if all(map(_is_public, _meant(found))) or self._is_allowed(host, found):
            return
        raise OutgoingError(
            f"{host} is in a private network ({address}); to send there, list the host or the network under "
            "`webhooks: allow:` in fleet.yaml"
        )

    def _is_allowed(self, host: str, address: Address) -> bool:
        for item in self.allowed:
            network = _network(item)
            if network is None and item.lower() == host.lower():
                return True
            if network is not None and all(
                meant.version == network.version and meant in network for meant in _meant(address)[-1:]
            ):
                return True
        return False

    def _connection(self, scheme: str, host: str, port: int, address: str) -> "_Plain | _Encrypted":
        if scheme == "http":
            return _Plain(host, port, address, self.seconds)
        return _Encrypted(host, port, address, self.seconds, self.context())


class _Cuttable:
    """A connection that another thread may cut, whatever it waits for."""

    is_cut = False
    sock: socket.socket | None

    def cut(self) -> None:
        """Have whoever waits for the receiver go on at once, with an error."""
        self.is_cut = True
        sock = self.sock
        if sock is not None:
            with suppress(OSError):
                # Not that of an encrypted socket, which would change what the other thread works with.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def refuse_cut(self) -> None:
        """Raise TimeoutError if it was cut."""
        if self.is_cut:
            raise TimeoutError


class _Plain(_Cuttable, HTTPConnection):
    """A connection to an address that was judged."""

    def __init__(self, host: str, port: int, address: str, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        self.refuse_cut()


class _Encrypted(_Cuttable, HTTPSConnection):
    """The same, encrypted; the certificate is that of the host's name."""

    def __init__(self, host: str, port: int, address: str, seconds: float, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=seconds, context=context)
        self._address = address
        self._made = context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        try:
            made = self._made.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        except BaseException:
            plain.close()
            raise
        self.sock = made
        self.refuse_cut()
        made.do_handshake()


def _literal(text: str) -> Address | None:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _meant(address: Address) -> tuple[Address, ...]:
    """The address, and the one of version 4 that it stands for."""
    if isinstance(address, IPv4Address):
        return (address,)
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inner is None and address in _NAT64:
        inner = IPv4Address(int(address) & _LAST_32_BITS)
    return (address,) if inner is None else (inner,)


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast
