"""How a resource came to its end, and what of it is left."""

from dataclasses import dataclass, field
from enum import Enum

from cellwright.model.runs.removal import RemovalRecord


class Method(Enum):
    """How a resource came to its end."""

    DESTROYED = "destroyed"
    ERASED = "cryptographic erase"
    """Destroyed, and encrypted with a key of the client that is destroyed as well."""
    SCHEDULED = "deletion scheduled"
    """Its provider keeps it, unusable, until a date, up to which that can be taken back."""
    RETAINED = "retained"


class ResidualKind(Enum):
    """What may hold data of a client after its resources are gone."""

    SNAPSHOT = "snapshot"
    BACKUP = "backup"
    COPY = "copy"
    LOG = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """Something that outlives the resource that it was made from."""

    kind: ResidualKind
    what: str
    until: str | None
    """When it ends (UTC, ISO 8601); None: when somebody ends it."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How one resource came to its end."""

    record: RemovalRecord
    method: Method
    why: str
    time: str
    """When it was taken out of its state."""
    until: str | None = None
    """Up to when it, or data of it, may be recovered; None with RETAINED: nobody knows."""
    confirmed: str = ""
    """How it is known that it is gone from the state."""
    residuals: tuple[Residual, ...] = field(default=())
    state_only: bool = False
    """It had no object outside the state, so that there is nothing to look for."""

    @property
    def name(self) -> str:
        """Unit and resource, as people and commands name it."""
        return f"{self.record.unit}/{self.record.resource.address}"

    @property
    def endless(self) -> bool:
        """Whether nothing says when it ends."""
        return self.method is Method.RETAINED and self.until is None
