"""What the commits of this clone say about a block: which cell's file named it in which commit."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from cellwright.fleet.fleet import Fleet
from cellwright.fleet.pools import Network, parse_network
from cellwright.fleet.yaml.node import get_node
from cellwright.fleet.yaml.reader import read_document
from cellwright.git.history import FileChanges, changes_of, contents
from cellwright.git.repository import Repository
from cellwright.ipam.book import overlapping
from cellwright.ipam.holdings import KEY
from cellwright.ipam.tenure import Claim, CommitClaims, Moment

_PATTERN = f"{KEY}|[0-9a-fA-F:]/[0-9]"
"""Lines that may say something about a block; what they say is read from the whole file."""


def committed_claims(
    repository: Repository,
    fleet: Fleet,
    blocks: Collection[Network],
    cells: Collection[str] | None = None,
) -> Iterator[CommitClaims]:
    """Read from every commit that changed cells' files what they said about `blocks`.

    With `cells`, given as texts, only the files of these are looked at.

    Raises:
        DiagnosticError: git can't read the repository.
    """
    # Where levels share a folder, the last of them names the cell, as a holding does.
    levels = {level.cells: level.name for level in fleet.levels}
    base = fleet.root.absolute().resolve().relative_to(repository.root.resolve())
    places = [repository.root / base / place for place in _places(levels, cells)]
    changes = changes_of(repository, places, _PATTERN) if places else ()
    wanted = [(item.commit.id, path) for item in changes for path in item.changed]
    texts = dict(zip(wanted, contents(repository, wanted), strict=True)) if wanted else {}
    for item in changes:
        files: dict[str, frozenset[Claim]] = dict.fromkeys(item.removed, frozenset())
        for path in item.changed:
            cell = _cell(path, base, levels)
            text = texts[item.commit.id, path]
            files[path] = frozenset(_claims(text, cell, blocks)) if cell and text else frozenset()
        yield CommitClaims(_moment(item), files)


def _places(levels: Mapping[str, str], cells: Collection[str] | None) -> Iterator[str]:
    if cells is None:
        yield from levels
        return
    for folder, level in levels.items():
        for cell in cells:
            own, _, name = cell.partition("/")
            if own == level:
                yield from (f"{folder}/{name}", f"{folder}/{name}.yaml")


def _moment(change: FileChanges) -> Moment:
    commit = change.commit
    return Moment(commit.id, commit.time, str(commit.author), commit.subject)


def _cell(path: str, base: Path, levels: Mapping[str, str]) -> str | None:
    """Name the cell whose settings a file was: `clients/acme.yaml`, or any `clients/acme/*.yaml`."""
    inside = Path(path).relative_to(base)
    for folder, level in levels.items():
        if inside.is_relative_to(folder) and inside.suffix == ".yaml":
            parts = inside.relative_to(folder).parts
            if len(parts) in (1, 2):
                return f"{level}/{parts[0].removesuffix('.yaml') if len(parts) == 1 else parts[0]}"
    return None


def _claims(text: str, cell: str, blocks: Collection[Network]) -> Iterator[Claim]:
    root = read_document(text, cell).root
    node = get_node(root, KEY) if root is not None else None
    for pool, value in ((node.entries or {}) if node is not None else {}).items():
        try:
            held = parse_network(str(value.value))
        except ValueError:
            continue
        if any(overlapping(held, block) for block in blocks):
            yield Claim(cell, pool, held)
