"""The images of controller and agents: linted, pinned, and nobody in particular runs in them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.groovy import LIBRARY

IMAGES = pytest.mark.parametrize("name", ["controller", "agent"])


@IMAGES
def test_the_linter_finds_nothing(name: str) -> None:
    program = Path(sys.executable).parent / "hadolint"
    file = str(LIBRARY / name / "Dockerfile")
    done = subprocess.run([str(program), file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@IMAGES
def test_the_last_user_is_nobody_in_particular(name: str) -> None:
    text = (LIBRARY / name / "Dockerfile").read_text()
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE)[-1] == "1000:1000"


@IMAGES
def test_the_base_is_pinned_and_what_is_copied_is_there(name: str) -> None:
    text = (LIBRARY / name / "Dockerfile").read_text()
    (base,) = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert re.search(r":\d", base)
    made = {"wheels"}  # by the command at the file's beginning
    for names in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE):
        for item in names.split():
            assert item in made or (LIBRARY / name / item).is_file(), item


def test_every_plugin_is_pinned_to_one_version() -> None:
    lines = (LIBRARY / "controller" / "plugins.txt").read_text().splitlines()
    pinned = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+:[0-9][A-Za-z0-9._-]*", line) for line in pinned)
    assert pinned == sorted(pinned)


def test_the_program_is_taken_only_with_its_vendors_signature() -> None:
    text = (LIBRARY / "agent" / "Dockerfile").read_text()
    assert text.index("gpg --batch --verify") < text.index("sha256sum --check") < text.index("unzip -q")
