"""The real SOPS, and age's program that makes keys (tests/sops): built once, in `make test`'s set-up.

The first build takes some minutes of CPU time, as SOPS brings the libraries of several clouds.
"""

import subprocess
import sys
from pathlib import Path

from go_build import NoGoError, build, built_program
from missing import skip_without

SOPS = "github.com/getsops/sops/v3/cmd/sops"
AGE_KEYGEN = "filippo.io/age/cmd/age-keygen"
_NO_GO = "*** No Go here: every test of SOPS IS SKIPPED. Install Go 1.26. ***\n"
_MODULE = Path(__file__).parent / "sops"


def program(package: str) -> Path:
    """A program; the test is skipped if it could not be built on this machine."""
    path = built_program(_MODULE, package)
    if not path.exists():
        skip_without("SOPS (make binaries builds it with Go)")
    return path


def main() -> None:
    """Build both of them."""
    for package in (AGE_KEYGEN, SOPS):
        try:
            build(_MODULE, package)
        except NoGoError:
            sys.stdout.write(_NO_GO)
            return
        except subprocess.CalledProcessError as failed:
            sys.stdout.write(f"*** {package} could not be built: its tests ARE SKIPPED ({failed}). ***\n")


if __name__ == "__main__":
    main()
