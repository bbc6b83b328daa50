"""Opens the artifact store that a fleet names."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from cellwright.artifacts.folder_store import FolderStore
from cellwright.artifacts.fsspec_store import FsspecStore
from cellwright.artifacts.s3_store import S3Store
from cellwright.artifacts.store import ArtifactStore


def is_everywhere(url: str) -> bool:
    """Tell whether an address means the same wherever the fleet's folder lies."""
    return bool(urlsplit(url).scheme) or url.startswith("/")


def open_store(url: str, root: Path, environment: Mapping[str, str]) -> ArtifactStore:
    """Give the store at a path, relative to the fleet's `root`, or at a URL; nothing is opened yet."""
    parts = urlsplit(url)
    if not parts.scheme or parts.scheme == "file":
        place = os.path.normpath(root / (parts.path if parts.scheme else url))
        return FolderStore(Path(place))
    if parts.scheme == "s3":
        return S3Store(parts.netloc, parts.path.strip("/"), environment)
    return FsspecStore(url)
