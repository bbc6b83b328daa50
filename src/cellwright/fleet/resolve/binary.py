"""Finds which program runs a cell's units: `terraform:` of its layers and own files, over fleet.yaml's."""

from collections.abc import Mapping
from typing import cast

from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.resolve.resolver import Resolver
from cellwright.fleet.yaml.node import MergeTag, Node, kind_name
from cellwright.model.binary import KEYS, PRODUCTS, BinarySettings, Product
from cellwright.model.diagnostic import error
from cellwright.model.text.system_text import path_fault
from cellwright.model.text.version_text import constraint_fault

_RESET = (MergeTag.REPLACE, MergeTag.UNSET)


def cell_binary(inherited: BinarySettings, setting: Setting | None, resolver: Resolver) -> BinarySettings:
    """Lay a cell's merged `terraform` over what fleet.yaml says; `resolver` must refuse outputs.

    A literal value of a wrong type was reported with its document.
    """
    found = inherited
    for layer in setting.layers() if setting is not None else ():
        node = layer.node
        found = laid_over(inherited if node.merge_tag in _RESET else found, inherited, node, resolver)
    return found


def laid_over(
    lower: BinarySettings, inherited: BinarySettings, node: Node, resolver: Resolver
) -> BinarySettings:
    """Lay what one layer says over what the layers below it say; an `!unset` key is as inherited again."""
    entries = node.entries or {}
    unset = [key for key, item in entries.items() if item.merge_tag is MergeTag.UNSET]
    if "binary" in unset or "product" in unset:
        lower = lower._replace(name=inherited.name, product=inherited.product)
    if "version" in unset:
        lower = lower._replace(version=inherited.version)
    values = {key: _value(key, entries[key], resolver) for key in KEYS if key in entries and key not in unset}
    return _settings(values).over(lower)


def _settings(values: Mapping[str, str | None]) -> BinarySettings:
    product = values.get("product")
    return BinarySettings(
        name=values.get("binary"),
        product=cast("Product", product) if product in PRODUCTS else None,
        version=values.get("version"),
    )


def _value(key: str, node: Node, resolver: Resolver) -> str | None:
    failures = resolver.notes.failures
    value = resolver.node(node)
    good = isinstance(value, str) and value and (key != "product" or value in PRODUCTS)
    if good and resolver.notes.failures == failures:
        fault = constraint_fault(str(value)) if key == "version" else path_fault(str(value))
        if fault is None:
            return str(value)
        if not node.plain:
            resolver.notes.findings.append(error(f"terraform.{key} can't be used", fault, node.position))
        return None
    if not node.plain and resolver.notes.failures == failures:
        wanted = "'terraform' or 'tofu'" if key == "product" else "a string"
        shown = f"'{value}'" if isinstance(value, str) else kind_name(value)
        summary = f"terraform.{key} must be {wanted}, not {shown}"
        resolver.notes.findings.append(error(summary, "correct what it refers to", node.position))
    return None
