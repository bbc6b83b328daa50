"""How Terraform reaches its providers: by itself, or through a relay."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.terraform.type_schemas import TypeSchemas
from cellwright.terraform.workspace.workspace import Workspace


class Providers(Protocol):
    """Called before and after every command, from several threads for different units."""

    def environment_for(self, workspace: Workspace, command: str) -> Mapping[str, str]:
        """What to add to the environment of a command (`init`, `plan`, `show`, `apply`, ...)."""

    def fall_back(self, workspace: Workspace, command: str, diagnostics: Sequence[Diagnostic]) -> bool:
        """After a failed command: tell whether this may be the cause, so that it is repeated once without it.

        Called after an `apply` only if it has begun with no resource.
        """

    def schemas(self, workspace: Workspace, types: frozenset[str]) -> Mapping[str, TypeSchemas]:
        """By provider, its schemas of these types, as the last command was told them.

        Providers are left out of which that is not known for sure.
        """

    def summary(self, address: UnitAddress) -> str | None:
        """Describe in a line of the unit's log what this has done for it; None if that is nothing."""


class DirectProviders:
    """Terraform starts its providers itself: the default."""

    def environment_for(self, workspace: Workspace, command: str) -> Mapping[str, str]:  # noqa: ARG002  the protocol's parameters
        """Add nothing."""
        return {}

    def fall_back(self, workspace: Workspace, command: str, diagnostics: Sequence[Diagnostic]) -> bool:  # noqa: ARG002  the protocol's parameters
        """Never the cause."""
        return False

    def schemas(self, workspace: Workspace, types: frozenset[str]) -> Mapping[str, TypeSchemas]:  # noqa: ARG002  the protocol's parameters
        """Nothing is known: Terraform asks its providers itself."""
        return {}

    def summary(self, address: UnitAddress) -> str | None:  # noqa: ARG002  the protocol's parameter
        """Nothing to describe."""
        return None
