"""What `init` really fetched: read from the manifest and the folders of the downloaded modules."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from cellwright.git.remote import is_commit
from cellwright.model.fetched_module import COMMIT, CONTENT, FetchedModule

_MODULES = PurePosixPath(".terraform", "modules")
_FOLDER_IN_PACKAGE = re.compile(r"(?<!:)//[^?]*")


def fetched_modules(module: Path) -> tuple[FetchedModule, ...]:
    """Give the modules that were downloaded into a working folder, by name; none if there is no manifest.

    Raises:
        OSError: a downloaded file can't be read.
    """
    entries = list(_entries(module))
    # Of a package that is called twice only one copy has git's folder, and none but that one hidden files.
    commits = {package: commit for _, package, root in entries if (commit := _commit(root)) is not None}
    found = []
    for entry, package, root in entries:
        commit = commits.get(package)
        kind, identity = (COMMIT, commit) if commit is not None else (CONTENT, _content(root))
        source = hashlib.sha256(entry["Source"].encode()).hexdigest()
        found.append(FetchedModule(entry["Key"], source, str(entry.get("Version") or ""), kind, identity))
    return tuple(sorted(found, key=lambda item: item.name))


def _entries(module: Path) -> Iterator[tuple[dict[str, Any], str, Path]]:
    """Yield each entry of the manifest for a package, with the package's address and folder."""
    try:
        manifest = json.loads((module / _MODULES / "modules.json").read_bytes())
        for entry in manifest["Modules"]:
            place = PurePosixPath(entry["Dir"])
            source = entry["Source"]
            if place.parts[:2] == _MODULES.parts and not source.startswith(("./", "../")):
                root = module.joinpath(*place.parts[:3])
                yield entry, _FOLDER_IN_PACKAGE.sub("", source) + str(entry.get("Version") or ""), root
    except (FileNotFoundError, ValueError, LookupError, TypeError, AttributeError):
        return  # `init` writes it anew where it can't be read


def _commit(root: Path) -> str | None:
    """Give the commit that is checked out in a folder; None if that can't be told from git's plain files."""
    folder = root / ".git"
    try:
        head = (folder / "HEAD").read_text().strip()
        branch = head.removeprefix("ref: ")
        if branch != head:
            head = _reference(folder, branch)
    except (OSError, ValueError):
        return None
    return head if is_commit(head) else None


def _reference(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text().strip()
    except FileNotFoundError:
        packed = (folder / "packed-refs").read_text().splitlines()
        return next((line.split()[0] for line in packed if line.split()[1:] == [name]), "")


def _content(root: Path) -> str:
    """Give a digest of a package's files by name and content; hidden ones are left out."""
    found = []
    for place, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(place, name) for name in (*folders, *names) if not name.startswith(".")):
            if path.is_symlink():
                found.append(f"{path.relative_to(root)}\0-> {path.readlink()}")
            elif path.is_file():
                with path.open("rb") as opened:
                    digest = hashlib.file_digest(opened, "sha256").hexdigest()
                found.append(f"{path.relative_to(root)}\0{digest}")
    return hashlib.sha256("\0\0".join(sorted(found)).encode(errors="surrogateescape")).hexdigest()
