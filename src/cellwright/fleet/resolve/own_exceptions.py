"""Exceptions from policies: a cell has those that its own files write, and none from a layer.

Who may change a layer could otherwise switch rules off for cells whose files nobody touched.
"""

from collections.abc import Iterator, Sequence

from cellwright.fleet.resolve.merge import Setting, merge
from cellwright.fleet.resolve.own_imports import KEY as IMPORTS
from cellwright.fleet.yaml.node import Node, kind_name
from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.text.calendar import real_date

KEY = "exceptions"
"""The key of a cell's file."""
PARTS = ("rule", "stack", "resource", "person", "reason", "until")
"""What an exception from the shipped rules has to say, all as texts."""


def without_inherited(base: Setting | None, root: Setting, own: Sequence[Node]) -> Setting:
    """Leave out of a cell's merged settings (`root`) what its layers (`base`) write of what is its own alone.

    That are exceptions, and imports.
    """
    for key in (KEY, IMPORTS):
        if base is None or base.entries is None or key not in base.entries or root.entries is None:
            continue
        entries = {name: setting for name, setting in root.entries.items() if name != key}
        if (setting := _own(own, key)) is not None:
            entries[key] = setting
        root = root._replace(entries=entries)
    return root


def exception_faults(base: Setting | None, own: Sequence[Node]) -> Iterator[Diagnostic]:
    """Find exceptions in layers, and those of the cell's own files that can't count."""
    inherited = base.get(KEY) if base is not None else None
    for layer in inherited.layers() if inherited is not None else ():
        if layer.node.children:
            detail = "write them into the file of each cell that they are for"
            yield warning("exceptions in a layer count for no cell", detail, layer.node.position)
    setting = _own(own)
    if setting is None or setting.unset or setting.node.value is None:
        return
    if not setting.is_list and not setting.plain:
        yield _reference(setting.node)
        return
    if not setting.is_list:
        summary = f"'{KEY}' must be a list, not {kind_name(setting.node.value)}: none of them counts"
        yield warning(summary, _advice(), setting.node.position)
        return
    for item in setting.list_items:
        yield from _item_faults(item)


def _own(own: Sequence[Node], key: str = KEY) -> Setting | None:
    setting: Setting | None = None
    for root in own:
        node = (root.entries or {}).get(key)
        if node is not None:
            setting = merge(setting, node, [])
    return setting


def _item_faults(item: Node) -> Iterator[Diagnostic]:
    entries = item.entries
    if entries is None:
        yield warning(f"an exception is a mapping, not {kind_name(item.value)}", _advice(), item.position)
        return
    if not item.plain:
        yield _reference(item)
        return
    until = entries.get("until")
    if until is not None and real_date(until.value) is None:
        detail = "write a date that there is, as YYYY-MM-DD"
        yield error("the exception's `until` is no date", detail, until.position)
    missing = [part for part in PARTS if not _said(entries.get(part)) and (part != "until" or until is None)]
    if "rule" in entries and missing:
        names = ", ".join(f"`{part}`" for part in missing)
        yield warning(f"the exception does not count: it lacks {names}", _advice(), item.position)


def _reference(node: Node) -> Diagnostic:
    detail = "write out what it says: it may depend on no other file"
    return error("an exception can't hold references", detail, node.position)


def _said(node: Node | None) -> bool:
    return node is not None and isinstance(node.value, str) and bool(node.value.strip())


def _advice() -> str:
    return f"an exception says {', '.join(PARTS)}, each as a text (docs/policies.md)"
