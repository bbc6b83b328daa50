"""The extension for VS Code belongs to this version, and starts the language server."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from cellwright import __version__
from e2e.kit.program import SCRIPT
from missing import skip_without
from unit.app.kit import NOBODY

FOLDER = Path(__file__).parents[3] / "editors" / "vscode"


def test_it_is_of_this_version_and_has_what_it_names() -> None:
    package = json.loads((FOLDER / "package.json").read_text())
    locked = json.loads((FOLDER / "package-lock.json").read_text())
    assert package["version"] == locked["version"] == __version__
    assert (FOLDER / package["main"]).is_file()
    assert set(package["dependencies"]) == {"vscode-languageclient"}
    for name, item in locked["packages"].items():
        assert "resolved" not in item, "it names no registry"
        assert not name or item["integrity"].startswith("sha512-"), name
    assert (FOLDER / "LICENSE").read_text() == (FOLDER.parents[1] / "LICENSE").read_text()


def test_it_starts_the_language_server_and_ends_it() -> None:
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        skip_without("the extension's packages (npm ci in editors/vscode)")
    environment = {**os.environ, **NOBODY, "CELLWRIGHT": str(SCRIPT)}
    done = subprocess.run(
        [node, "--test", "test/start.test.js"],
        cwd=FOLDER,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
