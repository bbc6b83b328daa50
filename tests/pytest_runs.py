"""Runs pytest in a folder of its own, as a test of what the suite's own plugins do."""

import os
import subprocess
import sys
from pathlib import Path

from patience import PATIENCE

TESTS = Path(__file__).parent


def run_pytest(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run the tests of a folder with the suite's modules, and no plugins but those that are named."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_XDIST", "PYTEST_ADDOPTS"))
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder,
        # The plugins that are installed take seconds to load.
        env={**environment, "PYTHONPATH": str(TESTS), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
