"""The dependency lock file: which providers a workspace uses, in which version, with which checksums."""

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r'^provider\s+"(?P<address>[^"\s]+)"\s*\{(?P<body>[^{}]*)^\}', re.MULTILINE)
_VERSION = re.compile(r'^\s*version\s*=\s*"(?P<version>[^"]+)"\s*$', re.MULTILINE)
_HASHES = re.compile(r"^\s*hashes\s*=\s*\[(?P<hashes>[^\]]*)\]", re.MULTILINE)
_STRING = re.compile(r'"([^"]+)"')


@dataclass(frozen=True, slots=True)
class LockedProvider:
    """One entry of a lock file."""

    address: str
    """`registry.terraform.io/hashicorp/aws`."""
    version: str
    hashes: frozenset[str]


def read_lock_file(path: Path) -> tuple[LockedProvider, ...]:
    """Read the entries; a file that is missing or says nothing has none.

    Terraform writes the file itself, always in the same shape; an entry of another shape is passed over, and
    its provider then runs without the relay.
    """
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError):
        return ()
    found = []
    for block in _BLOCK.finditer(text):
        version, hashes = _VERSION.search(block["body"]), _HASHES.search(block["body"])
        if version and hashes:
            entries = frozenset(_STRING.findall(hashes["hashes"]))
            found.append(LockedProvider(block["address"], version["version"], entries))
    return tuple(found)
