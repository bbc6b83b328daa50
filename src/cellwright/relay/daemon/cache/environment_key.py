"""Names for what was asked in an environment: they reveal neither the question nor the environment."""

import hmac
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.files.private import make_private_folder

_IGNORED = frozenset(
    (
        b"TF_REATTACH_PROVIDERS", b"TF_DATA_DIR", b"TF_INPUT", b"TF_IN_AUTOMATION", b"TF_WORKSPACE",
        b"PWD", b"OLDPWD", b"SHLVL", b"_", b"LINES", b"COLUMNS", b"TERM",
    )
)  # fmt: skip
"""Variables that change from one command to the next and don't concern the provider."""
_IGNORED_PREFIXES = (b"TF_VAR_", b"TF_CLI_ARGS", b"TF_LOG")
_KEY_BYTES = 32


class EnvironmentKeys:
    """Makes names with a secret of this user's, kept in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._secret = _load_secret(folder / "key")

    def key(
        self,
        question: Iterable[bytes],
        environment: Mapping[bytes, bytes],
        presence_only: Collection[bytes] = (),
    ) -> str:
        """The name of a question in an environment.

        Of the variables in `presence_only` it only counts whether they are set.
        """
        mac = hmac.new(self._secret, digestmod=sha256)
        for part in (*question, *_relevant(environment, presence_only)):
            mac.update(len(part).to_bytes(8))
            mac.update(part)
        return mac.hexdigest()


def _relevant(environment: Mapping[bytes, bytes], presence_only: Collection[bytes]) -> Iterator[bytes]:
    for name, value in sorted(environment.items()):
        if name in _IGNORED or name.startswith(_IGNORED_PREFIXES):
            continue
        yield name
        yield (b"true" if value else b"false") if name in presence_only else value


def _load_secret(path: Path) -> bytes:
    """The user's secret; a missing or damaged one is replaced, which makes all older entries useless."""
    try:
        key = path.read_bytes()
        if len(key) == _KEY_BYTES and not path.stat().st_mode & 0o077:
            return key
    except OSError:
        pass
    key = secrets.token_bytes(_KEY_BYTES)
    try:
        make_private_folder(path.parent)
        write_file(path, key)
        return path.read_bytes()
    except OSError:
        return key
