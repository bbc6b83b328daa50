"""Stacks as git projects, for golden files."""

from pathlib import Path

from cellwright.app.stacks.export import Exported
from cellwright.app.stacks.listing import ListedStack, StackVersion
from cellwright.app.stacks.split import Project, Split
from cellwright.app.stacks.update import Standing, Update, Updates
from cellwright.git.branches import Change
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import error

_BASE = "https://git.example.com/infra/"


def _project(name: str, place: str, *, remote: bool) -> Project:
    url = f"{_BASE}{name}.git" if remote else None
    source = f"git::{url or f'../stacks/{name}'}?ref=v1.0.0"
    is_fleet = name == "fleet"
    return Project(name, Path(place, name), url, None if is_fleet else source, None if is_fleet else "v1.0.0")


def _app(client: str) -> UnitAddress:
    return UnitAddress("client", client, "app")


SPLIT = Split(
    _project("fleet", "infra", remote=False),
    tuple(_project(name, "infra/stacks", remote=False) for name in ("base-network", "client-app")),
    pushed=False,
    findings=(),
)
SPLIT_REMOTE = Split(
    _project("fleet", "infra", remote=True), (_project("client-app", "infra/stacks", remote=True),), False, ()
)
SPLIT_REFUSED = Split(
    _project("fleet", "infra", remote=True),
    (_project("client-app", "infra/stacks", remote=True),),
    pushed=False,
    findings=(
        error(
            f"{_BASE}client-app.git did not take the push",
            "repeat it: git -C infra/stacks/client-app push origin main; git said: no such project",
        ),
    ),
)
EXPORTED = Exported(
    (_project("client-app", "stacks", remote=False), _project("client-storage", "stacks", remote=False)),
    ("./stacks/client/app",),
    ("./stacks/client/storage",),
    pushed=False,
    findings=(),
)
LISTED = (
    ListedStack(
        "client",
        "app",
        f"git::{_BASE}client-app.git",
        (
            StackVersion(
                "v1.0.0", tuple(UnitAddress("client", name, "app") for name in ("globex", "initech"))
            ),
            StackVersion("v1.1.0", (_app("acme"),)),
        ),
    ),
    ListedStack(
        "client", "store", "./stacks/store", (StackVersion(None, (UnitAddress("client", "acme", "store"),)),)
    ),
    ListedStack("client", "sftp", "./stacks/sftp", ()),
)
UPDATES = Updates(
    "2.0.0",
    dry_run=False,
    repositories=(
        Update("fleet", Path("infra/fleet"), Standing.CURRENT, "1.0.0"),
        Update(
            "base-network",
            Path("infra/stacks/base-network"),
            Standing.PROPOSED,
            "1.0.0",
            (Change("names.tf", "M", 12, 3), Change("tests/names.tftest.hcl", "A", 40, 0)),
            open_files=("main.tf",),
        ),
        Update(
            "client-app",
            Path("infra/stacks/client-app"),
            Standing.CONFLICTS,
            "1.0.0",
            (Change("main.tf", "M", 2, 2), Change("old.tf", "D", 0, 9)),
            ("main.tf",),
            ("CONFLICT (content): Merge conflict in main.tf",),
        ),
        Update("client-sftp", Path("infra/stacks/client-sftp"), Standing.GONE, "1.0.0"),
        Update(
            "client-sso",
            Path("infra/stacks/client-sso"),
            Standing.BUSY,
            "1.0.0",
            (Change("a.tf", "A", 1, 0),),
        ),
        Update("org-trail", Path("infra/stacks/org-trail"), Standing.NEW),
        Update("ours", Path("infra/stacks/ours"), Standing.UNRELATED),
    ),
)
