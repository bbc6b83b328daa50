"""Each source of secrets with something to store secrets in."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import boto3
import pytest

from cellwright.model.position import Position
from cellwright.model.settings.secret_settings import SecretSettings, SourceType
from cellwright.sandbox.process import Sandbox
from contract.secrets.sops_files import SopsFiles, sops_files
from contract.secrets.vault_stand_in import TOKEN, VaultStandIn, silent_server, vault_stand_in


def settings(type_: SourceType, timeout: int = 30, **options: str) -> SecretSettings:
    return SecretSettings(
        name="it", type=type_, position=Position("fleet.yaml", 9, 5), options=options, timeout=timeout
    )


class SecretBench(Protocol):
    """A source, and a way to store secrets in it."""

    settings: SecretSettings
    root: Path
    environment: dict[str, str]

    def name(self, word: str) -> str:
        """A name of the kind that the source has."""

    def key(self, field: Sequence[str]) -> tuple[str, ...]:
        """The field with which a reference names what `put` has stored."""

    def put(self, name: str, content: str | bytes) -> None:
        """Store a secret."""

    def can_hold(self, content: str | bytes, /) -> bool:
        """Whether the source could keep it at all."""

    def close(self, name: str, /) -> bool:
        """Forbid reading it; False where that can't be."""

    def silent(self) -> SecretSettings | None:
        """The same source behind a server that takes connections and never answers."""

    def asked_when_silent(self) -> int:
        """How often that server was asked."""


@dataclass
class _Bench:
    settings: SecretSettings
    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    asked: Callable[[], int] = lambda: 0

    def name(self, word: str) -> str:
        return word

    def key(self, field: Sequence[str]) -> tuple[str, ...]:
        return tuple(field)

    def can_hold(self, _content: str | bytes) -> bool:
        return True

    def close(self, _name: str) -> bool:
        return False

    def silent(self) -> SecretSettings | None:
        return None

    def asked_when_silent(self) -> int:
        return self.asked()


class EnvironmentBench(_Bench):
    def name(self, word: str) -> str:
        return f"DB_{word.upper()}"

    def put(self, name: str, content: str | bytes) -> None:
        self.environment[name] = os.fsdecode(content)


class FileBench(_Bench):
    def name(self, word: str) -> str:
        return f"db/{word}.txt"

    def put(self, name: str, content: str | bytes) -> None:
        path = self.root / "kept" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def close(self, name: str) -> bool:
        (self.root / "kept" / name).chmod(0)
        return True


@dataclass
class VaultBench(_Bench):
    server: VaultStandIn = field(kw_only=True)
    quiet: str = field(kw_only=True)

    def name(self, word: str) -> str:
        return f"clients/acme/{word}"

    def key(self, field: Sequence[str]) -> tuple[str, ...]:
        return ("value", *field)

    def put(self, name: str, content: str | bytes) -> None:
        self.server.kept[f"kv/data/{name}"] = {"value": content}

    def can_hold(self, content: str | bytes) -> bool:
        return isinstance(content, str)

    def close(self, name: str) -> bool:
        self.server.forbidden.add(f"kv/data/{name}")
        return True

    def silent(self) -> SecretSettings | None:
        options = {**self.settings.options, "address": self.quiet}
        return replace(self.settings, options=options, timeout=1)


@dataclass
class AwsBench(_Bench):
    client: Any = field(kw_only=True)
    quiet: str = field(kw_only=True)

    def put(self, name: str, content: str | bytes) -> None:
        raise NotImplementedError

    def name(self, word: str) -> str:
        return f"/cellwright/{self.settings.type}/{word}"

    def silent(self) -> SecretSettings | None:
        options = {**self.settings.options, "endpoint": self.quiet}
        return replace(self.settings, options=options, timeout=1)


class SecretsManagerBench(AwsBench):
    def put(self, name: str, content: str | bytes) -> None:
        given = {"SecretBinary": content} if isinstance(content, bytes) else {"SecretString": content}
        try:
            self.client.create_secret(Name=name, **given)
        except self.client.exceptions.ResourceExistsException:
            self.client.put_secret_value(SecretId=name, **given)

    def can_hold(self, content: str | bytes) -> bool:
        return content != "" and len(content) < 65_536


class ParameterBench(AwsBench):
    def put(self, name: str, content: str | bytes) -> None:
        self.client.put_parameter(Name=name, Value=content, Type="SecureString", Overwrite=True)

    def can_hold(self, content: str | bytes) -> bool:
        return isinstance(content, str) and 0 < len(content) < 4_096


@dataclass
class SopsBench(_Bench):
    files: SopsFiles = field(kw_only=True)

    def name(self, word: str) -> str:
        return f"acme/{word}.yaml"

    def key(self, field: Sequence[str]) -> tuple[str, ...]:
        return ("value", *field)

    def put(self, name: str, content: str | bytes) -> None:
        self.files.encrypt(name, json.dumps({"value": content}))

    def can_hold(self, content: str | bytes) -> bool:
        return isinstance(content, str)

    def close(self, _name: str) -> bool:
        self.environment.pop("SOPS_AGE_KEY_FILE", None)
        return True


OneSandbox = Callable[[], Sandbox]
"""Starts the emulated AWS, or gives the one that runs."""


@contextmanager
def _environment(folder: Path, _sandbox: OneSandbox) -> Iterator[SecretBench]:
    yield EnvironmentBench(settings("environment"), folder)


@contextmanager
def _file(folder: Path, _sandbox: OneSandbox) -> Iterator[SecretBench]:
    yield FileBench(settings("file", folder="kept"), folder)


@contextmanager
def _vault(folder: Path, _sandbox: OneSandbox) -> Iterator[SecretBench]:
    with vault_stand_in() as server, silent_server() as (quiet, asked):
        yield VaultBench(
            settings("vault", address=server.address, mount="kv"),
            folder,
            {"VAULT_TOKEN": TOKEN},
            asked,
            server=server,
            quiet=quiet,
        )


@contextmanager
def _aws(
    folder: Path, sandbox: Sandbox, type_: SourceType, service: str, kind: type[AwsBench]
) -> Iterator[SecretBench]:
    with silent_server() as (quiet, asked):
        environment = {**sandbox.environment}
        client = boto3.client(
            service,
            "eu-west-1",
            endpoint_url=sandbox.endpoint,
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            verify=False,
        )
        given = settings(type_, region="eu-west-1", endpoint=sandbox.endpoint)
        yield kind(given, folder, environment, asked, client=client, quiet=quiet)


@contextmanager
def _secrets_manager(folder: Path, sandbox: OneSandbox) -> Iterator[SecretBench]:
    with _aws(folder, sandbox(), "aws_secrets_manager", "secretsmanager", SecretsManagerBench) as bench:
        yield bench


@contextmanager
def _parameters(folder: Path, sandbox: OneSandbox) -> Iterator[SecretBench]:
    with _aws(folder, sandbox(), "aws_ssm", "ssm", ParameterBench) as bench:
        yield bench


@contextmanager
def _sops(folder: Path, _sandbox: OneSandbox) -> Iterator[SecretBench]:
    files = sops_files(folder)
    yield SopsBench(settings("sops", folder="kept"), folder, files.environment(), files=files)


_AWS = pytest.mark.aws
BENCHES = [
    pytest.param(_environment, id="environment"),
    pytest.param(_file, id="file"),
    pytest.param(_vault, id="vault"),
    pytest.param(_secrets_manager, id="aws_secrets_manager", marks=_AWS),
    pytest.param(_parameters, id="aws_ssm", marks=_AWS),
    pytest.param(_sops, id="sops"),
]
