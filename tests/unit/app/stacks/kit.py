"""Git projects made of the reference fleet, for tests."""

import os
from pathlib import Path

import pytest

from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.app.stacks.shipped import Shipped
from cellwright.app.stacks.split import Split, SplitRequest, split
from unit.git.origins import NOBODY, git

ADA = {**NOBODY, "HOME": "/nonexistent", "PATH": os.environ["PATH"]}
"""An environment in which git knows who commits, and nothing else."""


def split_into(folder: Path, remote: str | None = None, *, push: bool = False) -> Split:
    """Make a fleet in git projects below `folder`."""
    return split(SplitRequest(folder=folder, remote=remote, push=push), ADA)


FLEET = """\
fleet: trial
offboarding: {hold: 0d} # no wait
levels:
  - name: client
    cells: clients
    layers: [defaults.yaml]
    stacks:
      app: {source: ./stacks/client/app} # theirs
      store: {source: ./stacks/client/store}
"""
MAIN = """\
variable "size" {
  default = 1
}

# one

# two

output "id" {
  value = "x"
}
"""
SMALL = Shipped(
    {
        "fleet.yaml": FLEET.encode(),
        "defaults.yaml": b"stacks: {app: {size: 1}}\n",
        "clients/acme.yaml": b"{}\n",
        "stacks/client/app/main.tf": MAIN.encode(),
        "stacks/client/store/main.tf": MAIN.encode(),
    }
)
"""A reference of two stacks."""


def shipping(monkeypatch: pytest.MonkeyPatch, ours: Shipped, version: str) -> None:
    """Let this be what the installed Cellwright ships."""
    for room in ("split", "update"):
        monkeypatch.setattr(f"cellwright.app.stacks.{room}.shipped", lambda: ours)
    monkeypatch.setattr("cellwright.app.fleet.init.shipped", lambda: ours)
    monkeypatch.setattr("cellwright.app.stacks.update.__version__", version)


def changed(path: str, before: str, after: str, ours: Shipped = SMALL) -> Shipped:
    """Give a reference in which a text of one file is another one."""
    text = ours.whole[path].decode()
    assert before in text
    return Shipped({**ours.whole, path: text.replace(before, after).encode()})


def session_of(root: Path) -> FleetSession:
    """Open a fleet as Ada."""
    return FleetSession(
        Location(fleet=root, environment={**ADA, "XDG_CACHE_HOME": str(root.parent / "cache")})
    )


def commit(folder: Path, path: str, before: str, after: str) -> None:
    """Change a text of a file and commit it."""
    text = (folder / path).read_text()
    assert before in text
    (folder / path).write_text(text.replace(before, after))
    git("commit", "--quiet", "--all", "--message", f"{before} -> {after}", cwd=folder)
