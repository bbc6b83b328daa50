"""What is Vault's own: tokens, namespaces, and the ways in which a server refuses."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.value import SecretReference
from cellwright.secrets.opening import reader_of
from cellwright.secrets.source import LIMIT
from contract.secrets.benches import settings
from contract.secrets.vault_stand_in import TOKEN, VaultStandIn, vault_stand_in

REFERENCE = SecretReference("it", "db", ("password",))

Environment = dict[str, str] | None


@pytest.fixture(name="vault", scope="module")
def vault_fixture() -> Iterator[VaultStandIn]:
    with vault_stand_in() as vault:
        vault.kept["secret/data/db"] = {"password": "hunter2"}
        vault.kept["secret/data/gone"] = None
        yield vault


def read(
    vault: VaultStandIn, root: Path, environment: dict[str, str] | None = None, **options: str
) -> object:
    address = options.pop("address", vault.address)
    given = replace(settings("vault"), options={"address": address, **options})
    whole = {"VAULT_TOKEN": TOKEN} if environment is None else environment
    return reader_of({"it": given}, root, whole).value(REFERENCE)


def refusal(
    vault: VaultStandIn, root: Path, environment: dict[str, str] | None = None, **options: str
) -> Diagnostic:
    with pytest.raises(DiagnosticError) as caught:
        read(vault, root, environment, **options)
    assert TOKEN not in str(caught.value)
    return caught.value.diagnostics[0]


def test_the_usual_mount_and_the_usual_variable(vault: VaultStandIn, tmp_path: Path) -> None:
    assert read(vault, tmp_path) == "hunter2"
    assert read(vault, tmp_path, {"T": TOKEN}, token_variable="T", mount="/secret/") == "hunter2"
    assert vault.namespaces[-1] is None


def test_a_namespace_is_named(vault: VaultStandIn, tmp_path: Path) -> None:
    assert read(vault, tmp_path, namespace="team/a") == "hunter2"
    assert vault.namespaces[-1] == "team/a"


def test_a_token_in_a_file(vault: VaultStandIn, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert read(vault, tmp_path, {}, token_file="token") == "hunter2"
    (tmp_path / "token").write_text("\n")
    assert "log in again" in refusal(vault, tmp_path, {}, token_file="token").detail
    (tmp_path / "token").write_bytes(b"\xff")
    assert "it is no text" in refusal(vault, tmp_path, {}, token_file="token").summary
    assert "No such file" in refusal(vault, tmp_path, {}, token_file="absent").summary


@pytest.mark.parametrize("environment", [{}, {"VAULT_TOKEN": ""}, {"VAULT_TOKEN": "a\nb: c"}])
def test_without_a_token_nobody_is_asked(
    vault: VaultStandIn, tmp_path: Path, environment: dict[str, str]
) -> None:
    before = len(vault.namespaces)
    found = refusal(vault, tmp_path, environment)
    assert f"there is no token for {vault.address}" in found.summary
    assert found.detail == "set VAULT_TOKEN, or name a file with `token_file`"
    assert len(vault.namespaces) == before


def test_a_token_that_has_run_out(vault: VaultStandIn, tmp_path: Path) -> None:
    found = refusal(vault, tmp_path, {"VAULT_TOKEN": "hvs.other"})
    assert "refuses the token (403)" in found.summary


def test_a_version_that_was_deleted(vault: VaultStandIn, tmp_path: Path) -> None:
    given = settings("vault", address=vault.address)
    with pytest.raises(DiagnosticError, match="or it was deleted"):
        reader_of({"it": given}, tmp_path, {"VAULT_TOKEN": TOKEN}).value(replace(REFERENCE, name="gone"))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((503, {}, b'{"errors":["Vault is sealed"]}'), "answers 503"),
        ((400, {}, b"{}"), "answers 400"),
        ((302, {"Location": "http://127.0.0.1:9/"}, b""), "sends us to another address"),
        ((307, {"Location": "/v1/elsewhere"}, b""), "sends us to another address"),
        ((200, {}, b"<html>"), "does not answer as Vault does"),
        ((200, {}, b"[" * 100_000), "does not answer as Vault does"),
        ((200, {}, b'{"data": {"password": "hunter2"}}'), "as a KV engine of version 2 does"),
        ((200, {}, b"[]"), "as a KV engine of version 2 does"),
        ((200, {}, b'"' + b"x" * LIMIT * 5 + b'"'), f"more than {LIMIT:,} bytes"),
        ((200, {"Content-Length": "100"}, b"{"), "can't be reached"),
    ],
)
def test_answers_that_are_none(
    vault: VaultStandIn, tmp_path: Path, answer: tuple[int, dict[str, str], bytes], expected: str
) -> None:
    vault.answer = answer
    try:
        found = refusal(vault, tmp_path)
    finally:
        vault.answer = None
    assert expected in found.summary
    assert "hunter2" not in str(found)


def test_an_address_where_nobody_listens(vault: VaultStandIn, tmp_path: Path) -> None:
    found = refusal(vault, tmp_path, address="http://127.0.0.1:9")
    assert "can't be reached: Connection refused" in found.summary


def test_certificates_that_can_not_be_read(vault: VaultStandIn, tmp_path: Path) -> None:
    found = refusal(vault, tmp_path, ca_file="absent.pem")
    assert "absent.pem can't be read" in found.summary
    assert "ca_file" in found.detail
