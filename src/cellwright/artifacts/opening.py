"""Opens the artifact store that a fleet names."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from cellwright.artifacts.folder_store import FolderStore
from cellwright.artifacts.fsspec_store import FsspecStore
from cellwright.artifacts.s3_store import S3Store
from cellwright.artifacts.store import ArtifactStore


def open_store(url: str, root: Path, environment: Mapping[str, str]) -> ArtifactStore:
    """Give the store at a path, relative to the fleet's `root`, or at a URL; nothing is opened yet."""
    parts = urlsplit(url)
    if not parts.scheme or parts.scheme == "file":
        return FolderStore(root / (parts.path if parts.scheme else url))
    if parts.scheme == "s3":
        return S3Store(parts.netloc, parts.path.strip("/"), environment)
    return FsspecStore(url)
