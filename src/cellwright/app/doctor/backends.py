"""Where states lie outside of AWS and this machine: whether the host answers, and credentials are there.

Nothing is signed in to: only Terraform's backends know how. Of credentials, it is said whether some are set,
never what they are.
"""

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cellwright.app.doctor.report import Line, broken, doubtful, skipped, well
from cellwright.model.value import Json

_SECONDS = 5.0
"""For which a host is waited for."""
_MOST = 20
"""Hosts that are tried."""
Config = Mapping[str, Json]
Environment = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of backend is reached."""

    host: Callable[[Config, Environment], str]
    """An address, or a host with or without a port; empty if nothing names it."""
    port: int
    variables: tuple[str, ...]
    """Variables of the environment with credentials, or with a file of them."""
    keys: tuple[str, ...] = ()
    """Keys of the backend's settings with credentials."""
    files: tuple[str, ...] = ()
    """Files in a person's home with credentials."""
    needed: bool = True
    """Whether it never works without credentials."""
    advice: str = ""
    proxied: bool = True
    """Whether it is reached through the environment's proxy, if there is one."""


def _text(config: Config, environment: Environment, key: str, *variables: str) -> str:
    found = config.get(key)
    if isinstance(found, str) and found and "${" not in found:
        return found
    return next((environment[name] for name in variables if environment.get(name)), "")


def _azure(config: Config, environment: Environment) -> str:
    account = _text(config, environment, "storage_account_name", "ARM_STORAGE_ACCOUNT_NAME")
    clouds = {"usgovernment": "usgovcloudapi.net", "china": "chinacloudapi.cn"}
    cloud = clouds.get(_text(config, environment, "environment", "ARM_ENVIRONMENT"), "windows.net")
    return f"{account}.blob.core.{cloud}" if account else ""


def _postgres(config: Config, environment: Environment) -> str:
    written = _text(config, environment, "conn_str", "PG_CONN_STR")
    if "://" in written or not written:
        return written or environment.get("PGHOST", "")
    parts = dict(item.split("=", 1) for item in written.split() if "=" in item)
    return f"{parts['host']}:{parts.get('port', '5432')}" if parts.get("host") else ""


def _workspaces(config: Config, environment: Environment) -> str:
    return _text(config, environment, "hostname", "TF_CLOUD_HOSTNAME") or "app.terraform.io"


_TERRAFORM_CLOUD = Kind(
    _workspaces,
    443,
    ("TF_TOKEN_",),
    ("token",),
    (".terraform.d/credentials.tfrc.json", ".terraformrc", ".tofurc"),
    advice="terraform login, or TF_TOKEN_HOST (with _ for each dot of the host)",
)
KINDS: Mapping[str, Kind] = {
    "http": Kind(
        lambda config, environment: _text(config, environment, "address", "TF_HTTP_ADDRESS"),
        443,
        ("TF_HTTP_USERNAME", "TF_HTTP_CLIENT_CERTIFICATE_PEM"),
        ("username", "client_certificate_pem"),
        needed=False,
        advice="TF_HTTP_USERNAME and TF_HTTP_PASSWORD, unless the server takes anybody",
    ),
    "azurerm": Kind(
        _azure,
        443,
        ("ARM_CLIENT_ID", "ARM_ACCESS_KEY", "ARM_SAS_TOKEN", "ARM_USE_MSI", "ARM_USE_OIDC"),
        ("access_key", "sas_token", "client_id", "use_msi", "use_oidc"),
        (".azure/msal_token_cache.json", ".azure/azureProfile.json"),
        advice="az login, or the variables ARM_*",
    ),
    "gcs": Kind(
        lambda config, environment: (
            _text(config, environment, "storage_custom_endpoint", "GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT")
            or "storage.googleapis.com"
        ),
        443,
        (
            "GOOGLE_BACKEND_CREDENTIALS",
            "GOOGLE_CREDENTIALS",
            "GOOGLE_APPLICATION_CREDENTIALS",
            "GOOGLE_OAUTH_ACCESS_TOKEN",
        ),
        ("credentials", "access_token"),
        (".config/gcloud/application_default_credentials.json",),
        advice="gcloud auth application-default login, or GOOGLE_CREDENTIALS",
    ),
    "pg": Kind(
        _postgres,
        5432,
        ("PGPASSWORD", "PGPASSFILE", "PGSERVICE"),
        (),
        (".pgpass",),
        needed=False,
        advice="PGPASSWORD or ~/.pgpass, unless the database takes whoever asks",
        proxied=False,
    ),
    "consul": Kind(
        lambda config, environment: (
            _text(config, environment, "address", "CONSUL_HTTP_ADDR") or "127.0.0.1:8500"
        ),
        8500,
        ("CONSUL_HTTP_TOKEN", "CONSUL_HTTP_TOKEN_FILE", "CONSUL_HTTP_AUTH"),
        ("access_token", "http_auth"),
        needed=False,
        advice="CONSUL_HTTP_TOKEN, unless Consul takes anybody",
    ),
    "remote": _TERRAFORM_CLOUD,
    "cloud": _TERRAFORM_CLOUD,
}


def look_at_backends(
    configs: Sequence[tuple[str, Config]], environment: Environment, home: Path
) -> Iterator[Line]:
    """Yield what can be known of each backend, given by its kind and settings; each host is tried once."""
    seen: set[tuple[str, str, int]] = set()
    for kind, config in configs:
        known = KINDS.get(kind)
        if known is None:
            place = (kind, "", 0)
            lines = iter((skipped("states", f"not looked at: only Terraform can ask '{kind}'", _ASKS),))
        else:
            place = (kind, *_address(known.host(config, environment), known.port))
            lines = _of_place(kind, known, place[1], place[2], config, environment, home)
        if place in seen:
            continue
        seen.add(place)
        if len(seen) > _MOST:
            yield skipped("states", f"not looked at: more than {_MOST} places of states", _ASKS)
            return
        yield from lines


_ASKS = "cellwright plan asks it"


def _of_place(  # noqa: PLR0913, PLR0917  one backend and what surrounds it
    name: str, kind: Kind, host: str, port: int, config: Config, environment: Environment, home: Path
) -> Iterator[Line]:
    if not host:
        told = f"not looked at: what names the host of the backend '{name}' is not known here"
        yield skipped("states", told, _ASKS)
    elif kind.proxied and _is_proxied(host, environment):
        yield skipped("states", f"not looked at: {host} ({name}) is reached through a proxy", _ASKS)
    else:
        yield _reached(name, host, port)
    found = _credentials(kind, config, environment, home)
    if found:
        yield well("states", f"credentials for '{name}': {found}")
    elif kind.needed:
        yield doubtful("states", f"no credentials for '{name}' were found", kind.advice)
    else:
        yield skipped("states", f"no credentials for '{name}' are set", kind.advice)


def _reached(name: str, host: str, port: int) -> Line:
    try:
        with socket.create_connection((host, port), timeout=_SECONDS):
            return well("states", f"{host}:{port} ({name}) can be reached")
    except TimeoutError:
        told = f"{host}:{port} ({name}) does not answer within {_SECONDS:.0f} s"
    except socket.gaierror:
        told = f"{host} ({name}) has no address"
    except (OSError, UnicodeError) as fault:
        told = f"{host}:{port} ({name}) can't be reached: {getattr(fault, 'strerror', '') or 'no such host'}"
    return broken("states", told, "check `state.config` in fleet.yaml, the network, and firewalls on the way")


def _credentials(kind: Kind, config: Config, environment: Environment, home: Path) -> str:
    """Say where credentials are; empty if they are nowhere. Only names are read."""
    for key in kind.keys:
        if config.get(key):
            return f"`{key}` of the settings"
    for name in kind.variables:
        whole = [
            found for found in environment if found == name or (name[-1] == "_" and found.startswith(name))
        ]
        if any(environment[found] for found in whole):
            return f"{whole[0]} in the environment"
    return next((f"~/{name}" for name in kind.files if (home / name).is_file()), "")


def _address(text: str, port: int) -> tuple[str, int]:
    """Read host and port out of an address, without the user and password that it may hold."""
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        written = parts.port
    except ValueError:
        return "", port
    return parts.hostname or "", written or {"http": 80, "https": 443}.get(parts.scheme, port)


def _is_proxied(host: str, environment: Environment) -> bool:
    def named(name: str) -> str:
        return environment.get(name) or environment.get(name.lower()) or ""

    left_out = [item.strip().lstrip(".") for item in named("NO_PROXY").split(",") if item.strip()]
    direct = any(item in {"*", host} or host.endswith(f".{item}") for item in left_out)
    return bool(named("HTTPS_PROXY") or named("HTTP_PROXY")) and not direct and host != "127.0.0.1"
