"""The zip archive that a saved plan is: the plan, the state that it was made for, and its configuration."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.model.limits import PLAN_BYTES
from cellwright.terraform.planfile.unreadable import UnreadablePlanError

_PLAN, STATE, _STATE_BEFORE = "tfplan", "tfstate", "tfstate-prev"
_CONFIGURATION = "tfconfig/"
ROOT_MODULE = "tfconfig/m-/"
"""Where the files of the root module lie; `m-NAME/` those of the others."""
_LOCK_FILE = ".terraform.lock.hcl"
_COMPRESSION = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the library raises on a damaged archive."""


@dataclass(frozen=True, slots=True)
class PlanArchive:
    """What is read of a plan file."""

    plan: bytes = field(repr=False)
    sources: Mapping[str, bytes] = field(repr=False)
    """The configuration's files and the lock file, by their names in the archive."""

    @classmethod
    def read(cls, path: Path) -> "PlanArchive":
        """Read a plan file.

        Raises:
            UnreadablePlanError: it is encrypted or no plan, or can't be read.
        """
        try:
            # In memory: the library goes to and fro in a file, with several system calls for each step.
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
                if sum(item.file_size for item in archive.infolist()) > PLAN_BYTES:
                    raise UnreadablePlanError("a very large plan")
                entries = {item.filename: _content(archive, item) for item in archive.infolist()}
        except DAMAGE as fault:
            raise UnreadablePlanError("an encrypted plan, or a file that is no plan") from fault
        sources = {name: entry for name, entry in entries.items() if _is_source(name)}
        if entries.keys() - sources.keys() != {_PLAN, STATE, _STATE_BEFORE}:
            raise UnreadablePlanError("a plan file with other parts")
        return cls(entries[_PLAN], sources)


def _is_source(name: str) -> bool:
    return name.startswith(_CONFIGURATION) or name == _LOCK_FILE


def _content(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> bytes:
    if item.compress_type not in _COMPRESSION:
        raise UnreadablePlanError("a plan that is packed in another way")
    return archive.read(item)
