"""Merges layers: mappings key by key, scalars and lists replaced, unless a merge tag says otherwise.

Overridden settings are kept, so a merged tree knows where each value came from.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from cellwright.fleet.yaml.node import MergeTag, Node, Step, find_node, kind_name
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.value import Value

Faults: TypeAlias = list[Diagnostic]


class Setting(NamedTuple):
    """A merged value; immutable, and shared between cells that share layers.

    A mapping has `entries`, a list that was extended has `items`, anything else only its node.
    """

    node: Node
    """The node of the last layer that sets it."""
    plain: bool
    """No references anywhere below."""
    overridden: "Setting | None" = None
    """The setting before that layer."""
    entries: "Mapping[str, Setting] | None" = None
    items: tuple[Node, ...] | None = None

    @property
    def unset(self) -> bool:
        """Tell whether the last layer has `!unset` here: the key counts as absent."""
        return self.node.merge_tag is MergeTag.UNSET

    @property
    def is_list(self) -> bool:
        """Tell whether this is a list."""
        return isinstance(self.node.content, list)

    @property
    def list_items(self) -> Sequence[Node]:
        """A list's items, inherited ones first."""
        if self.items is not None:
            return self.items
        return self.node.content if isinstance(self.node.content, list) else ()

    def get(self, key: str) -> "Setting | None":
        """Give what a mapping holds under `key`, if that is not unset."""
        found = self.entries.get(key) if self.entries is not None else None
        return None if found is None or found.unset else found

    def present(self) -> "Iterator[tuple[str, Setting]]":
        """Yield a mapping's keys and settings, unset ones left out."""
        for key, setting in (self.entries or {}).items():
            if not setting.unset:
                yield key, setting

    def written(self) -> Value:
        """Give the merged value with its references as written."""
        if self.entries is not None:
            return {key: setting.written() for key, setting in self.present()}
        if self.items is not None:
            return [item.value for item in self.items]
        return self.node.value

    def layers(self) -> "tuple[Setting, ...]":
        """Give this setting in every layer that sets it, lowest first."""
        links: list[Setting] = []
        link: Setting | None = self
        while link is not None:
            links.append(link)
            link = link.overridden
        return tuple(reversed(links))


def merge(base: Setting | None, over: Node, faults: Faults) -> Setting:
    """Merge `over` into `base`; what can't be merged replaces it, with a fault."""
    if over.entries is not None:
        return _merge_mapping(base, over, over.entries, faults)
    if over.merge_tag is MergeTag.APPEND and base is not None and not base.unset:
        if base.is_list:
            return _append(base, over)
        inherited = kind_name(base.node.value)
        detail = f"it is inherited from {base.node.position}; write the list without !append to replace it"
        faults.append(
            error(f"!append extends a list, but the inherited value is {inherited}", detail, over.position)
        )
    return Setting(over, over.plain, base)


def find_setting(setting: Setting, path: Sequence[Step]) -> Setting | Node:
    """Follow `path` as far as it exists, through mappings into lists, and give its last element."""
    for index, step in enumerate(path):
        if setting.entries is not None:
            child = setting.get(str(step))
            if child is None:
                return setting
            setting = child
        elif isinstance(step, int) and 0 <= step < len(setting.list_items):
            return find_node(setting.list_items[step], path[index + 1 :])
        else:
            return setting
    return setting


def _merge_mapping(base: Setting | None, over: Node, content: Mapping[str, Node], faults: Faults) -> Setting:
    # A rule is one value, as a mapping with !replace is.
    is_whole = over.merge_tag is MergeTag.REPLACE or over.merge_tag is MergeTag.PLACE
    inherits = base is not None and base.entries is not None and not is_whole
    merged: dict[str, Setting] = dict(base.entries or {}) if inherits and base is not None else {}
    for key, node in content.items():
        merged[key] = merge(merged.get(key), node, faults)
    plain = all([setting.plain for setting in merged.values()])  # noqa: C419  a list is the faster form here
    return Setting(over, plain, base, merged)


def _append(base: Setting, over: Node) -> Setting:
    items = (*base.list_items, *over.children)
    return Setting(over, base.plain and over.plain, base, None, items)
