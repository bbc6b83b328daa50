"""Addresses of cells (`level/cell`) and units (`level/cell/stack`)."""

from dataclasses import dataclass

from cellwright.model.names import name_fault

_CELL_PARTS = 2
_UNIT_PARTS = 3


class AddressError(ValueError):
    """A text is not an address; the message says why."""


@dataclass(frozen=True, slots=True, order=True)
class CellAddress:
    """One isolated instance of a level, written `level/cell`."""

    level: str
    cell: str

    def __str__(self) -> str:
        return f"{self.level}/{self.cell}"

    @classmethod
    def parse(cls, text: str) -> "CellAddress":
        """Read `level/cell`.

        Raises:
            AddressError: the text has another shape or a part is no name.
        """
        return cls(*_parts(text, _CELL_PARTS, "level/cell"))


@dataclass(frozen=True, slots=True, order=True)
class UnitAddress:
    """One stack in one cell, so one Terraform state; written `level/cell/stack`."""

    level: str
    cell: str
    stack: str

    def __str__(self) -> str:
        return f"{self.level}/{self.cell}/{self.stack}"

    @property
    def of_cell(self) -> CellAddress:
        """The address of the unit's cell."""
        return CellAddress(self.level, self.cell)

    @classmethod
    def parse(cls, text: str) -> "UnitAddress":
        """Read `level/cell/stack`.

        Raises:
            AddressError: the text has another shape or a part is no name.
        """
        return cls(*_parts(text, _UNIT_PARTS, "level/cell/stack"))


def _parts(text: str, count: int, shape: str) -> list[str]:
    parts = text.split("/")
    if len(parts) != count:
        raise AddressError(f"'{text}' is not of the form {shape}")
    for part in parts:
        if fault := name_fault(part):
            raise AddressError(f"'{part}' in '{text}': {fault}")
    return parts
