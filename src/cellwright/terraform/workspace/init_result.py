"""What `init` leaves in a working folder, taken from one unit's folder and written into another's.

Only what is understood wholly is taken: the backend's settings, the list of modules, links to providers, and
the lock file. Which state the other unit has can't be mistaken: Terraform and OpenTofu compare the settings
written here with those of the configuration, and ask for `init` where they differ.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cellwright.files.atomic import write_file
from cellwright.files.private import make_private_folder
from cellwright.model.names import means_secret
from cellwright.model.states.secret_backend import is_secret_setting
from cellwright.model.text.json_text import CANONICAL, JsonStyle
from cellwright.model.text.url_credentials import split_url
from cellwright.model.value import Json
from cellwright.terraform.workspace.backend import LOCAL, BackendSettings
from cellwright.terraform.workspace.unit_folder import LOCK_FILE

KINDS = frozenset((LOCAL, "http", "s3"))
"""Backends whose `init` leaves nothing but their settings and makes nothing, and was tried so."""

_DATA = Path(".terraform")
_BACKEND = "terraform.tfstate"
_MANIFEST = "modules/modules.json"
_PROVIDERS = "providers"
_LEFT_STATES = ("terraform.tfstate", "terraform.tfstate.d")
"""States of a stack that had no backend: `init` asks whether to move them."""
_FORMAT = 3
_KEYS = frozenset(("version", "terraform_version", "backend", "serial", "lineage", "modules"))
_NEVER_EQUAL = 0
"""In place of the digest of a backend block. Were it the block's own, the settings would not be compared."""
_STYLE = JsonStyle(sort_keys=True, indent=2, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class InitResult:
    """What one `init` has left, without what is the unit's own."""

    backend: Mapping[str, Json] = field(repr=False)
    """The backend's record; the settings that are texts are the unit's own and not in it."""
    manifest: str | None
    """The list of modules, all of which belong to the stack's source."""
    providers: Mapping[str, str]
    """Links to packages: path below `.terraform/providers`, and where it leads."""
    lock_file: str | None
    locked_before: str | None
    """The lock file as `init` has found it."""

    def record(self) -> dict[str, Any]:
        """As built-in types."""
        return {
            "backend": _STYLE.write(self.backend),
            "manifest": self.manifest,
            "providers": dict(self.providers),
            "lock_file": self.lock_file,
            "locked_before": self.locked_before,
        }


def from_record(found: object) -> InitResult | None:
    """Read what `InitResult.record` gave; None if it is something else."""
    match found:
        case {
            "backend": str(backend),
            "manifest": str() | None as manifest,
            "providers": dict(providers),
            "lock_file": str() | None as lock_file,
            "locked_before": str() | None as before,
        }:
            with suppress(ValueError):
                return InitResult(json.loads(backend), manifest, providers, lock_file, before)
        case _:
            pass
    return None


def may_share(settings: BackendSettings, module: Path) -> bool:
    """Tell whether a unit with this backend may take over another's `init`, or give its own."""
    return (
        settings.kind in KINDS
        and not _has_secret(settings.config)
        and not any(os.path.lexists(module / name) for name in _LEFT_STATES)
    )


def varied(settings: BackendSettings) -> dict[str, Json]:
    """The settings of a backend as units must have them in common: of texts only the names."""
    return {name: None if isinstance(value, str) else value for name, value in settings.config.items()}


def lock_file_text(module: Path) -> str | None:
    """The lock file in a folder; None if there is none.

    Raises:
        OSError: it can't be read.
    """
    try:
        return (module / LOCK_FILE).read_text(errors="surrogateescape")
    except FileNotFoundError:
        return None


def take_result(module: Path, settings: BackendSettings, locked_before: str | None) -> InitResult | None:
    """Read what `init` has left for a backend; None if something is there that is not understood.

    Raises:
        OSError: it can't be read.
    """
    data = module / _DATA
    found = _contents(data)
    record = _own_record(data / _BACKEND, settings)
    if found is None or record is None:
        return None
    texts: dict[str, Any] = {name: None for name, value in settings.config.items() if isinstance(value, str)}
    return InitResult(
        {**record, "config": {**record["config"], **texts}, "hash": _NEVER_EQUAL},
        (data / _MANIFEST).read_text() if _MANIFEST in found.files else None,
        found.providers,
        lock_file_text(module),
        locked_before,
    )


def write_result(result: InitResult, module: Path, settings: BackendSettings) -> bool:
    """Leave in a folder what `init` would; false if the folder needs one of its own.

    That is so where it names another place of the state, or other versions of providers, and where a provider
    is gone.

    Raises:
        OSError: it can't be written.
    """
    data = module / _DATA
    if lock_file_text(module) not in {result.locked_before, result.lock_file}:
        return False
    if not all(map(os.path.isdir, result.providers.values())) or not _clear(data, settings):
        return False
    make_private_folder(data)
    for name, target in result.providers.items():
        path = data / _PROVIDERS / name
        make_private_folder(path.parent)
        path.symlink_to(target, target_is_directory=True)
    if result.manifest is not None:
        make_private_folder((data / _MANIFEST).parent)
        write_file(data / _MANIFEST, result.manifest)
    if result.lock_file is not None:
        content = result.lock_file.encode(errors="surrogateescape")
        write_file(module / LOCK_FILE, content, mode=None)
    write_file(data / _BACKEND, _backend_file(result, settings))
    return True


def forget_backend(module: Path, settings: BackendSettings) -> None:
    """Let the next `init` find no backend in a folder that names this one; what names another one stays.

    Raises:
        OSError: its record can't be removed.
    """
    path = backend_record(module)
    if _own_record(path, settings) is not None:
        path.unlink()


def backend_record(module: Path) -> Path:
    """Give the file in which a folder remembers its backend."""
    return module / _DATA / _BACKEND


@dataclass(frozen=True, slots=True)
class _Contents:
    """What is in a data folder, all of which is understood."""

    files: frozenset[str]
    providers: Mapping[str, str]


def _backend_file(result: InitResult, settings: BackendSettings) -> bytes:
    texts = {name: value for name, value in settings.config.items() if isinstance(value, str)}
    config: Any = result.backend["config"]
    record = {**result.backend, "config": {**config, **texts}}
    return _STYLE.write({"version": _FORMAT, "backend": record}).encode()


def _contents(data: Path) -> _Contents | None:
    """List a data folder; None if it is no folder, or something else than `init` writes here is in it."""
    if not data.is_dir() or data.is_symlink():
        return None
    files, providers = set[str](), dict[str, str]()
    for place, folders, names in os.walk(data):
        for name in (*folders, *names):
            path = Path(place, name)
            relative = path.relative_to(data).as_posix()
            if path.is_symlink():
                first, _, rest = relative.partition("/")
                if first != _PROVIDERS:
                    return None
                providers[rest] = str(path.readlink())
            elif not path.is_dir():
                files.add(relative)
    return _Contents(frozenset(files), providers) if files <= {_BACKEND, _MANIFEST} else None


def _clear(data: Path, settings: BackendSettings) -> bool:
    """Make room in a data folder; false if it holds what only `init` may replace."""
    if not os.path.lexists(data):
        return True
    found = _contents(data)
    if found is None or (_BACKEND in found.files and _own_record(data / _BACKEND, settings) is None):
        return False
    (data / _MANIFEST).unlink(missing_ok=True)
    for name in found.providers:
        (data / _PROVIDERS / name).unlink()
    return True


def _is_known(content: Mapping[str, Any]) -> bool:
    """Tell whether a file says only which backend there is; an older OpenTofu writes an empty state."""
    empty = all(not module["resources"] and not module["outputs"] for module in content.get("modules", ()))
    return content.keys() <= _KEYS and content["version"] == _FORMAT and empty


def _own_record(path: Path, settings: BackendSettings) -> dict[str, Any] | None:
    """The backend that a data folder names, if that is exactly this one."""
    try:
        content = json.loads(path.read_bytes())
        record = content["backend"]
        if (
            not _is_known(content)
            or record.keys() != {"type", "config", "hash"}
            or record["type"] != settings.kind
        ):
            return None
        named = {name: _without_nulls(value) for name, value in record["config"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    named = {name: value for name, value in named.items() if value is not None}
    # As text: 1, 1.0 and true are equal in Python.
    return record if CANONICAL.write(named) == CANONICAL.write(dict(settings.config)) else None


def _without_nulls(value: Any) -> Any:  # noqa: ANN401  JSON
    """Leave out what was not set: `init` writes every attribute of a backend's schema."""
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _has_secret(value: object, name: str = "") -> bool:
    """Tell whether a text is, or is in, a setting whose name says that it is secret (a yes or no is none)."""
    if isinstance(value, Mapping):
        return any(_has_secret(item, f"{name} {key}") for key, item in value.items())
    if isinstance(value, list | tuple):
        return any(_has_secret(item, name) for item in value)
    if not isinstance(value, str):
        return False
    url = split_url(value)
    return means_secret(name) or is_secret_setting(name) or (url is not None and bool(url.credentials))
