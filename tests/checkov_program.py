"""checkov, by which the reference stacks are judged: installed once, outside the tree.

`python -m checkov_program` (part of `make test`'s set-up) installs what requirements/checkov.txt says, in an
environment of its own: it pins versions of packages that we have newer.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from cellwright.files.lock import locked
from missing import skip_without

INSTALL_SECONDS = 900.0
_REQUIREMENTS = Path(__file__).parents[1] / "requirements" / "checkov.txt"


def place() -> Path:
    """Where its environment is once it is installed: named after what it consists of."""
    digest = hashlib.sha256(_REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "cellwright-tests" / digest[:16] / "checkov"


def program() -> str:
    """The program; the test is skipped if it is not installed."""
    path = place() / "bin" / "checkov"
    if not path.exists():
        skip_without("checkov (make checkov installs it with pip)")
    return str(path)


def install() -> None:
    """Install it, unless it is there already."""
    folder = place()
    lock = folder.with_name("lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with locked(lock, timeout=INSTALL_SECONDS, busy=f"{lock} is held", advice="end the other installation"):
        if (folder / "installed").exists():
            return
        # Not moved into place when it is whole: the paths of an environment are in its programs.
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        pip = [
            str(folder / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        command = [*pip, "--require-hashes", "--requirement", str(_REQUIREMENTS)]
        subprocess.run(command, check=True, timeout=INSTALL_SECONDS)
        (folder / "installed").touch()


def main() -> None:
    """Install it."""
    try:
        install()
    except (OSError, subprocess.SubprocessError) as failed:
        sys.stdout.write(f"*** checkov could not be installed: its tests ARE SKIPPED ({failed}). ***\n")


if __name__ == "__main__":
    main()
