"""Fingerprints: the digest of everything that decides what a unit's infrastructure should be."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.model.address import UnitAddress
from cellwright.model.unit import Backend, Unit
from cellwright.planning.binding import BoundInput, Outputs, Secrecy, bind
from cellwright.planning.digest import SIZE, Digester

FORMAT = 2
"""Part of every fingerprint: raising it marks every unit as changed, so it is raised only when a
fingerprint's meaning changes."""


@dataclass(frozen=True, slots=True)
class StackFacts:
    """The part of a stack that a unit's fingerprint and status depend on."""

    digest: str
    """Of its source tree."""
    label: str
    """Its source for people: folder, or URL with ref and commit."""
    sensitive: frozenset[str]
    """Names of the variables that are marked sensitive or ephemeral."""
    outputs: Mapping[str, bool] = field(default_factory=dict)
    """The outputs that the stack declares, and whether each is marked sensitive."""
    ephemeral: frozenset[str] = frozenset()
    """Those of them that are ephemeral: their values are of one run, so that they make no difference."""
    fetches: bool = False
    """Whether `init` downloads modules for it: what it fetches is no part of the digest."""

    @property
    def secrecy(self) -> Secrecy:
        """Which inputs may not be recorded."""
        return Secrecy(self.sensitive, self.ephemeral)


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What a fingerprint is made of. The Terraform version is no part: an upgrade changes no unit."""

    source_digest: str
    backend_digest: str
    inputs: Mapping[str, BoundInput]

    def fingerprint(self, digester: Digester) -> str:
        """Digest of the source and the settings."""
        return combined(self.source_digest, self.settings_digest(digester))

    def settings_digest(self, digester: Digester) -> str:
        """Digest of everything but the source; it can be remembered while the source changes."""
        return settings_digest(
            self.backend_digest, {name: item.digest for name, item in self.inputs.items()}, digester
        )


def ingredients(
    unit: Unit,
    stack: StackFacts,
    outputs: Outputs,
    digester: Digester,
    known: dict[int, BoundInput] | None = None,
) -> Ingredients:
    """What `unit`'s fingerprint is made of; `known` as for `bind`.

    Raises:
        DiagnosticError: an output that it takes is not recorded.
    """
    return Ingredients(
        source_digest=stack.digest,
        backend_digest=backend_digest(unit.address, unit.backend, digester),
        inputs=bind(unit, stack.secrecy, outputs, digester, known),
    )


def settings_digest(backend: str, inputs: Mapping[str, str], digester: Digester) -> str:
    """Digest of a unit's settings, by the digests of its backend and of its inputs."""
    return digester.plain([backend, inputs])


def combined(source_digest: str, settings_digest: str) -> str:
    """The fingerprint of a source with settings. Digests are hexadecimal, so none can hold a comma."""
    text = f"{FORMAT},{source_digest},{settings_digest}"
    return hashlib.blake2b(text.encode(), digest_size=SIZE).hexdigest()


def backend_digest(unit: UnitAddress, backend: Backend, digester: Digester) -> str:
    """Digest of where a unit's state is kept; keyed, as a backend's settings may hold credentials."""
    return digester.keyed([backend.kind, backend.config], "backend", str(unit))


def environment_digest(unit: UnitAddress, environment: Mapping[str, str], digester: Digester) -> str:
    """Digest of what a unit runs with; keyed, as an environment may hold credentials."""
    return digester.keyed(dict(environment), "environment", str(unit))
