"""Provider mirrors: folders on this machine from which Terraform installs providers without a network."""

import glob
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.ownership import changed_by_others
from cellwright.model.binary import Product
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.terraform.install.platform import this_platform

VARIABLE = "CELLWRIGHT_PROVIDER_MIRROR"

PLACES = (
    "/opt/*",
    "/opt/*/*",
    "/srv/*",
    "/var/lib/*",
    "/usr/share/*",
    "/usr/share/terraform/plugins",
    "/usr/lib/*",
    "/usr/local/share/*",
    "/usr/local/share/*/*",
    "/usr/local/lib/*",
    "~/.terraform.d/plugins",
    "~/.local/share/terraform/plugins",
)
"""Where mirrors are searched for: where an administrator would unpack one, and in Terraform's default places,
which it ignores as soon as its configuration names any mirror."""

HOSTS: Mapping[Product, str] = {"terraform": "registry.terraform.io", "tofu": "registry.opentofu.org"}
"""Where each product looks for a provider whose source names no host."""

_PACKED = re.compile(r"terraform-provider-.+?_(?P<version>\d[^_]*)_(?P<platform>[a-z0-9]+_[a-z0-9]+)\.zip\Z")


@dataclass(frozen=True, slots=True)
class ProviderPackage:
    """One version of a provider for this platform."""

    source: str
    """Host, namespace and type: `registry.terraform.io/hashicorp/aws`."""
    version: str
    packed: bool
    """A .zip that Terraform unpacks into every working folder, unless a cache holds it."""

    def path_below(self, host: str) -> str:
        """Where a mirror has this package, relative to its folder, if it is one of the registry `host`."""
        provider = f"{host}/{self.source.partition('/')[2]}"
        if self.packed:
            kind = provider.rpartition("/")[2]
            return f"{provider}/terraform-provider-{kind}_{self.version}_{this_platform()}.zip"
        return f"{provider}/{self.version}/{this_platform()}"


@dataclass(frozen=True, slots=True)
class Mirror:
    """A folder in the layout of `terraform providers mirror`."""

    folder: Path
    packages: frozenset[ProviderPackage]

    @property
    def sources(self) -> tuple[str, ...]:
        """The providers of which it holds any version for this platform, sorted."""
        return tuple(sorted({package.source for package in self.packages}))

    def versions(self, source: str) -> frozenset[str]:
        """The versions of a provider that it holds for this platform."""
        return frozenset(package.version for package in self.packages if package.source == source)

    def links(self, source: str, version: str) -> bool:
        """Tell whether Terraform installs this package by a symbolic link."""
        return ProviderPackage(source, version, packed=False) in self.packages


def find_mirrors(
    setting: str | None,
    environment: Mapping[str, str],
    base: Path,
    places: Iterable[str] = PLACES,
    notice: Callable[[str], None] | None = None,
) -> tuple[Mirror, ...]:
    """Find the mirrors to use: the one that is named (by `setting`, else by the environment), or all found.

    `setting` may be relative to `base`. One that is merely found is used only if nobody but root and this
    user can change it: whoever can, decides what runs as this user. `notice` is told of those left out. One
    that holds nothing because of links that no product follows is kept, so that the link can be named.

    Raises:
        DiagnosticError: the folder that is named does not exist.
    """
    named = setting or environment.get(VARIABLE)
    if named:
        folder = (base / Path(named).expanduser()).absolute()
        if not folder.is_dir():
            raise DiagnosticError(
                error(
                    f"the provider mirror {folder} does not exist",
                    f"correct {'terraform.mirror in fleet.yaml' if setting else VARIABLE}, or remove it",
                )
            )
        return (read_mirror(folder),)
    home = environment.get("HOME", "")
    found = (read_mirror(folder) for folder in _candidates(places, home))
    return tuple(
        mirror
        for mirror in found
        if (_is_trusted(mirror, notice) if mirror.packages else _is_behind_links(mirror.folder))
    )


def is_named(setting: str | None, environment: Mapping[str, str]) -> bool:
    """Tell whether a mirror was chosen by the settings or the environment."""
    return bool(setting or environment.get(VARIABLE))


def read_mirror(folder: Path) -> Mirror:
    """List what a mirror has for this platform; nothing if the folder is no mirror.

    Symbolic links above a platform's folder don't count: neither product follows them.
    """
    here = this_platform()
    packages = {
        package
        for kind in folder.glob("*/*/*")
        if "." in kind.parent.parent.name and kind.is_dir() and not _linked(kind, folder)
        for package in _packages(kind, kind.relative_to(folder).as_posix(), here)
    }
    return Mirror(folder, frozenset(packages))


def unfollowed_link(folder: Path, source: str) -> Path | None:
    """Find the symbolic link because of which the packages of a provider that a mirror has don't count.

    None if there is none, or no package for this platform behind it.
    """
    kind, here = folder / source, this_platform()
    try:
        packages = [entry for entry in sorted(kind.iterdir()) if _holds_package(entry, here)]
    except OSError:
        return None
    above = [path for path in reversed((kind, *kind.parents)) if path.is_relative_to(folder)][1:]
    links = [path for path in (*above, *packages) if path.is_symlink() and path.is_dir()]
    return links[0] if packages and links else None


def _is_behind_links(folder: Path) -> bool:
    kinds = (kind.relative_to(folder).as_posix() for kind in folder.glob("*/*/*"))
    return any(unfollowed_link(folder, kind) for kind in kinds)


def _holds_package(entry: Path, here: str) -> bool:
    packed = _PACKED.match(entry.name)
    return (entry / here).is_dir() or (packed is not None and packed["platform"] == here)


def _is_trusted(mirror: Mirror, notice: Callable[[str], None] | None) -> bool:
    try:
        why = next(filter(None, map(changed_by_others, _places(mirror))), None)
    except OSError as fault:
        why = f"{fault.filename} can't be looked at: {fault.strerror}"
    if why is not None and notice is not None:
        notice(
            f"the provider mirror {mirror.folder} is not used: {why}; if you trust it, name it with"
            f" terraform.mirror in fleet.yaml or {VARIABLE}"
        )
    return why is None


def _places(mirror: Mirror) -> Iterable[Path]:
    """Give the mirror's folder, those on the way to its packages, and the packages with their files."""
    yield mirror.folder
    for package in mirror.packages:
        place = mirror.folder / package.path_below(package.source.partition("/")[0])
        yield place
        if place.is_dir():
            yield from place.iterdir()


def _linked(kind: Path, mirror: Path) -> bool:
    return any(
        path.is_symlink() for path in (kind, *kind.parents) if path.is_relative_to(mirror) and path != mirror
    )


def _packages(folder: Path, source: str, here: str) -> Iterable[ProviderPackage]:
    for entry in sorted(folder.iterdir()):
        if (entry / here).is_dir() and not entry.is_symlink():
            yield ProviderPackage(source, entry.name, packed=False)
        elif (found := _PACKED.match(entry.name)) and found["platform"] == here:
            yield ProviderPackage(source, found["version"], packed=True)


def _candidates(places: Iterable[str], home: str) -> list[Path]:
    found: dict[Path, Path] = {}
    for place in places:
        if place.startswith("~") and not home:
            continue
        pattern = place.replace("~", glob.escape(home), 1) if place.startswith("~") else place
        # By names: such a place has hundreds of folders, and every run that starts Terraform looks into each.
        folders = glob.glob(pattern, include_hidden=True)  # noqa: PTH207
        for host in HOSTS.values():
            for folder in sorted(Path(name) for name in folders if os.path.exists(f"{name}/{host}")):  # noqa: PTH110
                found.setdefault(folder.resolve(), folder)
    return list(found.values())
