"""A mirror of links: what mirrors hold for one product's registry, found below the other one's as well."""

from collections.abc import Sequence
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.model.binary import Product
from cellwright.terraform.install.mirror import HOSTS, Mirror, ProviderPackage


def other_product(product: Product) -> Product:
    """The product that is not this one."""
    return "terraform" if product == "tofu" else "tofu"


def held_for_other_only(mirrors: Sequence[Mirror], product: Product) -> tuple[str, ...]:
    """Providers that the mirrors hold below the other product's registry only: `hashicorp/aws`, sorted."""
    held = {source for mirror in mirrors for source in mirror.sources}
    return tuple(sorted(_of_host(held, HOSTS[other_product(product)]) - _of_host(held, HOSTS[product])))


def lay_links(mirrors: Sequence[Mirror], product: Product, folder: Path) -> None:
    """Make `folder` a mirror of all that the mirrors hold, by links to their packages.

    Providers that they hold for the other product only lie below `product`'s registry too. The folders above
    a package are no links: neither product follows one there.

    Raises:
        DiagnosticError: `folder` can't be written.
    """
    other = HOSTS[other_product(product)]
    missing = {f"{other}/{name}" for name in held_for_other_only(mirrors, product)}
    with file_errors(f"{folder} can't be written"):
        for mirror in mirrors:
            for package in mirror.packages:
                host = package.source.partition("/")[0]
                for below in (host, *((HOSTS[product],) if package.source in missing else ())):
                    _link(package, mirror, folder / package.path_below(below))


def _link(package: ProviderPackage, mirror: Mirror, place: Path) -> None:
    target = (mirror.folder / package.path_below(package.source.partition("/")[0])).resolve()
    # Both products fail at a link to nothing. Of two mirrors with one package, the first counts.
    if target.exists() and not place.is_symlink():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)


def _of_host(sources: set[str], host: str) -> set[str]:
    return {name for found, _, name in (source.partition("/") for source in sources) if found == host}
