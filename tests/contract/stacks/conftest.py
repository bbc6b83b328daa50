"""The real binary as judge: what it takes and what it refuses."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from missing import skip_without


@pytest.fixture(scope="session")
def terraform() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    binary = shutil.which("terraform")
    if binary is None:
        skip_without("terraform")

    def run(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
        return subprocess.run(
            [binary, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )

    return run
