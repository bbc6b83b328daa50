"""The test providers written in Go (tests/providers): built once, in `make test`'s set-up.

The first build takes a minute of CPU time; with Go's own cache, three seconds.
"""

import subprocess
import sys
from pathlib import Path

from go_build import NoGoError, build, built_program
from missing import skip_without

NAMES = ("framework", "sdk", "muxed")
_NO_GO = "*** No Go here: every test of the providers in Go IS SKIPPED. Install Go 1.26. ***\n"
_MODULE = Path(__file__).parent / "providers"


def program(name: str) -> Path:
    """A provider's program; the test is skipped if it could not be built on this machine."""
    path = built_program(_MODULE, _package(name))
    if not path.exists():
        skip_without("the test providers written in Go (make binaries builds them)")
    return path


def main() -> None:
    """Build all of them."""
    for name in NAMES:
        try:
            build(_MODULE, _package(name))
        except NoGoError:
            sys.stdout.write(_NO_GO)
            return
        except subprocess.CalledProcessError as failed:
            sys.stdout.write(f"*** {name} could not be built: its tests ARE SKIPPED ({failed}). ***\n")


def _package(name: str) -> str:
    return f"./cmd/{name}"


if __name__ == "__main__":
    main()
