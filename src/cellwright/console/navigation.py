"""The entries of the console's navigation; each page's module declares its own."""

from dataclasses import dataclass

from cellwright.access.roles import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation."""

    title: str
    path: str
    key: str = ""
    """After `g` it goes there."""
    order: int = 100
    group: str = ""
    """The heading under which it stands; empty for the first group."""
    icon: str = "dot"
    """Its name in static/icons.svg."""
    permission: Permission = Permission.READ
    """Only whoever may do this somewhere sees it."""
