"""The cells of one level: recalled where nothing that they come from has changed, else resolved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cellwright.fleet.cell import LevelContext, ResolvedCell
from cellwright.fleet.cells import CellSource
from cellwright.fleet.facts import CellFacts, Shape, facts_of
from cellwright.fleet.files import FleetFiles
from cellwright.fleet.forked import shared
from cellwright.fleet.packing import Packed, pack_finding, unpack_finding
from cellwright.fleet.profile import Profile, Surroundings, digest_of, face_of
from cellwright.fleet.recall import Recall, Record, pack_facts, unpack_facts
from cellwright.fleet.resolutions import REMEMBERED, Resolutions
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, has_errors
from cellwright.model.names import means_secret
from cellwright.model.unit import StackPin

_WORTH_SHARING = 300
"""From so many cells on, half of them are resolved in a second process: a copy costs some 20 of them."""


@dataclass(frozen=True, slots=True)
class CellOutcome:
    """What loading a cell gave."""

    facts: CellFacts | None
    """None if its own documents can't be read."""
    layers: tuple[str, ...]
    faults: tuple[Diagnostic, ...]
    findings: tuple[Diagnostic, ...]
    record: Record | None = None
    """To be recalled by; None if its resolution can't be told by content."""
    recalled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelLoad:
    """Loads one level."""

    context: LevelContext
    files: FleetFiles
    recall: Recall | None
    resolutions: Resolutions
    surroundings: Surroundings
    hosts: bool
    """Cells of other levels may be placed in this one's."""
    shapes: dict[Shape, Shape]
    """Shapes seen so far, each one object for all cells that have it."""
    holds: dict[int, bool] = field(default_factory=dict)

    def load(self, sources: Mapping[str, CellSource]) -> dict[CellAddress, CellOutcome]:
        """Load every cell, in the order of names."""
        level = self.context.level.name
        outcomes: dict[CellAddress, CellOutcome | None] = {}
        missing: list[tuple[CellAddress, bytes | None]] = []
        for name, source in sources.items():
            address = CellAddress(level, name)
            own = self._own_digest(source) if self.recall is not None else None
            known = self._recalled(address, own)
            outcomes[address] = known
            if known is None:
                missing.append((address, own))
        outcomes.update(zip((item for item, _ in missing), self._resolved(missing), strict=True))
        return {address: outcome for address, outcome in outcomes.items() if outcome is not None}

    def _own_digest(self, source: CellSource) -> bytes | None:
        try:
            contents = [(path, self.files.keep(path)) for path in source.files]
        except DiagnosticError:
            return None
        return digest_of(repr((source.path, contents)).encode("utf-8", "surrogatepass"))

    def _recalled(self, address: CellAddress, own: bytes | None) -> CellOutcome | None:
        record = self.recall.peek(address, own) if self.recall is not None and own is not None else None
        if record is None:
            return None
        holds = self.holds.get(id(record.profile))
        if holds is None:
            holds = self.holds[id(record.profile)] = self.surroundings.still_holds(record.profile)
        if not holds:
            return None
        facts = record.facts
        layers = tuple(path for path, _ in record.profile.layers)
        return CellOutcome(facts, layers, facts.faults, facts.findings, record, recalled=True)

    def _resolved(self, missing: Sequence[tuple[CellAddress, bytes | None]]) -> list[CellOutcome]:
        remember = self.recall is None or len(missing) <= REMEMBERED
        if self.recall is None or len(missing) < _WORTH_SHARING:
            return [self._resolve(address, own, remember=remember) for address, own in missing]
        outcomes: list[CellOutcome] = []
        for done, faults in shared(missing, self._work, least=_WORTH_SHARING):
            self.context.contracts.adopt(
                {StackPin(*pin): tuple(map(unpack_finding, found)) for pin, found in faults}
            )
            outcomes.extend(map(self._unpack, done))
        return outcomes

    def _work(self, missing: Sequence[tuple[CellAddress, bytes | None]]) -> Packed:
        done = [_pack(self._resolve(address, own, remember=False)) for address, own in missing]
        faults = [
            ((pin.source, pin.version), tuple(map(pack_finding, found)))
            for pin, found in self.context.contracts.faults.items()
        ]
        return done, faults

    def _resolve(self, address: CellAddress, own: bytes | None, *, remember: bool) -> CellOutcome:
        resolved = self.resolutions[address] if remember else self.resolutions.resolve(address)
        if resolved.cell is None:
            return CellOutcome(None, (), resolved.faults, resolved.findings)
        profile = self._profile(resolved) if own is not None else None
        key = self._key(own, profile) if own is not None and profile is not None else b""
        facts = self._shared(facts_of(resolved, resolved.cell, key))
        record = None
        if own is not None and profile is not None:
            record = Record(own=own, profile=profile, face=self._face(resolved), facts=facts)
        return CellOutcome(facts, resolved.layers, resolved.faults, resolved.findings, record)

    def _key(self, own: bytes, profile: Profile) -> bytes:
        stamp = self.recall.stamp if self.recall is not None else b""
        return digest_of(stamp + own + repr(tuple(profile)).encode("utf-8", "surrogatepass"))

    def _profile(self, resolved: ResolvedCell) -> Profile | None:
        findings = (*resolved.faults, *resolved.findings)
        if not resolved.whole or resolved.stateless or has_errors(findings):
            # What an error says may depend on more than a profile notes: the names that are near, for one.
            return None
        if resolved.cell is not None and any(map(means_secret, resolved.cell.environment)):
            # A secret lies in the settings, and in no file that is made of them.
            return None
        return self.surroundings.profile(resolved)

    def _face(self, resolved: ResolvedCell) -> bytes | None:
        return face_of(resolved) if self.hosts else None

    def _shared(self, facts: CellFacts) -> CellFacts:
        shape = self.shapes.setdefault(facts.shape, facts.shape)
        return facts if shape is facts.shape else facts.with_shape(shape)

    def _unpack(self, packed: Packed) -> CellOutcome:
        facts, layers, faults, findings, record = packed
        known = self._shared(unpack_facts(facts)) if facts is not None else None
        told = (tuple(map(unpack_finding, faults)), tuple(map(unpack_finding, findings)))
        if record is None or known is None:
            return CellOutcome(known, layers, *told)
        own, profile, face = record
        kept = Record(own=own, profile=Profile(*profile), face=face, facts=known)
        return CellOutcome(known, layers, *told, kept)


def _pack(outcome: CellOutcome) -> Packed:
    record = outcome.record
    return (
        pack_facts(outcome.facts) if outcome.facts is not None else None,
        outcome.layers,
        tuple(map(pack_finding, outcome.faults)),
        tuple(map(pack_finding, outcome.findings)),
        (record.own, tuple(record.profile), record.face) if record is not None else None,
    )
