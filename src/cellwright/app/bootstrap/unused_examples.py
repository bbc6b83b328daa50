"""The cells of the reference fleet that nobody has changed or applied: in the way of a real fleet."""

import shutil
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from cellwright.app.bootstrap.site import Site

_PLACES = ("accounts", "clients")


def unused_examples(site: Site) -> tuple[str, ...]:
    """Name the cells whose files are still those that came with the reference fleet, by their paths.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    applied = {address.cell for address in site.session.ledger().reader.heads()}
    found = []
    for place in _PLACES:
        shipped = files("cellwright") / "reference" / place
        if not shipped.is_dir():
            continue
        for item in sorted(shipped.iterdir(), key=lambda one: one.name):
            name = item.name.removesuffix(".yaml")
            own = site.session.root / place / item.name
            if name in applied or not _is_cell(item):
                continue
            if _same(item, own):
                found.append(f"{place}/{item.name}")
    return tuple(found)


def remove_examples(site: Site) -> tuple[Path, ...]:
    """Remove them; gives the paths that are gone. Whoever calls this commits that.

    Raises:
        DiagnosticError: as `unused_examples`.
    """
    gone: list[Path] = []
    for name in unused_examples(site):
        path = site.session.root / name
        if path.is_dir():
            gone += sorted(item for item in path.rglob("*") if item.is_file())
            shutil.rmtree(path)
        else:
            path.unlink()
            gone.append(path)
    site.session.renew()
    return tuple(gone)


def _is_cell(item: Traversable) -> bool:
    return item.is_dir() or item.name.endswith(".yaml")


def _same(shipped: Traversable, own: Path) -> bool:
    """Tell whether a file or folder is as it came."""
    if shipped.is_dir():
        if not own.is_dir():
            return False
        names = {item.name for item in shipped.iterdir()}
        return names == {item.name for item in own.iterdir()} and all(
            _same(item, own / item.name) for item in shipped.iterdir()
        )
    return own.is_file() and not own.is_symlink() and own.read_bytes() == shipped.read_bytes()
