"""Converts the settings of fleet.yaml to built-in types and back, for the cache."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from types import MappingProxyType
from typing import Any

from cellwright.fleet.cache.packing import Packed
from cellwright.fleet.yaml.node import MergeTag, Node
from cellwright.model.binary import BinarySettings


class SettingsPacking:
    """Packs settings that consist of some dataclasses, and of types that are always known."""

    def __init__(self, *classes: Any) -> None:  # noqa: ANN401  dataclasses, for which there is no type
        self._classes = {kind.__name__: kind for kind in classes}

    @cached_property
    def shape(self) -> str:
        """The classes with their fields: what was written for other ones is not read."""
        return repr([(name, list(names)) for name, names in self._fields.items()])

    @cached_property
    def _fields(self) -> Mapping[str, tuple[str, ...]]:
        """The names of each class's fields: a command reads the settings several times."""
        return {name: tuple(item.name for item in fields(kind)) for name, kind in self._classes.items()}

    def pack(self, value: object) -> Packed:  # noqa: PLR0911  one way out for each kind of value
        """Write a value as built-in types; the first element of a tuple names its type.

        Raises:
            TypeError: a part of it is of another type.
        """
        if value is None or isinstance(value, str | int | float):
            return value
        if isinstance(value, MergeTag):
            return ("directive", value.value)
        if isinstance(value, IPv4Network | IPv6Network | Decimal):
            return ("number" if isinstance(value, Decimal) else "network", str(value))
        if isinstance(value, Node):
            return ("node", *map(self.pack, value))
        if isinstance(value, BinarySettings):
            return ("binary", *value)
        if (kind := self._classes.get(type(value).__name__)) is not None:
            names = self._fields[kind.__name__]
            return (kind.__name__, *(self.pack(getattr(value, name)) for name in names))
        if isinstance(value, Mapping):
            kind_name = "view" if isinstance(value, MappingProxyType) else "mapping"
            return (kind_name, {key: self.pack(item) for key, item in value.items()})
        if isinstance(value, tuple):
            return ("tuple", *map(self.pack, value))
        if isinstance(value, list):
            return list(map(self.pack, value))
        raise TypeError(type(value))

    def unpack(self, packed: Packed) -> object:  # noqa: PLR0911  as `pack`
        """Read what `pack` wrote with the same classes."""
        if isinstance(packed, list):
            return list(map(self.unpack, packed))
        if not isinstance(packed, tuple):
            plain: object = packed
            return plain
        kind_name, *parts = packed
        if (kind := self._classes.get(kind_name)) is not None:
            made: object = kind(**dict(zip(self._fields[kind_name], map(self.unpack, parts), strict=True)))
            return made
        if kind_name == "node":
            return Node(*map(self.unpack, parts))  # type: ignore[arg-type]  # as it was packed
        if kind_name in {"mapping", "view"}:
            mapping = {key: self.unpack(item) for key, item in parts[0].items()}
            return MappingProxyType(mapping) if kind_name == "view" else mapping
        if kind_name == "binary":
            return BinarySettings(*parts)
        if kind_name == "number":
            return Decimal(parts[0])
        if kind_name == "directive":
            return MergeTag(parts[0])
        return ip_network(parts[0]) if kind_name == "network" else tuple(map(self.unpack, parts))
