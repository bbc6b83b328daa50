"""Which program runs a unit: Terraform or OpenTofu, as the settings choose it and as it was recorded."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Product = Literal["terraform", "tofu"]

PRODUCTS: Mapping[Product, str] = {"terraform": "Terraform", "tofu": "OpenTofu"}
"""What people call them."""

KEYS = ("binary", "product", "version")
"""The keys of `terraform:` that may differ within a fleet."""


class BinarySettings(NamedTuple):
    """What the settings say about the program; units with equal ones share a toolchain."""

    name: str | None = None
    """`binary`: a name on the PATH or a path; None takes what the product is called."""
    product: Product | None = None
    """Which of the two it must be; None takes whatever the program says it is."""
    version: str | None = None
    """Constraint on its version, in Terraform's notation; None takes any."""

    @property
    def program(self) -> str:
        """What to look for."""
        return self.name or self.product or "terraform"

    def over(self, lower: "BinarySettings") -> "BinarySettings":
        """Lay these settings over those of a lower layer, key by key.

        `binary` and `product` answer one question, which program it is: who gives one of them means it, and
        the other one of a lower layer counts no more.
        """
        names_program = self.name is not None or self.product is not None
        program = self if names_program else lower
        return BinarySettings(program.name, program.product, self.version or lower.version)


DEFAULT_BINARY = BinarySettings()


class BinaryVersion(NamedTuple):
    """A product and its version: what ran, or would run."""

    product: Product | None
    """None where it was recorded by a Cellwright that recorded versions only."""
    version: str

    def __str__(self) -> str:
        return f"{PRODUCTS[self.product]} {self.version}" if self.product else f"version {self.version}"


UNKNOWN_BINARY = BinaryVersion(None, "")
"""That of a unit that was never applied."""


class UnitBinaries(NamedTuple):
    """The programs of one unit."""

    last: BinaryVersion | None
    """What ran it last; None if nothing has."""
    now: BinaryVersion | None
    """What its settings choose; None if the fleet no longer has it. Without a version where it is missing."""
