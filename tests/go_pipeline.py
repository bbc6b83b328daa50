"""What judges and tries pipelines (tests/pipeline_tools): actionlint, and gojq, as `gh` has it in itself."""

import subprocess
import sys
from pathlib import Path

from go_build import NoGoError, build, built_program
from missing import skip_without

ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint"
GOJQ = "github.com/itchyny/gojq/cmd/gojq"
_NO_GO = "*** No Go here: every test of GitHub's workflows IS SKIPPED. Install Go 1.26. ***\n"
_MODULE = Path(__file__).parent / "pipeline_tools"


def program(package: str) -> Path:
    """A program; the test is skipped if it could not be built on this machine."""
    path = built_program(_MODULE, package)
    if not path.exists():
        skip_without("actionlint and gojq (make binaries builds them with Go)")
    return path


def main() -> None:
    """Build both of them."""
    for package in (ACTIONLINT, GOJQ):
        try:
            build(_MODULE, package)
        except NoGoError:
            sys.stdout.write(_NO_GO)
            return
        except subprocess.CalledProcessError as failed:
            sys.stdout.write(f"*** {package} could not be built: its tests ARE SKIPPED ({failed}). ***\n")


if __name__ == "__main__":
    main()
