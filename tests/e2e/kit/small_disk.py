"""A file system of a few megabytes, to be filled."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BYTES = 12 * 1024 * 1024
_CHUNK = 64 * 1024
_TRIES, _PAUSE = 100, 0.05


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """Mounted at `folder`."""

    folder: Path

    def fill(self) -> None:
        """Leave no byte free."""
        size = _CHUNK
        with (self.folder / "filling").open("ab", buffering=0) as file:
            while size:
                try:
                    file.write(b"\0" * size)
                except OSError:
                    size //= 2

    def make_room(self) -> None:
        (self.folder / "filling").unlink(missing_ok=True)

    def read_only(self, *, really: bool = True) -> None:
        """Refuse all writing from now on, or no longer."""
        how = "ro" if really else "rw"
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], check=True)  # noqa: S607  the system's

    def seal(self, folder: Path) -> None:
        """Refuse all writing in a folder, also where files of it are open for writing: these stay so."""
        subprocess.run(["mount", "--bind", folder, folder], check=True)  # noqa: S607  the system's
        # Refused as long as a file that was opened between the two is written to.
        for left in reversed(range(_TRIES)):
            sealed = subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=not left)  # noqa: S607  the system's
            if not sealed.returncode:
                return
            time.sleep(_PAUSE)

    def unseal(self, folder: Path) -> None:
        subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S607  the system's


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk | None]:
    """Mount one; None where this is not allowed."""
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        yield None
        return
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={BYTES}", "tmpfs", folder],  # noqa: S607  the system's
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        yield None
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S607  the system's
