"""Cache of parsed modules by the digest of their files: parsing is slow, hashing is fast."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cellwright import __version__
from cellwright.files.atomic import write_file
from cellwright.files.private import make_private_folder
from cellwright.stacks.reading.module import TerraformModule
from cellwright.stacks.reading.module_record import decode_module, encode_module

_FORMAT = 10
"""Raised whenever the same files are read differently, or the cache's format changes."""


class ModuleCache:
    """Parses modules, each content once. A cache that is damaged or can't be written costs only time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def module(self, folder: str, files: Mapping[str, bytes]) -> TerraformModule:
        """Give the module of these configuration files (contents by name); positions are in `folder`.

        Raises:
            DiagnosticError: they do not parse or are not valid.
        """
        path = self._path(files)
        known = _load(path, folder)
        if known is not None:
            return known
        # Imported only when something has to be parsed: most commands never need it.
        from cellwright.stacks.reading.module_syntax import read_module  # noqa: PLC0415

        module = read_module(folder, files)
        with suppress(OSError):
            make_private_folder(path.parent)
            write_file(path, encode_module(module))
        return module

    def _path(self, files: Mapping[str, bytes]) -> Path:
        digest = hashlib.sha256(f"{__version__} {_FORMAT}\0".encode())
        for name in sorted(files):
            encoded = name.encode(errors="surrogateescape")
            digest.update(b"%d %b %d " % (len(encoded), encoded, len(files[name])))
            digest.update(files[name])
        key = digest.hexdigest()
        return self._folder / key[:2] / key[2:]


def _load(path: Path, folder: str) -> TerraformModule | None:
    try:
        return decode_module(path.read_bytes(), folder)
    except OSError:
        return None
