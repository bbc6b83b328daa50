import pytest

from cellwright.relay.daemon.exchange import ProviderError
from cellwright.relay.daemon.provider import Greeting, provider_environment


@pytest.mark.parametrize(
    ("line", "greeting"),
    [
        ("1|5|unix|/tmp/plugin123|grpc|\n", Greeting(5, "unix", "/tmp/plugin123")),  # noqa: S108 - as it comes
        ("1|6|tcp|127.0.0.1:1234|grpc", Greeting(6, "tcp", "127.0.0.1:1234")),
        ("1|6|tcp|127.0.0.1:1234", Greeting(6, "tcp", "127.0.0.1:1234")),
        ("1|6|tcp|127.0.0.1:1234|grpc||true", Greeting(6, "tcp", "127.0.0.1:1234")),
    ],
)
def test_greetings(line: str, greeting: Greeting) -> None:
    assert Greeting.parse(line) == greeting


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
def test_what_the_relay_cannot_talk_to(line: str, why: str) -> None:
    with pytest.raises(ProviderError, match=why):
        Greeting.parse(line)


def test_a_provider_is_not_told_of_the_relay() -> None:
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
