"""go-plugin's handshake: what a provider finds in its environment, and what it prints when it is ready."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.relay.daemon.provider_side.methods import SERVICES
from cellwright.relay.daemon.provider_side.response import ProviderError

# As Terraform sets them; the cookie is no secret, it only tells a provider that nobody runs it by hand.
_HANDSHAKE_ENVIRONMENT = {
    b"TF_PLUGIN_MAGIC_COOKIE": b"d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    b"PLUGIN_MIN_PORT": b"10000",
    b"PLUGIN_MAX_PORT": b"25000",
    b"PLUGIN_PROTOCOL_VERSIONS": b"5,6",
}
# A provider process allocates most of its memory once, while it starts: collecting garbage less often saves a
# fifth of its CPU time and costs some megabytes. A GOGC that the environment sets takes precedence.
_TUNING = {b"GOGC": b"400"}
_NEVER_PASSED = frozenset((b"TF_REATTACH_PROVIDERS", b"PLUGIN_CLIENT_CERT"))
_PARTS = 4


@dataclass(frozen=True, slots=True)
class Handshake:
    """The line that a provider prints when it is ready: its protocol version and where it listens."""

    protocol: int
    network: str
    address: str

    @classmethod
    def parse(cls, line: str) -> "Handshake":
        """Read `1|5|unix|/tmp/plugin123|grpc|`.

        Raises:
            ProviderError: another handshake, or a protocol that the relay does not support.
        """
        parts = line.strip().split("|")
        if len(parts) < _PARTS or parts[0] != "1" or not parts[1].isdigit():
            raise ProviderError("its handshake is not go-plugin's")
        if int(parts[1]) not in SERVICES:
            raise ProviderError(f"it speaks protocol {parts[1]}")
        if parts[4:5] not in ([], ["grpc"]) or any(len(part) > 0 for part in parts[5:6]):
            raise ProviderError("it does not speak plain gRPC")
        if parts[2] == "unix" and not parts[3].startswith("/"):
            raise ProviderError("it listens on a relative path")
        return cls(int(parts[1]), parts[2], parts[3])


def provider_environment(environment: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """A provider's environment: all of its Terraform's, except for how to reach the relay."""
    passed = {name: value for name, value in environment.items() if name not in _NEVER_PASSED}
    return _TUNING | passed | _HANDSHAKE_ENVIRONMENT
