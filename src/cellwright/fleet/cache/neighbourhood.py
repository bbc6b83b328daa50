"""The cells of the last level as neighbours of each other: what a load finds out, kept for the next one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.cache_file import cache_stamp
from cellwright.fleet.cache.block_ranges import Span, spans_of
from cellwright.fleet.cache.cell_outcome import CellOutcome
from cellwright.fleet.cache.dirty_cells import touched
from cellwright.fleet.cache.neighbours import NeighbourFile, Neighbours, Seen, state_marks
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.config.settings import Configuration
from cellwright.fleet.resolve.cell import ResolvedCell
from cellwright.fleet.resolve.cell_summary import CellFacts, facts_of
from cellwright.fleet.yaml.node import without_places
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import has_errors

_FILE = "neighbours"
_FORMAT = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """What is known, and what the folder looked like when the load began."""

    level: str
    pools: frozenset[str]
    file: NeighbourFile
    known: Neighbours | None
    marks: Mapping[str, int]
    """Of every file and folder that may be a cell, by the cell's name."""

    @classmethod
    def of(
        cls, files: FleetFiles, configuration: Configuration, cache: Path | None
    ) -> "Neighbourhood | None":
        """Look at the folder; None without a cache, or where the last level's cells are not its own."""
        levels = configuration.levels
        if cache is None or not levels or any(level.cells == levels[-1].cells for level in levels[:-1]):
            return None
        file = NeighbourFile(cache / _FILE, _stamp(configuration))
        return cls(
            level=levels[-1].name,
            pools=frozenset(configuration.addresses.pools),
            file=file,
            known=file.read(),
            marks=touched(files.root, levels[-1].cells),
        )

    @property
    def strange(self) -> list[str]:
        """Give the cells that are not known as they are now."""
        return self.known.strange(self.marks) if self.known is not None else list(self.marks)

    def learn(
        self,
        outcomes: Mapping[CellAddress, CellOutcome],
        beside: Mapping[str, ResolvedCell],
        names: Iterable[str],
    ) -> Neighbours | None:
        """Add what was found out about `names`, and give what is known then; None if it can't be kept."""
        seen = {name: self._seen(name, outcomes) for name in names}
        for name, resolved in beside.items():
            facts = facts_of(resolved, resolved.cell, b"") if resolved.cell is not None else None
            seen[name] = self._from(name, facts, whole=resolved.whole and not resolved.stateless)
        return self.file.learn(seen)

    def settle(self, outcomes: Mapping[CellAddress, CellOutcome]) -> None:
        """Keep what a load of everything found, unless that is what is kept already."""
        origin = self._origin(outcomes)
        if self.known is None or not origin or self.known.origin != origin:
            self.file.settle({name: self._seen(name, outcomes) for name in self.marks}, origin, self.known)

    def spans(self, facts: Iterable[CellFacts]) -> tuple[Span, ...]:
        """Give the blocks of cells."""
        return tuple(span for item in facts for span in spans_of(item.cell.settings, self.pools))

    def _origin(self, outcomes: Mapping[CellAddress, CellOutcome]) -> bytes:
        """Digest what cells come from; empty if that can't be told of every one."""
        keys = []
        for name in self.marks:
            outcome = outcomes.get(CellAddress(self.level, name))
            if outcome is not None and (outcome.facts is None or not outcome.facts.key):
                return b""
            keys.append(outcome.facts.key if outcome is not None and outcome.facts is not None else b"-")
        return cache_stamp(repr(self.marks), *keys)

    def _seen(self, name: str, outcomes: Mapping[CellAddress, CellOutcome]) -> Seen:
        outcome = outcomes.get(CellAddress(self.level, name))
        if outcome is None:
            return self._from(name, None, whole=True)
        whole = outcome.facts is not None and not has_errors((*outcome.faults, *outcome.findings))
        return self._from(name, outcome.facts, whole=whole)

    def _from(self, name: str, facts: CellFacts | None, *, whole: bool) -> Seen:
        states = state_marks(facts.backends) if facts is not None else frozenset()
        return Seen(self.marks[name], states, self.spans([facts] if facts is not None else ()), whole)


def _stamp(configuration: Configuration) -> bytes:
    """Digest what decides, besides the cells and their layers, whose states and blocks are which.

    Most of fleet.yaml does not: where stacks come from, how Terraform is run.
    """
    levels = [
        (level.name, level.cells, level.placement, level.layers, list(level.stacks))
        for level in configuration.levels
    ]
    state = (
        configuration.backend,
        {key: without_places(node) for key, node in configuration.backend_config.items()},
    )
    pools: Collection[str] = sorted(configuration.addresses.pools)
    return cache_stamp(_FORMAT, repr((configuration.name, levels, state, pools)))
