from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.relay.messages import (
    GrantRequest,
    GrantUsage,
    MessageError,
    ProviderRequest,
    read_line,
    write_line,
)

REQUEST = GrantRequest(
    Path("/w"),
    "plan",
    (
        ProviderRequest(
            "registry.terraform.io/hashicorp/aws",
            Path("/p"),
            frozenset(("h1:x",)),
            schema_from_code=False,
            cache_checks=True,
        ),
    ),
    frozenset(("aws_vpc",)),
)


def test_a_request_is_written_and_read_back() -> None:
    verb, body = read_line(write_line("grant", REQUEST.encode()))

    assert verb == "grant"
    assert GrantRequest.decode(body) == REQUEST
    assert REQUEST.providers[0].name == "aws"


def test_a_request_with_nothing_left_out() -> None:
    request = replace(
        REQUEST, providers=(replace(REQUEST.providers[0], schema_from_code=True, cache_checks=True),)
    ).as_asked()

    assert request.types is None
    assert [(each.schema_from_code, each.cache_checks) for each in request.providers] == [(False, False)]


def test_no_types_means_the_full_schema() -> None:
    request = GrantRequest(Path("/w"), "plan", (), None)

    assert GrantRequest.decode(request.encode()).types is None


def test_usage_is_written_and_read_back_and_adds_up() -> None:
    usage = GrantUsage(1, 2, 3, 4, 5, 6.5)

    assert GrantUsage.decode(usage.encode()) == usage
    assert usage + usage == GrantUsage(2, 4, 6, 8, 10, 13.0)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b'{"verb": "x"}',
        b'{"verb": 1, "body": {}}',
        b'{"verb": "x", "body": []}',
        b'{"verb": "x", "body": {"a": ' + b"[" * 100_000,
    ],
)
def test_a_line_that_is_not_a_message_is_refused(line: bytes) -> None:
    with pytest.raises(MessageError):
        read_line(line)


@pytest.mark.parametrize("missing", ["workspace", "command", "providers", "types"])
def test_an_incomplete_request_is_refused(missing: str) -> None:
    body = REQUEST.encode()
    del body[missing]

    with pytest.raises(MessageError, match=missing):
        GrantRequest.decode(body)


def test_incomplete_usage_is_refused() -> None:
    with pytest.raises(MessageError):
        GrantUsage.decode({"schemas": 1})
    with pytest.raises(MessageError):
        GrantUsage.decode({**GrantUsage().encode(), "schemas": float("inf")})
    with pytest.raises(MessageError):
        GrantUsage.decode({"schemas": "x", "checks": 0, "passed": 0, "started": 0, "seconds": 0})
