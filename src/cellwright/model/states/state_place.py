"""Where a state lies: the settings of its backend that decide it, in one spelling.

Other settings, such as a region, a profile, credentials or a lock table, may change and the state stays.
"""

import hashlib
import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cellwright.model.address import UnitAddress
from cellwright.model.states.secret_backend import without_secrets
from cellwright.model.text.url_credentials import without_credentials
from cellwright.model.unit import Backend
from cellwright.model.value import Json

_DECIDING: Mapping[str, tuple[str, ...]] = {
    "local": ("path",),
    "s3": ("bucket", "key", "endpoint", "endpoints.s3"),
    "gcs": ("bucket", "prefix"),
    "azurerm": ("storage_account_name", "container_name", "key"),
    "http": ("address",),
    "consul": ("address", "datacenter", "path"),
    "pg": ("conn_str", "schema_name"),
    "kubernetes": ("host", "config_context", "namespace", "secret_suffix"),
    "cos": ("region", "bucket", "prefix", "key"),
    "oss": ("region", "bucket", "prefix", "key"),
    "oci": ("region", "namespace", "bucket", "key"),
    "remote": ("hostname", "organization", "workspaces"),
}
"""By backend: the settings that say where a state lies. Of a backend that is not here, all that are no
credentials."""

_PATHS = frozenset({"key", "path", "prefix"})
_LOWER_CASE = frozenset({"storage_account_name", "container_name", "hostname"})
"""Settings whose values mean the same in either case."""

_HIDDEN = frozenset({"conn_str"})
"""Settings that are part of a place but not shown: they may hold a password."""
_KEYWORD_LOGIN = r"\bpassword\s*=\s*('(\\.|[^'])*'|\S+)\s*"
"""A password in a connection string of key words."""
_STATES = Path(".cellwright/states")


@dataclass(frozen=True, slots=True)
class StatePlace:
    """Where a state lies. Equal places are one place, however their settings are written."""

    kind: str
    settings: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """For people: `s3 (bucket b, key network.tfstate)`; without what may be secret."""
        shown = ", ".join(f"{name} {text}" for name, text in self.settings if name not in _HIDDEN)
        return f"{self.kind} ({shown})" if shown else self.kind

    @property
    def alike(self) -> "StatePlace":
        """The same for all places that some store takes for one: `z/./one` and `z/one`, `x` and `x/`."""
        return StatePlace(self.kind, tuple((name, _alike(name, text)) for name, text in self.settings))


def state_place(backend: Backend, unit: UnitAddress, root: Path | None = None) -> StatePlace:
    """Tell where a backend keeps the state of `unit`; relative paths start at `root`, the fleet's folder."""
    if backend.kind == "local":
        path = backend.config.get("path")
        return StatePlace("local", (("path", _file(path, unit, root)),))
    found = []
    deciding = _DECIDING.get(backend.kind)
    config = backend.config if deciding else without_secrets(backend.config)
    for name in deciding or sorted(config):
        value = _value(config, name)
        if value is not None:
            found.append((name, _text(name, value)))
    return StatePlace(backend.kind, tuple(found))


def place_digest(backend: Backend, unit: UnitAddress) -> str:
    """Digest of where a state lies, the same for all places that some store takes for one."""
    place = state_place(backend, unit).alike
    shown = json.dumps([place.kind, place.settings])
    return hashlib.blake2b(shown.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _file(path: Json, unit: UnitAddress, root: Path | None) -> str:
    default = _STATES / unit.level / unit.cell / f"{unit.stack}.tfstate"
    return posixpath.normpath(posixpath.join(root or "", path if isinstance(path, str) else default))


def _value(settings: Mapping[str, Json], name: str) -> Json:
    """The value of a setting; a dot leads into a block."""
    block, _, inner = name.partition(".")
    found = settings.get(block)
    return found.get(inner) if inner and isinstance(found, Mapping) else None if inner else found


def _text(name: str, value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
    if name == "conn_str":
        return re.sub(_KEYWORD_LOGIN, "", without_credentials(text, of_database=True))
    # Who asks is no part of the place, and credentials may change.
    text = without_credentials(text)
    if name == "address":
        return _address(text)
    return text.lower() if name in _LOWER_CASE else text


def _address(text: str) -> str:
    """A web address with its host in lower case, as hosts are the same in either."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()


def _alike(name: str, text: str) -> str:
    if name == "address":
        try:
            parts = urlsplit(text)
        except ValueError:
            return text
        return parts._replace(path=_normal(parts.path)).geturl()
    return _normal(text) if name in _PATHS else text


def _normal(path: str) -> str:
    return posixpath.normpath(path).lstrip("/") if path else path
