"""Where fetched programs are kept: once per user, by product and version."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from cellwright.model.binary import Product
from cellwright.terraform.install.version_constraint import ConstraintError, parse_version


def user_data(environment: Mapping[str, str]) -> Path:
    """The user's data folder for Cellwright (XDG Base Directory Specification)."""
    chosen = environment.get("XDG_DATA_HOME", "")
    home = Path(environment.get("HOME") or Path.home())
    return (Path(chosen) if chosen.startswith("/") else home / ".local" / "share") / "cellwright"


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of fetched programs. A file that is there is whole: it appears in one step."""

    folder: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Store":
        """Give the store of the user whose environment this is."""
        return cls(user_data(environment) / "binaries")

    def path(self, product: Product, version: str) -> Path:
        """Give the path that a version of a product has, or will have."""
        return self.folder / product / version / product

    def versions(self, product: Product) -> list[str]:
        """List the versions of a product that were fetched, newest first."""
        try:
            names = [entry.name for entry in (self.folder / product).iterdir()]
        except OSError:  # nothing was fetched yet, or it can't be read
            return []
        found = [name for name in names if _is_version(name) and self.path(product, name).is_file()]
        return sorted(found, key=Version, reverse=True)


def _is_version(text: str) -> bool:
    try:
        parse_version(text)
    except ConstraintError:
        return False
    return True
