"""The seam for what stands between Terraform and its providers."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.terraform.workspace.workspace import Workspace


class Providers(Protocol):
    """Is asked around every command; called from several threads for different units."""

    def environment_for(self, workspace: Workspace, command: str) -> Mapping[str, str]:
        """What the command (`init`, `plan`, `show`, `apply`, ...) needs in its environment to use this."""

    def give_way(self, workspace: Workspace, command: str, diagnostics: Sequence[Diagnostic]) -> bool:
        """After a failure: tell whether this may be its cause, so that the command is worth repeating once.

        Not asked after `apply`, which is never repeated.
        """

    def summary(self, address: UnitAddress) -> str | None:
        """What this has done for a unit so far, in a line for its log; None if there is nothing to say."""


class PlainProviders:
    """Terraform starts its providers itself: the harmless default."""

    def environment_for(self, workspace: Workspace, command: str) -> Mapping[str, str]:  # noqa: ARG002  the protocol's parameters
        """Add nothing."""
        return {}

    def give_way(self, workspace: Workspace, command: str, diagnostics: Sequence[Diagnostic]) -> bool:  # noqa: ARG002  the protocol's parameters
        """Nothing here can be the cause."""
        return False

    def summary(self, address: UnitAddress) -> str | None:  # noqa: ARG002  the protocol's parameter
        """Nothing was done."""
        return None
