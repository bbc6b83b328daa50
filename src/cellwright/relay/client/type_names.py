"""The names that may be resource types, data sources and the like in a unit: every word of its configuration.

Words that are not types do no harm. Neither does a missing type: Terraform stops before it has changed
anything, and the command is repeated once with the whole schema (`failures.needs_full_schema`).
"""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_-]*")
_STATE_TYPE = re.compile(rb'"type"\s*:\s*"([A-Za-z_][A-Za-z0-9_-]*)"')
_CONFIGURATION = (".tf", ".tf.json", ".tofu", ".tofu.json")
_STATE_STORE = re.compile(rb'^\s*state_store\s+"|"state_store"\s*:', re.MULTILINE)
_ENCRYPTED = b'"encrypted_data"'
_MODULE_CALL = re.compile(rb'^\s*module\s+"|"module"\s*:', re.MULTILINE)
_PLAN_STATES = frozenset(("tfstate", "tfstate-prev"))


def type_names_in_use(module: Path, states: Iterable[Path], plans: Iterable[Path]) -> frozenset[str] | None:
    """Collect the words of a root module with all its modules, of state files and of saved plans.

    None if it is not known which modules there are (not initialised, or an unreadable manifest), or if an
    existing file can't be read or is encrypted: then only the whole schema is sure to hold every type.
    """
    words: set[bytes] = set()
    try:
        folders = _module_folders(module)
        for folder in folders:
            words.update(_configuration_words(folder))
        for state in states:
            if state.exists():
                words.update(_state_types(state.read_bytes()))
        for plan in plans:
            words.update(_plan_words(plan))
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return None
    return frozenset(word.decode() for word in words)


def keeps_state_in_a_provider(module: Path) -> bool:
    """Whether a root module has a `state_store`: then a provider serves `init` and the state itself."""
    with suppress(OSError):
        return any(_STATE_STORE.search(path.read_bytes()) for path in _configuration_files(module))
    return False


def _state_types(state: bytes) -> list[bytes]:
    """The types in a state.

    Raises:
        ValueError: it is encrypted.
    """
    if _ENCRYPTED in state:
        raise ValueError("an encrypted state")
    return _STATE_TYPE.findall(state)


def _module_folders(module: Path) -> tuple[Path, ...]:
    """The root module and, from the manifest that `init` writes, every local or downloaded module.

    Raises:
        ValueError: there is no manifest, but a module is called.
    """
    try:
        manifest = json.loads((module / ".terraform" / "modules" / "modules.json").read_bytes())
    except FileNotFoundError:
        if any(_MODULE_CALL.search(path.read_bytes()) for path in _configuration_files(module)):
            raise ValueError("a module that is not installed") from None
        return (module,)
    return (module, *(module / entry["Dir"] for entry in manifest["Modules"]))


def _configuration_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.name.endswith(_CONFIGURATION) and path.is_file())


def _configuration_words(folder: Path) -> Iterator[bytes]:
    for path in _configuration_files(folder):
        yield from _WORD.findall(path.read_bytes())


def _plan_words(plan: Path) -> Iterator[bytes]:
    """The words of the configuration and of the two states that a saved plan holds."""
    with zipfile.ZipFile(plan) as archive:
        for name in archive.namelist():
            if name in _PLAN_STATES:
                yield from _STATE_TYPE.findall(archive.read(name))
            elif name.startswith("tfconfig/"):
                yield from _WORD.findall(archive.read(name))
