"""Fingerprints: the digest of everything that decides what a unit's infrastructure should be."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.model.unit import Backend
from cellwright.model.value import Json
from cellwright.planning.binding import BoundInput
from cellwright.planning.digest import SIZE, Digester

FORMAT = 2
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
        return combined(self.source_digest, self.settings_digest(digester))

    def settings_digest(self, digester: Digester) -> str:
        """Digest all but the source, so that it can be remembered while the source changes."""
        inputs: Json = {name: item.digest for name, item in self.inputs.items()}
        return digester.plain([self.backend_digest, inputs])


def combined(source_digest: str, settings_digest: str) -> str:
    """Give the fingerprint of a source with settings. Digests are hexadecimal, so none can hold a comma."""
    text = f"{FORMAT},{source_digest},{settings_digest}"
    return hashlib.blake2b(text.encode(), digest_size=SIZE).hexdigest()


def backend_digest(backend: Backend, digester: Digester) -> str:
    """Digest where a state lives; keyed, as a backend's settings may hold credentials."""
    return digester.keyed([backend.kind, backend.config])
