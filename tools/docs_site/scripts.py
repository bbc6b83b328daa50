"""The scripts that the site has besides its theme's: fetched once with npm, held to their digests."""

import base64
import hashlib
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.lock import locked

SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Script:
    """A file of a package of npm."""

    package: str
    sha512: str
    """Of the package, in base64, as npm states it."""
    inside: str
    name: str


SCRIPTS = (
    Script(
        "mermaid@11.17.2",
        "V6K3C8EBdEsPFZXSKMJe6ppQOENxuHARr9GvHX4hh47lAbhMRD9qf4oEK7LoaRQxULMa80/qt5gHO73aCleBBg==",
        "package/dist/mermaid.min.js",
        "mermaid.min.js",
    ),
    Script(
        "iframe-worker@1.0.4",
        "roeaaI+Lg1LJNfgpCjoRe/+WzEjy9+Z08LoEvu85MCPbBjwm+qXz8Ag5U05lHa6V1CysZyGzE0SOkAtSUA5q7Q==",
        "package/shim/index.js",
        "iframe-worker.js",
    ),
)
"""Diagrams, and the search where a page was opened as a file."""
_LICENCE = "package/LICENSE"


def fetch_scripts(folder: Path) -> Path:
    """Fetch the scripts into a folder below `folder`, unless they are there.

    Raises:
        OSError: there is no npm.
        subprocess.SubprocessError: npm could not fetch one.
        ValueError: a package is not the one that was looked at.
    """
    digest = hashlib.sha256(repr(SCRIPTS).encode()).hexdigest()[:16]
    place = folder / f"scripts-{digest}"
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "lock", timeout=SECONDS, busy=f"{folder} is in use", advice="end the other build"):
        if not place.exists():
            with tempfile.TemporaryDirectory(dir=folder) as unfinished:
                ready = Path(unfinished, "ready")
                ready.mkdir()
                for script in SCRIPTS:
                    _fetch(script, Path(unfinished), ready)
                ready.rename(place)
    return place


def _fetch(script: Script, work: Path, ready: Path) -> None:
    command = ["npm", "pack", script.package, "--ignore-scripts", "--silent", "--pack-destination", str(work)]
    packed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
    archive = work / packed.stdout.split()[-1]
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != script.sha512:
        raise ValueError(f"{script.package} has another digest than the one that was looked at")
    with tarfile.open(archive) as opened:
        for inside, name in ((script.inside, script.name), (_LICENCE, f"{script.name}.LICENSE.txt")):
            held = opened.extractfile(inside)
            if held is None:
                raise ValueError(f"{script.package} has no {inside}")
            (ready / name).write_bytes(held.read())
