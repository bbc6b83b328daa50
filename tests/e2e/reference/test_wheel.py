"""What is installed holds the reference fleet, the pipelines' files, and the keys that sign releases."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from cellwright.terraform.install.fetch.product_releases import RELEASES
from e2e.reference.readme import STACKS

ROOT = Path(__file__).parents[3]
REFERENCE = STACKS.parent
PIP = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir")


def test_a_wheel_holds_every_file_of_the_reference_fleet_and_the_keys(tmp_path: Path) -> None:
    source = tmp_path / "source"
    # Built from a copy: a build leaves folders behind.
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, source)

    subprocess.run([sys.executable, *PIP, str(tmp_path), str(source)], check=True)

    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        for key in [file for releases in RELEASES.values() for file in releases.key_files]:
            assert packed.read(key.relative_to(ROOT / "src").as_posix()) == key.read_bytes()
        assert packed.read("cellwright/versions.yaml") == (ROOT / "src/cellwright/versions.yaml").read_bytes()
        pipelines = {name for name in packed.namelist() if name.startswith("cellwright/ci/")}
        held = {name for name in packed.namelist() if name.startswith("cellwright/reference/")}
    ours = (path for path in (ROOT / "src/cellwright/ci").rglob("*") if path.is_file())
    assert pipelines == {
        path.relative_to(ROOT / "src").as_posix() for path in ours if "__pycache__" not in path.parts
    }
    files = {
        path.relative_to(REFERENCE)
        for path in REFERENCE.rglob("*")
        if path.is_file() and not {".cellwright", ".terraform"}.intersection(path.parts)
    }
    assert held == {f"cellwright/reference/{path.as_posix()}" for path in files}
