"""Says of something in a stack that its program does not know which programs know it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from packaging.version import Version

from cellwright.model.binary import PRODUCTS, Product
from cellwright.model.diagnostic import Diagnostic
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.install.requirement import ANOTHER_PROGRAM

_UNEXPECTED = re.compile(
    r"""
      ^(?:Blocks\ of\ type|An\ argument\ named)\ "(?P<word>\w+)"
    | not\ supported\ for\ scheme\ '(?P<scheme>oci)'
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Feature:
    what: str
    since: Mapping[Product, str]
    """The first version that knows it, by product; a product that is not named never does."""


_FEATURES: Mapping[str, _Feature] = {
    "action": _Feature("`action` blocks", {"terraform": "1.14"}),
    "const": _Feature("`const` variables", {"terraform": "1.15", "tofu": "1.12"}),
    "deprecated": _Feature("`deprecated` variables and outputs", {"terraform": "1.15", "tofu": "1.10"}),
    "encryption": _Feature("`encryption` blocks", {"tofu": "1.7"}),
    "ephemeral": _Feature("what is `ephemeral`", {"terraform": "1.10", "tofu": "1.11"}),
    "oci": _Feature("modules in `oci:`", {"tofu": "1.10"}),
    "language": _Feature("`language` blocks", {"tofu": "1.12"}),
}
"""Names that hardly any provider uses. One like `enabled` may as well be meant for a resource."""


def with_who_knows_it(item: Diagnostic, binary: Binary) -> Diagnostic:
    """Add to an error about a block, argument or address which programs know it, if this one does not."""
    found = _UNEXPECTED.search(item.detail)
    feature = _FEATURES.get(found["word"] or found["scheme"]) if found else None
    if feature is None or _knows(binary, feature):
        return item
    known = " and ".join(f"{PRODUCTS[product]} {first}" for product, first in feature.since.items())
    told = f"{binary} does not know {feature.what}, which came with {known}"
    return replace(item, detail=f"{item.detail.rstrip().removesuffix('.')}. {told}; {ANOTHER_PROGRAM}")


def _knows(binary: Binary, feature: _Feature) -> bool:
    first = feature.since.get(binary.product)
    return first is not None and binary.version.release >= Version(first).release
