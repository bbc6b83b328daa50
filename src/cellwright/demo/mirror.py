"""Where the demo's provider comes from, on a machine whose mirror holds it for the other product only."""

from collections.abc import Callable, Mapping
from pathlib import Path

from cellwright.model.binary import PRODUCTS, Product
from cellwright.terraform.install.cli_config import own_config
from cellwright.terraform.install.linked_mirror import held_for_other_only, lay_links, other_product
from cellwright.terraform.install.mirror import find_mirrors, is_named


def mirror_for(
    product: Product, environment: Mapping[str, str], folder: Path, notice: Callable[[str], None]
) -> Path | None:
    """Make a mirror of links in `folder` where mirrors hold a provider for the other product only.

    A source without a host means another registry to each product: with a mirror of Terraform's packages and
    no network, OpenTofu would find none. `notice` is told of the links.

    Returns:
        The mirror. None where none is needed, or where the user's own configuration says where providers come
        from: then mirrors that are merely found don't count.

    Raises:
        DiagnosticError: the mirror that the environment names does not exist, or `folder` can't be written.
    """
    if not is_named(None, environment) and own_config(environment, product) is not None:
        return None
    mirrors = find_mirrors(None, environment, folder.parent, notice=notice)
    names = held_for_other_only(mirrors, product)
    if not names:
        return None
    lay_links(mirrors, product, folder)
    here, there = PRODUCTS[product], PRODUCTS[other_product(product)]
    notice(
        f"this machine's mirror has {', '.join(names)} for {there} only: {here} finds it by links in {folder}"
    )
    return folder
