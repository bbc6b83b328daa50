"""Tells from a commit's id whether a folder holds the commit's files: git's ids are digests of contents."""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

_TREE = re.compile(rb"tree ([0-9a-f]{40}(?:[0-9a-f]{24})?)\n")
_SHA1_DIGITS = 40
_FOLDER, _LINK, _FILE, _PROGRAM = b"40000", b"120000", b"100644", b"100755"

_Digest = Callable[[bytes, bytes], bytes]


def holds_commit(folder: Path, commit: str, content: bytes) -> bool:
    """Tell whether a folder has exactly the files of a commit, whose object is `content`.

    False as well for what git writes otherwise than it keeps it: line ends or filters by .gitattributes, and
    submodules.

    Raises:
        OSError: a file can't be read.
    """
    algorithm = "sha1" if len(commit) == _SHA1_DIGITS else "sha256"

    def digest(kind: bytes, data: bytes) -> bytes:
        found = hashlib.new(algorithm, b"%b %d\0" % (kind, len(data)), usedforsecurity=False)
        found.update(data)
        return found.digest()

    tree = _TREE.match(content)
    if tree is None or digest(b"commit", content).hex() != commit:
        return False
    return _tree(os.fsencode(folder), digest).hex() == tree[1].decode()


def _tree(folder: bytes, digest: _Digest) -> bytes:
    """Give the id of a folder as git computes it; folders without files are none to git."""
    entries: list[tuple[bytes, bytes]] = []
    with os.scandir(folder) as listed:
        for entry in listed:
            if entry.is_symlink():
                mode, found = _LINK, digest(b"blob", os.readlink(entry.path))  # noqa: PTH115  as below
            elif entry.is_dir():
                mode, found = _FOLDER, _tree(entry.path, digest)
            else:
                mode = _PROGRAM if entry.stat().st_mode & 0o100 else _FILE
                with open(entry.path, "rb") as file:  # noqa: PTH123  its name is bytes, as git has it
                    found = digest(b"blob", file.read())
            # git sorts folders as if their names ended with a slash.
            key = entry.name + b"/" if mode == _FOLDER else entry.name
            entries.append((key, b"%b %b\0%b" % (mode, entry.name, found)))
    return digest(b"tree", b"".join(content for _, content in sorted(entries)))
