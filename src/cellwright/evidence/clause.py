"""A clause of the Security Rule: what it asks for, what shows it here, and what stays the customer's duty."""

from dataclasses import dataclass

REQUIRED = "required"
ADDRESSABLE = "addressable"
STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Want:
    """A topic in which a clause looks for something."""

    topic: str
    """Its key in `topics`."""
    missing: str = ""
    """The gap if the period has nothing of it; empty where nothing may simply not have happened."""
    advice: str = ""
    """What to do about the gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One standard, or one implementation specification of a standard."""

    cite: str
    """Within 45 CFR: `164.308(a)(1)(ii)(D)`."""
    title: str
    kind: str
    """`standard`, `required` or `addressable`."""
    product: str = ""
    """What Cellwright does for it; empty if nothing."""
    wants: tuple[Want, ...] = ()
    duty: str
    """What stays the customer's."""

    @property
    def section(self) -> str:
        """The section that it is of: `164.308`."""
        return self.cite.partition("(")[0]

    @property
    def slug(self) -> str:
        """Its part of a file's name: `164.308-a-1-ii-D`."""
        return self.cite.replace(")(", "-").replace("(", "-").replace(")", "")


def clause(cite: str, kind: str, title: str, product: str, duty: str, *wants: Want) -> Clause:
    """Make a clause, as a line of the table."""
    return Clause(cite=cite, kind=kind, title=title, product=product, duty=duty, wants=wants)
