"""Measures `diff` on a large fleet: CPU seconds and peak memory of whole processes.

    python benchmarks/diff.py [--clients 10000] [--repeat 3] [--beside SOURCES] [--folder FOLDER] [--only ...]

With `--beside`, the `src` folder of another version takes turns with this one on a fleet of its own, so that
both see the same load of the machine. Samples come after a run that is not measured, so the caches are warm.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import synthetic

HERE = Path(__file__).parent
COMMAND = (sys.executable, "-c", "import sys; from cellwright.cli.main import main; sys.exit(main())")
GIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.com")


@dataclass(frozen=True, slots=True)
class Side:
    """One version of Cellwright with a fleet of its own."""

    name: str
    sources: Path
    fleet: Path

    def sample(self) -> tuple[float, float]:
        """Run `diff` once; gives CPU seconds with those of git, and MB."""
        environment = {**os.environ, "PYTHONPATH": str(self.sources), "NO_COLOR": "1"}
        command = [*COMMAND, "--fleet", str(self.fleet), "diff"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status):
            raise RuntimeError(f"diff failed with {self.name}")
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def one_client(fleet: Path) -> None:
    """Give one client a key of its own."""
    path = fleet / "clients" / f"{synthetic.client_name(1)}.yaml"
    path.write_text(path.read_text() + "owner: somebody\n")


def part_of_a_default(fleet: Path) -> None:
    """Change a part of an input that some clients have otherwise."""
    _in_default(fleet, ("app",), "seconds: 10", "seconds: 99")


def all_stacks(fleet: Path) -> None:
    """Change an input of all stacks."""
    _in_default(fleet, tuple(synthetic.CLIENT), "days: 30", "days: 31")


CHANGES: tuple[tuple[str, Callable[[Path], None]], ...] = (
    ("nothing", lambda _: None),
    ("one client", one_client),
    ("a default of one stack", part_of_a_default),
    ("a default of six stacks", all_stacks),
)


def _in_default(fleet: Path, stacks: tuple[str, ...], old: str, new: str) -> None:
    path = fleet / "defaults" / "client.yaml"
    text = path.read_text()
    for stack in stacks:
        before, title, section = text.partition(f"  {stack}:\n")
        text = before + title + section.replace(old, new, 1)
    path.write_text(text)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--only", nargs="+", default=[what for what, _ in CHANGES], help="some changes")
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="cellwright-diff-"))
    sources = {"this": HERE.parent / "src"} | ({"other": chosen.beside} if chosen.beside else {})
    sides = [Side(name, path, _fleet(folder / name, chosen.clients)) for name, path in sources.items()]
    for what, change in ((what, change) for what, change in CHANGES if what in chosen.only):
        for side in sides:
            subprocess.run([*GIT, "checkout", "-q", "."], cwd=side.fleet, check=True)
            change(side.fleet)
            side.sample()
        samples = [(side.name, side.sample()) for _ in range(chosen.repeat) for side in sides]
        for side in sides:
            cpu = statistics.median(found[0] for name, found in samples if name == side.name)
            memory = max(found[1] for name, found in samples if name == side.name)
            print(f"{what:<26} {side.name:<6} {cpu:6.2f} CPU s {memory:5.0f} MB", flush=True)


def _fleet(folder: Path, clients: int) -> Path:
    if not folder.exists():
        synthetic.write_fleet(folder, synthetic.Size(clients))
        (folder / ".gitignore").write_text(".cellwright/\n")
        for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "all")):
            subprocess.run([*GIT, *arguments], cwd=folder, check=True)
    return folder


if __name__ == "__main__":
    main()
