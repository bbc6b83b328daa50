"""Seals a checkout: makes it read-only, records its files, and tells later whether all are still there."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from cellwright.files.atomic import sync_folder, write_file
from cellwright.files.file_mark import FileMark, read_mark, still_marked
from cellwright.stacks.source.git_tree import holds_commit

_LINK = "-> "


def seal(folder: Path) -> dict[str, object]:
    """Make a folder read-only and sync it; give the record of its files, as JSON.

    Once it has its name, it is complete, even after a power cut.

    Raises:
        OSError: it can't be written.
    """
    found: dict[str, object] = {}
    for place, _, names in os.walk(folder, topdown=False):
        for path in (Path(place, name) for name in names):
            key = path.relative_to(folder).as_posix()
            found[key] = _link(str(path)) if path.is_symlink() else _seal_file(path).record()
        Path(place).chmod(0o555)
        sync_folder(Path(place))
    return found


def sealed_record(commit: bytes, files: dict[str, object]) -> str:
    """Write the record of a sealed folder: the object of the commit whose files it holds, and its files."""
    return json.dumps({"commit": commit.decode("latin-1"), "files": files})


def is_whole(folder: Path, record: Path) -> bool:
    """Tell whether a sealed folder has the recorded files and no others, and they are what they were.

    If their times differ, somebody has put folder and record there: then the files are compared with the
    commit that the folder is named for, which no record can change.
    """
    try:
        kept = json.loads(record.read_bytes())
        commit, known = kept["commit"].encode("latin-1"), kept["files"]
        found = dict(_look(str(folder), "", known))
        if found.keys() != known.keys() or None in found.values():
            return False
        if found != known:
            if not holds_commit(folder, folder.name, commit):
                return False
            write_file(record, sealed_record(commit, found))
    except (OSError, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return False
    return True


def _seal_file(path: Path) -> FileMark:
    path.chmod(0o555 if path.stat().st_mode & 0o100 else 0o444)
    with path.open("rb") as opened:
        os.fsync(opened.fileno())
        digest = hashlib.file_digest(opened, "sha256").digest()
        return FileMark.of(digest, os.fstat(opened.fileno()))


def _link(path: str) -> str:
    return f"{_LINK}{Path(path).readlink()}"


def _look(folder: str, above: str, known: dict[str, object]) -> Iterator[tuple[str, object]]:
    """Give what every file is now, as in the record; None for one that is not what it was."""
    # Paths are strings here for speed: each command looks at every file.
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{above}{entry.name}"
            if entry.is_symlink():
                link = _link(entry.path)
                yield name, link if known.get(name) == link else None
            elif entry.is_dir():
                yield from _look(entry.path, f"{name}/", known)
            else:
                mark = read_mark(known.get(name))
                now = mark and still_marked(entry.path, bytes.fromhex(mark.sha256), (mark,))
                yield name, now and now.record()
