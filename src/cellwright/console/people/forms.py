"""The forms of people and tokens, as browsers send them."""

from typing import Annotated

from pydantic import BaseModel, Field

from cellwright.console.people.grant_form import GrantFields

LONGEST = 1000
Line = Annotated[str, Field(max_length=LONGEST)]


class GrantForm(BaseModel):
    """A role, and where."""

    role: Line = ""
    levels: Annotated[list[Line], Field(max_length=100)] = []
    cells: Annotated[str, Field(max_length=10_000)] = ""
    tags: Annotated[str, Field(max_length=10_000)] = ""

    def fields(self) -> GrantFields:
        """Give what was typed of the role."""
        return GrantFields(self.role, tuple(self.levels), self.cells, self.tags)


class RoleForm(GrantForm):
    """A role for somebody."""

    reason: Annotated[str, Field(max_length=500)] = ""


class InviteForm(GrantForm):
    """Somebody new."""

    login: Line = ""
    name: Line = ""
    email: Line = ""
    service: bool = False


class TokenForm(GrantForm):
    """A new token."""

    name: Line = ""
    days: int = 30
    owner: Line = ""
    act_for: bool = False


class BreakGlassForm(GrantForm):
    """A role for a short time."""

    reason: Line = ""
    minutes: int = 30
