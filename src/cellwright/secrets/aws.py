"""Secrets from AWS: Secrets Manager, and the parameter store of Systems Manager."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cellwright.model.settings.secret_settings import SecretSettings
from cellwright.secrets.source import SecretFault
from cellwright.web.aws import Service, make_client

_MISSING = frozenset({"ResourceNotFoundException", "ParameterNotFound", "ParameterVersionNotFound"})


@dataclass(frozen=True, slots=True)
class SecretsManagerSource:
    """Gives the current version of a secret: its text, or its bytes."""

    client: Any
    """As boto3 makes it."""

    def read(self, name: str) -> bytes:
        """Give a secret."""
        with _failures("AWS Secrets Manager"):
            found = self.client.get_secret_value(SecretId=name)
        text = found.get("SecretString")
        return (
            text.encode("utf-8", "surrogatepass")
            if text is not None
            else bytes(found.get("SecretBinary", b""))
        )


@dataclass(frozen=True, slots=True)
class ParameterSource:
    """Gives the newest version of a parameter, decrypted."""

    client: Any
    """As boto3 makes it."""

    def read(self, name: str) -> bytes:
        """Give a parameter."""
        with _failures("AWS Systems Manager"):
            found = self.client.get_parameter(Name=name, WithDecryption=True)
        text: str = found["Parameter"]["Value"]
        return text.encode("utf-8", "surrogatepass")


def connect(service: Service, settings: SecretSettings, environment: Mapping[str, str]) -> Any:  # noqa: ANN401  boto3 has no types
    """Make a client with the credentials of an environment, or those that AWS's own configuration names.

    Raises:
        SecretFault: the library is missing, or the configuration lacks something.
    """
    options = settings.options
    try:
        with _failures("AWS"):
            return make_client(
                service,
                environment,
                seconds=settings.timeout,
                region=options.get("region"),
                profile=options.get("profile"),
                endpoint=options.get("endpoint"),
            )
    except ImportError:
        raise SecretFault(
            "the library for AWS is missing", "install it: pip install 'cellwright[aws]'", down=True
        ) from None


@contextmanager
def _failures(who: str) -> Iterator[None]:
    """Turn whatever the library raises into a `SecretFault`; its texts hold no secret, and are left out."""
    from botocore.exceptions import (  # type: ignore[import-untyped]  # noqa: PLC0415  as boto3
        BotoCoreError,
        ClientError,
        NoRegionError,
    )

    try:
        yield
    except ClientError as fault:
        raise _refused(who, fault.response) from None
    except NoRegionError:
        raise SecretFault(f"{who}: no region is set", "write `region` into the source", down=True) from None
    except (BotoCoreError, ValueError) as fault:
        raise SecretFault(
            f"{who} can't be asked: {_words(type(fault).__name__)}",
            "see the credentials, the region and the network",
            down=True,
        ) from None


def _refused(who: str, response: Mapping[str, Any]) -> SecretFault:
    code = str(response.get("Error", {}).get("Code", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _MISSING:
        return SecretFault(f"{who} has nothing under this name", "store it, or correct name and region")
    if code.startswith(("AccessDenied", "Unauthorized")):
        return SecretFault(f"{who} refuses access ({code})", "let the role read it, and decrypt with its key")
    credentials = status in (401, 403) or "Token" in code or "Signature" in code
    advice = "see whether the credentials have run out" if credentials else ""
    return SecretFault(f"{who} answers {code or status}", advice, down=credentials or status >= 500)  # noqa: PLR2004  5xx


def _words(name: str) -> str:
    """Write the library's name of a failure as words: NoCredentialsError, `no credentials`."""
    text = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return text.strip().removesuffix(" error")
