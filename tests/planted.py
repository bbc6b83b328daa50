"""What somebody has planted where a command may look: each thing that is used leaves a mark."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

MODULES = (
    "json",
    "pickle",
    "sitecustomize",
    "usercustomize",
    "socket",
    "selectors",
    "msgpack",
    "regorus",
    "re2",
    "moto",
)
"""Modules that Python, or a process of ours, imports when it starts."""
PROGRAMS = ("terraform", "tofu", "git", "sh", "python", "python3", "ssh")


@dataclass(frozen=True, slots=True)
class Trap:
    """A folder full of planted things."""

    folder: Path
    marks: Path

    def sprung(self) -> list[str]:
        """Tell what was used."""
        return sorted(path.name for path in self.marks.iterdir())


def plant(folder: Path, marks: Path) -> Trap:
    """Plant modules, packages, programs and configuration files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    marks.mkdir()
    for name in MODULES:
        code = f"open({str(marks / name)!r}, 'w').close()\n"
        (folder / f"{name}.py").write_text(code)
    package = folder / "cellwright"
    package.mkdir()
    (package / "__init__.py").write_text(f"open({str(marks / 'cellwright')!r}, 'w').close()\n")
    for name in PROGRAMS:
        program = folder / name
        program.write_text(f"#!/bin/bash\n: > {marks / name}\nexit 1\n")
        program.chmod(0o755)
    # Broken, so that whoever reads one says so.
    for name in (".terraformrc", ".tofurc", "terraform.rc", ".gitconfig"):
        (folder / name).write_text("planted {{{\n")
    return Trap(folder, marks)


def commit_home(root: Path, **files: str) -> None:
    """Commit a `.cellwright` with these files to the fleet's repository, as somebody who was not asked."""
    for name, text in files.items():
        path = root / ".cellwright" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    identity = ("-c", "user.name=Eve", "-c", "user.email=eve@example.com")
    subprocess.run(["git", "add", "--force", ".cellwright"], cwd=root, check=True)  # noqa: S607  as above
    subprocess.run(
        ["git", *identity, "commit", "--quiet", "--message=Planted"],  # noqa: S607  whichever the machine has
        cwd=root,
        check=True,
    )
