import pytest

from cellwright.relay.daemon.provider_side.handshake import Handshake, provider_environment
from cellwright.relay.daemon.provider_side.response import ProviderError


@pytest.mark.parametrize(
    ("line", "handshake"),
    [
        ("1|5|unix|/tmp/plugin123|grpc|\n", Handshake(5, "unix", "/tmp/plugin123")),  # noqa: S108 - as it comes
        ("1|6|tcp|127.0.0.1:1234|grpc", Handshake(6, "tcp", "127.0.0.1:1234")),
        ("1|6|tcp|127.0.0.1:1234", Handshake(6, "tcp", "127.0.0.1:1234")),
        ("1|6|tcp|127.0.0.1:1234|grpc||true", Handshake(6, "tcp", "127.0.0.1:1234")),
    ],
)
def test_handshakes(line: str, handshake: Handshake) -> None:
    assert Handshake.parse(line) == handshake


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "not go-plugin's"),
        ("hello", "not go-plugin's"),
        ("2|6|unix|/x|grpc|", "not go-plugin's"),
        ("1|x|unix|/x|grpc|", "not go-plugin's"),
        ("1|4|unix|/x|netrpc|", "protocol 4"),
        ("1|7|unix|/x|grpc|", "protocol 7"),
        ("1|5|unix|/x|netrpc|", "plain gRPC"),
        ("1|5|unix|/x|grpc|CERTIFICATE", "plain gRPC"),
        ("1|5|unix|x|grpc|", "relative path"),
    ],
)
def test_handshakes_that_are_refused(line: str, why: str) -> None:
    with pytest.raises(ProviderError, match=why):
        Handshake.parse(line)


def test_a_provider_does_not_learn_how_to_reach_the_relay() -> None:
    environment = provider_environment(
        {
            b"TF_REATTACH_PROVIDERS": b"{}",
            b"PLUGIN_CLIENT_CERT": b"x",
            b"AWS_REGION": b"here",
            b"ODD": b"\xff",
        }
    )

    assert environment[b"AWS_REGION"] == b"here"
    assert environment[b"ODD"] == b"\xff"
    assert environment[b"GOGC"] == b"400"
    assert provider_environment({b"GOGC": b"50"})[b"GOGC"] == b"50"
    assert environment[b"PLUGIN_PROTOCOL_VERSIONS"] == b"5,6"
    assert not {b"TF_REATTACH_PROVIDERS", b"PLUGIN_CLIENT_CERT"} & environment.keys()
