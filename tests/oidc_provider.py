"""npm's real `oidc-provider` (tests/oidc): installed once, in `make test`'s set-up, outside the tree."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cellwright.files.lock import locked
from missing import skip_without

INSTALL_SECONDS = 600.0
_FOLDER = Path(__file__).parent / "oidc"
_FILES = ("package.json", "package-lock.json", "provider.js")
_NO_NODE = "*** No Node.js here: every test with a real OpenID provider IS SKIPPED. Install Node.js 20. ***\n"


def installed() -> Path:
    """Where it is once it is installed: a folder named after all that it consists of."""
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update(f"\0{name}\0".encode() + (_FOLDER / name).read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "cellwright-tests" / digest.hexdigest()[:16] / "oidc"


def install() -> bool:
    """Install it, unless it is there already; tells whether it is."""
    place = installed()
    if place.exists():
        return True
    if shutil.which("node") is None or shutil.which("npm") is None:
        return False
    lock = place.with_name("lock")
    with locked(lock, timeout=INSTALL_SECONDS, busy=f"{lock} is held", advice="end the other installation"):
        if not place.exists():
            unfinished = place.with_name("unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            for name in _FILES:
                shutil.copy(_FOLDER / name, unfinished)
            # No package runs anything of its own while it is installed.
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(command, cwd=unfinished, check=True, timeout=INSTALL_SECONDS)
            unfinished.rename(place)
    return True


@contextmanager
def running(clients: Sequence[dict[str, object]], *, claims_in_user_info_only: bool) -> Iterator[str]:
    """Run it with these clients; gives its issuer. The test is skipped if it is not installed."""
    place = installed()
    if shutil.which("node") is None or not place.exists():
        skip_without("oidc-provider (make binaries installs it with npm)")
    settings = {"clients": list(clients), "claimsInUserInfoOnly": claims_in_user_info_only}
    command = ["node", "--no-warnings", "provider.js", json.dumps(settings)]
    with subprocess.Popen(
        command,
        cwd=place,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = (line.strip() for line in process.stdout)
        try:
            yield next(line for line in lines if line.startswith("http://"))
        finally:
            process.kill()


def main() -> None:
    """Install it."""
    try:
        if not install():
            sys.stdout.write(_NO_NODE)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failed:
        sys.stdout.write(f"*** oidc-provider could not be installed: its tests ARE SKIPPED ({failed}). ***\n")


if __name__ == "__main__":
    main()
