"""What a cell's resolution depends on beside its own documents: layers, ground, placement, contracts.

Resolution is a function of these and of fleet.yaml, and whatever it looked at among them is noted here. So a
cell whose own documents and whose profile are as before is as before.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cellwright.fleet.cell import LevelContext, ResolvedCell
from cellwright.fleet.facts import Ground
from cellwright.model.address import CellAddress
from cellwright.model.unit import StackPin

_SIZE = 20


class Profile(NamedTuple):
    """Cells alike share one, so it is checked once for all of them."""

    level: str
    anchor: str
    """The name that the cell looks for below."""
    ground: Ground
    placement: tuple[str, str] | None
    face: bytes
    """Digest of what the placement says; empty without a placement."""
    layers: tuple[tuple[str, bytes], ...]
    """The named layers that the cell takes, with the digest of each."""
    contracts: tuple[tuple[str, str | None, bytes], ...]
    """The stacks that its units run, with the digest of each one's contract."""
    asked: tuple[tuple[str, str, bool], ...]
    """Other cells that it names, and whether there were such."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there is now to hold a profile of one level against."""

    context: LevelContext
    layer_digest: Callable[[str], bytes | None]
    faces: Mapping[CellAddress, bytes]
    """Of the cells below that others are placed in, those that could be resolved."""

    def profile(self, resolved: ResolvedCell) -> Profile | None:
        """Note what a cell came from; None if that can't be told completely."""
        placement = resolved.cell.placement if resolved.cell is not None else None
        face = self.faces.get(placement) if placement is not None else b""
        layers = tuple((path, self.layer_digest(path)) for path in resolved.layers)
        pins = {unit.stack: self.context.contracts.digest(unit.stack) for unit in resolved.units}
        if face is None or None in pins.values() or any(digest is None for _, digest in layers):
            return None
        return Profile(
            level=resolved.address.level,
            anchor=placement.cell if placement is not None else resolved.address.cell,
            ground=ground_of(resolved.ground),
            placement=(placement.level, placement.cell) if placement is not None else None,
            face=face,
            layers=tuple((path, digest) for path, digest in layers if digest is not None),
            contracts=tuple(
                (pin.source, pin.version, digest) for pin, digest in pins.items() if digest is not None
            ),
            asked=tuple((cell.level, cell.cell, there) for cell, there in resolved.asked.items()),
        )

    def still_holds(self, profile: Profile) -> bool:
        """Tell whether a cell with this profile would be resolved as it was."""
        context = self.context
        if ground_of(context.grounds.of(profile.anchor)) != profile.ground:
            return False
        if profile.placement is not None and self.faces.get(CellAddress(*profile.placement)) != profile.face:
            return False
        return (
            all(self.layer_digest(path) == digest for path, digest in profile.layers)
            and all(
                context.directory.holds(CellAddress(level, cell)) is there
                for level, cell, there in profile.asked
            )
            and all(
                context.contracts.digest(StackPin(source, version)) == digest
                for source, version, digest in profile.contracts
            )
        )


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
    shown = repr((cell.address, cell.settings, cell.environment, resolved.sections))
    return digest_of(shown.encode("utf-8", "surrogatepass"))


def digest_of(content: bytes) -> bytes:
    """Digest bytes."""
    return hashlib.blake2b(content, digest_size=_SIZE).digest()
