"""`doctor` says of each kind of backend what can be known without Terraform, and never a secret."""

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cellwright.app.doctor.backends import KINDS, look_at_backends
from cellwright.app.doctor.report import Standing
from every_command import answer
from unit.app.kit import NOBODY, install_program, make_fleet

SECRET = "sesame-open-9"


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


def told(kind: str, config: Mapping[str, str], home: Path, **environment: str) -> list[tuple[Standing, str]]:
    found = [*look_at_backends([(kind, config)], environment, home)]
    for line in found:
        assert SECRET not in str(line)
        assert line.advice or line.standing is Standing.WELL, line
    return [(line.standing, line.told) for line in found]


@pytest.mark.parametrize(
    ("kind", "config", "environment", "credentials"),
    [
        (
            "http",
            {"address": "http://ada:sesame-open-9@127.0.0.1:{port}/s", "username": "ada"},
            {},
            "`username`",
        ),
        (
            "http",
            {},
            {"TF_HTTP_ADDRESS": "http://127.0.0.1:{port}", "TF_HTTP_USERNAME": SECRET},
            "TF_HTTP_USERNAME",
        ),
        (
            "pg",
            {"conn_str": "postgres://ada:sesame-open-9@127.0.0.1:{port}/s"},
            {"PGPASSWORD": SECRET},
            "PGPASSWORD",
        ),
        ("pg", {"conn_str": "host=127.0.0.1 port={port} dbname=s"}, {"PGPASSWORD": SECRET}, "PGPASSWORD"),
        ("consul", {"address": "127.0.0.1:{port}"}, {"CONSUL_HTTP_TOKEN": SECRET}, "CONSUL_HTTP_TOKEN"),
        (
            "gcs",
            {"storage_custom_endpoint": "http://127.0.0.1:{port}"},
            {"GOOGLE_CREDENTIALS": SECRET},
            "GOOGLE_CRED",
        ),
        ("remote", {"hostname": "127.0.0.1:{port}", "token": SECRET}, {}, "`token`"),
        ("cloud", {"hostname": "127.0.0.1:{port}"}, {"TF_TOKEN_127_0_0_1": SECRET}, "TF_TOKEN_127_0_0_1"),
    ],
)
def test_a_host_that_answers_and_credentials_that_are_there(
    kind: str,
    config: dict[str, str],
    environment: dict[str, str],
    credentials: str,
    port: int,
    tmp_path: Path,
) -> None:
    given = {key: text.replace("{port}", str(port)) for key, text in config.items()}
    variables = {key: text.replace("{port}", str(port)) for key, text in environment.items()}
    reached, found = told(kind, given, tmp_path, **variables)
    assert reached == (Standing.WELL, f"127.0.0.1:{port} ({kind}) can be reached")
    assert found[0] is Standing.WELL
    assert credentials in found[1]


def test_a_host_that_does_not_answer_and_credentials_that_are_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []

    def refuse(address: tuple[str, int], timeout: float) -> None:
        assert timeout <= 10
        asked.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr("socket.create_connection", refuse)
    config = {"storage_account_name": "states", "hostname": "tf.example.com", "address": "https://h.example"}
    for kind in KINDS:
        reached, *_, last = told(kind, {**config, "conn_str": "postgres://db.example/s"}, tmp_path)
        assert reached[0] is Standing.BROKEN
        assert "Connection refused" in reached[1]
        assert last[0] is (Standing.DOUBTFUL if KINDS[kind].needed else Standing.SKIPPED)
    assert dict(zip(KINDS, asked, strict=True)) == {
        "http": ("h.example", 443),
        "azurerm": ("states.blob.core.windows.net", 443),
        "gcs": ("storage.googleapis.com", 443),
        "pg": ("db.example", 5432),
        "consul": ("h.example", 443),
        "remote": ("tf.example.com", 443),
        "cloud": ("tf.example.com", 443),
    }


def test_credentials_in_a_file_at_home(tmp_path: Path, port: int) -> None:
    (tmp_path / ".pgpass").write_text(SECRET)
    _, found = told("pg", {"conn_str": f"postgres://127.0.0.1:{port}/s"}, tmp_path)
    assert found == (Standing.WELL, "credentials for 'pg': ~/.pgpass")


def test_what_is_not_looked_at_is_said(tmp_path: Path) -> None:
    proxy = {"HTTPS_PROXY": "http://proxy.example:3128"}
    (told_of, _) = told("gcs", {}, tmp_path, **proxy)
    assert told_of[1] == "not looked at: storage.googleapis.com (gcs) is reached through a proxy"
    assert told("pg", {}, tmp_path)[0][1].startswith("not looked at: what names the host")
    assert told("oss", {}, tmp_path) == [(Standing.SKIPPED, "not looked at: only Terraform can ask 'oss'")]
    many = [("http", {"address": f"http://[::{number}"}) for number in range(3)]
    assert len([*look_at_backends(many, {}, tmp_path)]) == 2, "the same place is told once"


def test_the_command_looks_at_the_fleet_s_backend(tmp_path: Path, port: int) -> None:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n")
    settings = root / "fleet.yaml"
    settings.write_text(
        f"{settings.read_text()}state: {{backend: http, config: {{address: 'http://127.0.0.1:{port}/${{unit.cell}}'}}}}\n"
    )
    environment = {
        **NOBODY,
        "PATH": f"{install_program(tmp_path / 'bin')}:/usr/bin:/bin",
        "HOME": str(tmp_path),
    }
    _, text = answer(("doctor",), root, environment)
    assert f"127.0.0.1:{port} (http) can be reached" in text
