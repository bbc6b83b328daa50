"""What a cell's resolution depends on beside its own documents: layers, ground, placement, contracts.

Resolution is a function of these and of fleet.yaml, and whatever it looked at among them is noted here. So a
cell whose own documents and whose profile are as before is as before; where only what is said about some
stacks has changed, so have only its units of these stacks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cellwright.fleet.cache.digests import digest_of_value
from cellwright.fleet.cache.layer_digests import LayerMark, LayerMarks
from cellwright.fleet.resolve.cell import LevelContext, ResolvedCell
from cellwright.fleet.resolve.cell_summary import Ground, Shape
from cellwright.model.address import CellAddress
from cellwright.model.unit import StackPin

_CONTENT = 1
"""Where in its mark the digest of a layer's bytes stands."""


class Profile(NamedTuple):
    """Cells alike share one, so it is checked once for all of them."""

    level: str
    anchor: str
    """The name that the cell looks for below."""
    ground: Ground
    placement: tuple[str, str] | None
    face: bytes
    """Digest of what the placement says; empty without a placement."""
    layers: tuple[LayerMark, ...]
    """The named layers that the cell takes."""
    contracts: tuple[tuple[str, str | None, bytes], ...]
    """The stacks that its units run, with the digest of each one's contract."""
    asked: tuple[tuple[str, str, bool], ...]
    """Other cells that it names, and whether there were such."""

    @property
    def trunk(self) -> bytes:
        """Digest what the cell as a whole depends on."""
        heads = [(path, head) for path, _, head, _ in self.layers]
        shown = (self.level, self.anchor, self.ground, self.placement, self.face, heads, self.asked)
        return digest_of_value(shown)

    def unit_marks(self, shape: Shape) -> tuple[bytes, ...]:
        """Digest what each unit depends on besides."""
        contracts = {(source, version): digest for source, version, digest in self.contracts}
        sections = [(path, dict(stacks)) for path, _, _, stacks in self.layers]
        return tuple(
            digest_of_value(
                (
                    [(path, said.get(unit.stack)) for path, said in sections],
                    contracts.get((unit.source, unit.version)),
                )
            )
            for unit in shape
        )


@dataclass(frozen=True, slots=True)
class Renewal:
    """A profile as it is now, and the stacks about which something else is said now."""

    profile: Profile
    stacks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there is now to hold a profile of one level against."""

    context: LevelContext
    marks: LayerMarks
    faces: Mapping[CellAddress, bytes]
    """Of the cells below that others are placed in, those that could be resolved."""

    def profile(self, resolved: ResolvedCell) -> Profile | None:
        """Note what a cell came from; None if that can't be told completely."""
        placement = resolved.cell.placement if resolved.cell is not None else None
        face = self.faces.get(placement) if placement is not None else b""
        layers = [self.marks.mark(path) for path in resolved.layers]
        pins = {unit.stack: self.context.contracts.digest(unit.stack) for unit in resolved.units}
        if face is None or None in pins.values() or None in layers:
            return None
        return Profile(
            level=resolved.address.level,
            anchor=placement.cell if placement is not None else resolved.address.cell,
            ground=ground_of(resolved.ground),
            placement=(placement.level, placement.cell) if placement is not None else None,
            face=face,
            layers=tuple(mark for mark in layers if mark is not None),
            contracts=tuple(
                (pin.source, pin.version, digest) for pin, digest in pins.items() if digest is not None
            ),
            asked=tuple((cell.level, cell.cell, there) for cell, there in resolved.asked.items()),
        )

    def renewed(self, profile: Profile) -> Renewal | None:
        """Tell what of a cell with this profile would be resolved otherwise now; None: perhaps all of it."""
        context = self.context
        if ground_of(context.grounds.of(profile.anchor)) != profile.ground:
            return None
        if profile.placement is not None and self.faces.get(CellAddress(*profile.placement)) != profile.face:
            return None
        if not all(
            context.directory.holds(CellAddress(level, cell)) is there for level, cell, there in profile.asked
        ):
            return None
        contracts = [
            context.contracts.digest(StackPin(source, version)) for source, version, _ in profile.contracts
        ]
        if contracts != [digest for _, _, digest in profile.contracts]:
            return None
        if all(self.marks.content(mark[0]) == mark[_CONTENT] for mark in profile.layers):
            return Renewal(profile)
        return self._with_other_layers(profile)

    def with_contracts(self, profile: Profile, shape: Shape) -> Profile | None:
        """Give a profile with the contracts of what a shape's units run; None if one can't be read."""
        if {(source, version) for source, version, _ in profile.contracts} == {
            (unit.source, unit.version) for unit in shape
        }:
            return profile
        digests = {unit.pin: self.context.contracts.digest(unit.pin) for unit in shape}
        if None in digests.values():
            return None
        contracts = tuple(
            (pin.source, pin.version, digest) for pin, digest in digests.items() if digest is not None
        )
        return profile._replace(contracts=contracts)

    def _with_other_layers(self, profile: Profile) -> Renewal | None:
        stacks: set[str] = set()
        layers = []
        for old in profile.layers:
            new = self.marks.mark(old[0])
            if new is None or new[2] != old[2]:
                return None
            layers.append(new)
            stacks.update(name for name, _ in set(old[3]) ^ set(new[3]))
        return Renewal(profile._replace(layers=tuple(layers)), frozenset(stacks))


def ground_of(ground: Mapping[str, CellAddress]) -> Ground:
    """Write a ground as a profile does."""
    return tuple((level, address.cell) for level, address in ground.items())


def face_of(resolved: ResolvedCell) -> bytes | None:
    """Digest what a cell says to those that are placed in it; None if it could not be resolved whole.

    With the places of what it says: findings and provenance name them.
    """
    if resolved.cell is None or not resolved.whole:
        return None
    cell = resolved.cell
    return digest_of_value((cell.address, cell.settings, cell.environment, resolved.sections))
