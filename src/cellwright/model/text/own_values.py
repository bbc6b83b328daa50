"""A text without what is a cell's own: two are equal then if each is the other with its own values in it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv4Network

_MARK = "\0"
_ADDRESS = (
    r"(?<![A-Za-z0-9.])(?P<address>[0-9]{1,3}(?:\.[0-9]{1,3}){3})(?:/(?P<length>[0-9]{1,2}))?(?![0-9./])"
)
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_LONGEST_PREFIX = 32


@dataclass(frozen=True, slots=True)
class OwnValues:
    """What is a cell's own, by what it is to the cell: its name, its account's number, its blocks."""

    named: Mapping[str, str] = field(default_factory=dict)
    """Texts by their roles. Of roles with the same text the first counts."""
    blocks: Mapping[str, IPv4Network] = field(default_factory=dict)
    """Address blocks by their roles: addresses and networks inside are named by their place in the block."""
    _roles: dict[str, str] = field(init=False, repr=False, compare=False)
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make what finds them all in one pass, so that what was put in is not looked at again."""
        roles: dict[str, str] = {}
        for role, value in self.named.items():
            if value and _MARK not in value:
                roles.setdefault(value, role)
        object.__setattr__(self, "_roles", roles)
        object.__setattr__(self, "_pattern", _pattern(roles, with_addresses=bool(self.blocks)))

    def without(self, text: str) -> str:
        """Put the role in the place of each own value, wherever it stands between signs: `acme-files`.

        A value inside a word, or encoded, is left. A role stands between two NULs, and a NUL of the text is
        doubled, so that the step can be undone: nothing but own values is lost.
        """
        return self._pattern.sub(self._role, text.replace(_MARK, _MARK * 2))

    def _role(self, found: "re.Match[str]") -> str:
        whole = found.group()
        if (role := self._roles.get(whole)) is not None:
            return f"{_MARK}{role}{_MARK}"
        address = found["address"] if self.blocks else None
        return whole if address is None else self._placed(whole, address, found["length"])

    def _placed(self, whole: str, address: str, length: str | None) -> str:
        """Name an address by its place in the block that has it; any other is left as it is."""
        try:
            place = IPv4Address(address)
        except AddressValueError:
            return whole
        size = _LONGEST_PREFIX if length is None else int(length)
        if str(place) != address or (length is not None and str(size) != length) or size > _LONGEST_PREFIX:
            return whole
        for role, block in self.blocks.items():
            if place in block and size >= block.prefixlen:
                offset = int(place) - int(block.network_address)
                tail = "" if length is None else f"/{length}"
                return f"{_MARK}{role}/{block.prefixlen}+{offset}{tail}{_MARK}"
        return whole


def _pattern(values: Iterable[str], *, with_addresses: bool) -> re.Pattern[str]:
    found = [_ADDRESS] if with_addresses else []
    found += [_bounded(value) for value in sorted(values, key=len, reverse=True)]
    return re.compile("|".join(found) or r"(?!)")


def _bounded(value: str) -> str:
    # A zone of a region is the region and a letter.
    after = "(?=[a-z]?(?![A-Za-z0-9]))" if _REGION.fullmatch(value) else "(?![A-Za-z0-9])"
    return f"(?<![A-Za-z0-9]){re.escape(value)}{after}"
