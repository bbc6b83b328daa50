"""Fingerprints: the digest of everything that decides what a unit's infrastructure should be."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.model.unit import Backend
from cellwright.model.value import Json
from cellwright.planning.binding import BoundInput
from cellwright.planning.digest import Digester

FORMAT = 1
"""Part of every fingerprint: raising it marks every unit as changed, so it is raised only when a
fingerprint's meaning changes."""


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What a fingerprint is made of. The Terraform version is no part: an upgrade changes no unit."""

    source_digest: str
    backend_digest: str
    inputs: Mapping[str, BoundInput]

    def fingerprint(self, digester: Digester) -> str:
        """Digest the whole."""
        inputs: Json = {name: item.digest for name, item in self.inputs.items()}
        return digester.plain([FORMAT, self.source_digest, self.backend_digest, inputs])


def backend_digest(backend: Backend, digester: Digester) -> str:
    """Digest where a state lives; keyed, as a backend's settings may hold credentials."""
    return digester.keyed([backend.kind, backend.config])
