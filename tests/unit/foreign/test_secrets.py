"""What counts as a secret by its name, and what only says where one is."""

from decimal import Decimal

import pytest

from cellwright.foreign.secrets import closed, holds_secrets, is_secret_name, shown_line
from cellwright.foreign.tree import FromEnvironment, Joined, OutputOf
from cellwright.model.position import Position


@pytest.mark.parametrize(
    "name", ["db_password", "API_TOKEN", "private_key", "clientSecret", "tls_private_key"]
)
def test_a_secret_by_its_name(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "private_subnets",
        "secret_name",
        "password_length",
        "token_ttl",
        "create_secret",
        "api_key_id",
        "region",
    ],
)
def test_what_only_says_where_a_secret_is(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize("path", [".env", "prod.env", ".env.a", "secrets.yaml", "secrets/x.yaml", "tls.key"])
def test_a_file_of_secrets(path: str) -> None:
    assert holds_secrets(path)


@pytest.mark.parametrize("path", ["environment.yaml", "private-subnets.hcl", "keys.yaml", "token/main.tf"])
def test_a_file_like_others(path: str) -> None:
    assert not holds_secrets(path)


def test_texts_below_a_secret_name_are_closed_by_their_path() -> None:
    value = {"name": "x", "db": {"password": "p", "port": 1}, "tokens": ["a", {"id": "b"}]}
    found = closed(value, "input")
    assert found["name"] == "x"
    assert found["db"] == {"password": FromEnvironment("TF_VAR_input_db_password", "p"), "port": 1}
    assert [item.variable for item in (found["tokens"][0], found["tokens"][1]["id"])] == [
        "TF_VAR_input_tokens_0",
        "TF_VAR_input_tokens_1_id",
    ]
    assert "clear" not in repr(found["db"]["password"])


@pytest.mark.parametrize("number", [12345678, -123456, 1234.5678, Decimal(998877665544)])
def test_a_password_without_quotes_is_a_secret_too(number: Decimal | float) -> None:
    assert closed({"password": number}) == {"password": FromEnvironment("TF_VAR_password", str(number))}


@pytest.mark.parametrize("rule", [{"max_password_age": 90}, {"password_reset": True}, {"size": 12345678}])
def test_a_number_that_is_a_rule_is_no_secret(rule: dict[str, object]) -> None:
    assert closed(rule) == rule


def test_what_stands_beside_an_output_in_a_secret_is_one() -> None:
    host = OutputOf("db", ("host",), Position("a.hcl", 1, 1))
    found = closed(Joined(("user:hunter2", "@", Joined((host, 5432)))), "db_secret")
    assert found == Joined(
        (
            FromEnvironment("TF_VAR_db_secret_0", "user:hunter2"),
            "@",
            host,
            FromEnvironment("TF_VAR_db_secret_3", "5432"),
        )
    )
    assert closed(Joined(("x-", host)), "db_url") == Joined(("x-", host))


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('password = f("hunter2")', "password = ..."),
        ('made = "x-${f(get_env("TOKEN", "hunter2"))}"', "made = ..."),
        ("hunter2 ${get_env(api_token)}", "..."),
        ("db_password: hunter2", "db_password: ..."),
        ('name = f("x")', 'name = f("x")'),
    ],
)
def test_a_line_about_a_secret_is_shown_without_its_value(line: str, shown: str) -> None:
    assert shown_line(line, "a.hcl") == shown


def test_a_line_of_a_file_of_secrets_is_shown_without_its_value() -> None:
    assert shown_line('name = f("x")', "secrets.hcl") == "name = ..."
