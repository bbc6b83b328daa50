"""Builds the site into `site/`: installs what that needs once, writes the reference, runs MkDocs strictly."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from cellwright.files.lock import locked
from docs_site.reference.writing import write_reference
from docs_site.scripts import fetch_scripts

ROOT = Path(__file__).parents[2]
SECONDS = 900.0
_REQUIREMENTS = ROOT / "requirements" / "docs.txt"


def build(site: Path, generated: Path) -> None:
    """Build the site into a folder; pages that are made from the code are written to `generated`.

    Raises:
        OSError: a folder can't be written, or npm is missing.
        subprocess.SubprocessError: something could not be installed, or MkDocs has found faults.
    """
    write_reference(generated)
    environment = {
        **os.environ,
        "CELLWRIGHT_DOCS_GENERATED": str(generated),
        "CELLWRIGHT_DOCS_SCRIPTS": str(fetch_scripts(_kept())),
        "PYTHONPATH": str(ROOT / "tools"),
        "NO_MKDOCS_2_WARNING": "true",
        "DISABLE_MKDOCS_2_WARNING": "true",
    }
    command = [str(_installed() / "bin" / "mkdocs"), "build", "--strict", "--site-dir", str(site)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=SECONDS)


def _kept() -> Path:
    """Where is kept what is fetched once for this user."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "cellwright-docs"


def _installed() -> Path:
    """The environment with MkDocs, made once for each list of packages."""
    digest = hashlib.sha256(_REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    folder = _kept() / f"mkdocs-{digest[:16]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(
        folder.parent / "lock", timeout=SECONDS, busy=f"{folder} is in use", advice="end the other build"
    ):
        if not (folder / "installed").exists():
            # Not moved into place when it is whole: the paths of an environment are in its programs.
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=True)
            pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
            quiet = [
                *pip,
                "--disable-pip-version-check",
                "--require-hashes",
                "--requirement",
                str(_REQUIREMENTS),
            ]
            subprocess.run(quiet, check=True, timeout=SECONDS)
            (folder / "installed").touch()
    return folder
