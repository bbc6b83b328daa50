"""Rows of all units, read at once and turned into values one by one when asked for: most never are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cellwright.ledger.database.codec import load_outputs
from cellwright.ledger.database.rows import HeadRow, load_address, load_head
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, RecordedOutput

_CACHED = 2_000
"""Units whose outputs are kept as values."""


@dataclass(frozen=True, slots=True, eq=False)
class HeadsView(Mapping[UnitAddress, AppliedHead]):
    """The heads of units; `rows` are by address as text."""

    rows: Mapping[str, HeadRow]

    def __getitem__(self, address: UnitAddress) -> AppliedHead:
        """The head of one unit."""
        return load_head(self.rows[str(address)])

    def __iter__(self) -> Iterator[UnitAddress]:
        """The addresses of all units that the ledger knows."""
        return map(load_address, self.rows)

    def __len__(self) -> int:
        """How many units the ledger knows."""
        return len(self.rows)

    def __contains__(self, address: object) -> bool:
        """Whether the ledger knows a unit."""
        return str(address) in self.rows


@dataclass(frozen=True, slots=True, eq=False)
class OutputsView(Mapping[UnitAddress, Mapping[str, RecordedOutput]]):
    """The outputs of units; `texts` is their JSON, by address as text."""

    texts: Mapping[str, str]
    _cache: dict[UnitAddress, Mapping[str, RecordedOutput]] = field(default_factory=dict, repr=False)

    def __getitem__(self, address: UnitAddress) -> Mapping[str, RecordedOutput]:
        """One unit's outputs; cached, as all clients of an account take the outputs of the same units."""
        found = self._cache.get(address)
        if found is None:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            found = self._cache[address] = load_outputs(self.texts[str(address)])
        return found

    def __iter__(self) -> Iterator[UnitAddress]:
        """The addresses of all units that were applied."""
        return map(load_address, self.texts)

    def __len__(self) -> int:
        """How many units were applied."""
        return len(self.texts)
