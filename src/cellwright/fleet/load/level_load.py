"""The cells of one level: recalled where nothing that they come from has changed, else resolved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cellwright.fleet.cache.cell_cache import Recall, Record
from cellwright.fleet.cache.cell_outcome import CellOutcome
from cellwright.fleet.cache.dependencies import Profile, Renewal, Surroundings, face_of
from cellwright.fleet.cache.digests import digest_of, digest_of_value
from cellwright.fleet.config.cells import CellSource
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.load.cell_observer import CellObserver
from cellwright.fleet.load.renewal import renewed_facts
from cellwright.fleet.load.resolutions import REMEMBERED, Resolutions
from cellwright.fleet.resolve.cell import LevelContext, ResolvedCell
from cellwright.fleet.resolve.cell_summary import CellFacts, Shape, facts_of
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, has_errors
from cellwright.model.names import means_secret


@dataclass(frozen=True, slots=True)
class Missing:
    """A cell that is not as it was, with what is known of it from before."""

    address: CellAddress
    own: bytes | None
    """Digest of its own documents; None if nothing is kept."""
    known: Record | None = None
    """What it was while its own documents were the same."""
    renewal: Renewal | None = None
    """What has changed around it since."""


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
    observer: CellObserver | None = None
    renewals: dict[int, Renewal | None] = field(default_factory=dict)
    """By a kept profile's identity: they live as long as what they were recalled from."""
    profiles: dict[Profile, Profile] = field(default_factory=dict)
    marks: dict[tuple[int, int], tuple[bytes, ...]] = field(default_factory=dict)
    """Of the units of a shape under a profile, by identity."""

    def load(self, sources: Mapping[str, CellSource]) -> dict[CellAddress, CellOutcome]:
        """Load every cell, in the order of names."""
        level = self.context.level.name
        outcomes: dict[CellAddress, CellOutcome | None] = {}
        missing: list[Missing] = []
        for name, source in sources.items():
            address = CellAddress(level, name)
            own = self._own_digest(source) if self.recall is not None else None
            known = self._recalled(address, own)
            outcomes[address] = known if isinstance(known, CellOutcome) else None
            if isinstance(known, Missing):
                missing.append(known)
        for item, outcome in zip(missing, self._resolved(missing), strict=True):
            outcomes[item.address] = outcome
        return {address: outcome for address, outcome in outcomes.items() if outcome is not None}

    def _own_digest(self, source: CellSource) -> bytes | None:
        try:
            contents = [(path, self.files.keep(path)) for path in source.files]
        except DiagnosticError:
            return None
        return digest_of_value((source.path, contents))

    def _recalled(self, address: CellAddress, own: bytes | None) -> CellOutcome | Missing:
        record = self.recall.peek(address, own) if self.recall is not None and own is not None else None
        renewal = self._renewal(record.profile) if record is not None else None
        if record is None or renewal is None:
            return Missing(address, own)
        facts = record.facts
        same = renewal.profile is record.profile
        if not same and (renewal.stacks or self.hosts or facts.faults or facts.findings):
            # What a cell says to others, and what was found, has places, and these may have moved.
            return Missing(address, own) if self.hosts else Missing(address, own, record, renewal)
        layers = tuple(mark[0] for mark in record.profile.layers)
        kept = record if same else replace(record, profile=renewal.profile)
        return CellOutcome(facts, layers, facts.faults, facts.findings, kept, recalled=same)

    def _renewal(self, profile: Profile) -> Renewal | None:
        if id(profile) not in self.renewals:
            self.renewals[id(profile)] = self.surroundings.renewed(profile)
        return self.renewals[id(profile)]

    def _resolved(self, missing: Sequence[Missing]) -> list[CellOutcome]:
        remember = self.recall is None or len(missing) <= REMEMBERED
        return [self._resolve(item, remember=remember) for item in missing]

    def _resolve(self, item: Missing, *, remember: bool) -> CellOutcome:
        renewed = self._renew(item)
        if renewed is not None:
            return renewed
        address, own = item.address, item.own
        resolved = self.resolutions[address] if remember else self.resolutions.resolve(address)
        if self.observer is not None:
            self.observer(resolved)
        if resolved.cell is None:
            return CellOutcome(None, (), resolved.faults, resolved.findings)
        facts = self._shared(facts_of(resolved, resolved.cell))
        profile = self._profile(resolved) if own is not None else None
        record = None
        if own is not None and profile is not None:
            facts = self._keyed(facts, own, profile)
            face = face_of(resolved) if self.hosts else None
            record = Record(own=own, profile=profile, face=face, facts=facts)
        return CellOutcome(facts, resolved.layers, resolved.faults, resolved.findings, record)

    def _renew(self, item: Missing) -> CellOutcome | None:
        """Resolve the units of those stacks alone about which something else is said now."""
        known, renewal = item.known, item.renewal
        if known is None or renewal is None or not renewal.stacks:
            return None
        part = self.resolutions.part(item.address, renewal.stacks)
        facts = renewed_facts(part, known, renewal)
        profile = self.surroundings.with_contracts(renewal.profile, facts.shape) if facts else None
        if facts is None or profile is None:
            return None
        facts = self._marked(self._shared(facts), self.profiles.setdefault(profile, profile))
        if self.observer is not None:
            self.observer(part)
        record = replace(known, profile=self.profiles[profile], facts=facts)
        return CellOutcome(facts, part.layers, (), (), record)

    def _keyed(self, facts: CellFacts, own: bytes, profile: Profile) -> CellFacts:
        stamp = self.recall.stamp if self.recall is not None else b""
        return replace(self._marked(facts, profile), key=digest_of(stamp + own + profile.trunk))

    def _marked(self, facts: CellFacts, profile: Profile) -> CellFacts:
        key = (id(profile), id(facts.shape))
        marks = self.marks.get(key)
        if marks is None:
            marks = self.marks[key] = profile.unit_marks(facts.shape)
        return replace(facts, marks=marks)

    def _profile(self, resolved: ResolvedCell) -> Profile | None:
        findings = (*resolved.faults, *resolved.findings)
        if not resolved.whole or resolved.stateless or has_errors(findings):
            # What an error says may depend on more than a profile notes: the names that are near, for one.
            return None
        if resolved.cell is not None and any(map(means_secret, resolved.cell.environment)):
            # A secret lies in the settings, and in no file that is made of them.
            return None
        profile = self.surroundings.profile(resolved)
        return self.profiles.setdefault(profile, profile) if profile is not None else None

    def _shared(self, facts: CellFacts) -> CellFacts:
        shape = self.shapes.setdefault(facts.shape, facts.shape)
        return facts if shape is facts.shape else replace(facts, shape=shape)
