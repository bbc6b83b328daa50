"""What the bootstrap asks AWS itself, beside what Terraform does; a port."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from cellwright.model.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls."""

    account: str
    arn: str


@dataclass(frozen=True, slots=True)
class OrganizationAccount:
    """An account of the organisation."""

    id: str
    name: str
    active: bool
    management: bool = False
    """It is the one that the organisation was made in."""


class BucketStanding(Enum):
    """Whose a bucket's name is."""

    FREE = "free"
    OURS = "ours"
    TAKEN = "taken"
    """By another account, or by one that does not let us look."""


class Cloud(Protocol):
    """AWS, as the environment's credentials reach it; every method raises DiagnosticError if it can't."""

    def identity(self) -> Identity:
        """Tell who calls."""

    def organization(self) -> str | None:
        """Give the organisation's id; None if the account is in none."""

    def accounts(self) -> Sequence[OrganizationAccount]:
        """List the organisation's accounts."""

    def role_fault(self, role_arn: str) -> Diagnostic | None:
        """Take a role for a moment; gives what is wrong if that is refused, else None."""

    def bucket(self, name: str, region: str) -> BucketStanding:
        """Tell whose a bucket's name is."""

    def has_image(self, repository: str, tag: str, region: str) -> bool:
        """Tell whether our registry has an image with a tag."""

    def keep_secret(self, name: str, value: str, region: str) -> str:
        """Keep a text in Secrets Manager, in place of what it kept before under that name; gives its ARN."""

    def registry_login(self, region: str) -> tuple[str, str, str]:
        """Give a user, a password that is good for hours, and the registry's host."""
