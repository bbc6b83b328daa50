"""Secrets from AWS: Secrets Manager, and the parameter store of Systems Manager."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from cellwright.model.secret_settings import SecretSettings
from cellwright.secrets.source import SecretFault

Service = Literal["secretsmanager", "ssm"]

_MISSING = frozenset({"ResourceNotFoundException", "ParameterNotFound", "ParameterVersionNotFound"})
_ENDPOINTS: Mapping[Service, str] = {
    "secretsmanager": "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    "ssm": "AWS_ENDPOINT_URL_SSM",
}


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


def make_client(service: Service, settings: SecretSettings, environment: Mapping[str, str]) -> Any:  # noqa: ANN401  boto3 has no types
    """Make a client with the credentials of an environment, or those that AWS's own configuration names.

    Raises:
        SecretFault: the library is missing, or the configuration lacks something.
    """
    try:
        import boto3  # noqa: PLC0415  an extra; and it takes long to import
        from botocore.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415  as boto3
    except ImportError:
        raise SecretFault(
            "the library for AWS is missing", "install it: pip install 'cellwright[aws]'", down=True
        ) from None
    options = settings.options
    chosen: dict[str, str | None] = {"region_name": options.get("region") or _region(environment)}
    if "profile" in options:
        chosen["profile_name"] = options["profile"]
    elif environment.get("AWS_ACCESS_KEY_ID"):
        chosen["aws_access_key_id"] = environment["AWS_ACCESS_KEY_ID"]
        chosen["aws_secret_access_key"] = environment.get("AWS_SECRET_ACCESS_KEY")
        chosen["aws_session_token"] = environment.get("AWS_SESSION_TOKEN") or None
    elif environment.get("AWS_PROFILE"):
        chosen["profile_name"] = environment["AWS_PROFILE"]
    endpoint = (
        options.get("endpoint") or environment.get(_ENDPOINTS[service]) or environment.get("AWS_ENDPOINT_URL")
    )
    limits = Config(
        connect_timeout=settings.timeout, read_timeout=settings.timeout, retries={"total_max_attempts": 2}
    )
    with _failures("AWS"):
        made: Callable[..., Any] = boto3.Session(**chosen).client
        return made(service, endpoint_url=endpoint or None, config=limits)


def _region(environment: Mapping[str, str]) -> str | None:
    return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")


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
