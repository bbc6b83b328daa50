"""The reference fleet as it is installed with this Cellwright: its files by their paths."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from cellwright.app.stacks.naming import PROJECT, project_name
from cellwright.app.stacks.origin import ALL, FLEET, Origin
from cellwright.fleet.stack_sources import FILE, with_sources, written_sources

_PACKAGE, _REFERENCE = "cellwright", "reference"
_LEFT_OUT = frozenset({".terraform", ".cellwright", "__pycache__"})
STACKS = "stacks/"
"""Below it lie the stacks, as LEVEL/NAME."""

_IGNORED = """\
# What Terraform and OpenTofu leave in the folder that they are started in.
.terraform/
*.tfstate
*.tfstate.*
*.tfplan
crash.log
crash.*.log
"""


@dataclass(frozen=True, slots=True)
class Shipped:
    """The reference fleet's files."""

    whole: Mapping[str, bytes]
    """All of them, as `cellwright init` writes them into one folder."""

    @property
    def stacks(self) -> Mapping[str, Mapping[str, bytes]]:
        """The files of each stack (`client/app`), as they lie in a git repository of its own."""
        found: dict[str, dict[str, bytes]] = {}
        for path, data in self.whole.items():
            if path.startswith(STACKS):
                level, name, inside = path.removeprefix(STACKS).split("/", 2)
                found.setdefault(f"{level}/{name}", {".gitignore": _IGNORED.encode()})[inside] = data
        return found


def shipped_part(origin: Origin, ours: Shipped) -> Mapping[str, bytes] | None:
    """Give the files of what a repository was made from, as they are now; None if it is shipped no more."""
    if origin.what != FLEET:
        return ours.stacks.get(origin.what)
    apart = set(ours.stacks) if origin.apart == (ALL,) else set(origin.apart)
    text = ours.whole[FILE].decode()
    sources = {
        found.source: origin.sources.replace(PROJECT, project_name(found.source))
        for found in written_sources(text)
        if found.source.removeprefix("./").removeprefix(STACKS) in apart
    }
    left = {path: data for path, data in ours.whole.items() if stack_of(path) not in apart}
    return {**left, FILE: with_sources(text, sources).encode()}


def stack_of(path: str) -> str | None:
    """Name the stack that a file belongs to; None if it belongs to none."""
    return "/".join(path.split("/")[1:3]) if path.startswith(STACKS) else None


def shipped() -> Shipped:
    """Read the reference fleet that belongs to this Cellwright."""
    return Shipped(dict(sorted(_files(files(_PACKAGE) / _REFERENCE, ""))))


def _files(folder: Traversable, above: str) -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        if item.name in _LEFT_OUT:
            continue
        if item.is_dir():
            yield from _files(item, f"{above}{item.name}/")
        else:
            yield f"{above}{item.name}", item.read_bytes()
