"""The programs that ran a unit last and run it now, in words."""

from cellwright.model.binary import PRODUCTS, BinaryVersion, UnitBinaries


def programs(binaries: UnitBinaries) -> str:
    """What ran last and runs now, in words."""
    last = f"applied with {program(binaries.last)}" if binaries.last is not None else "never applied"
    if binaries.now is None:
        return f"{last}, no longer in the fleet"
    same = binaries.last == binaries.now
    return f"{last}, runs with {'the same' if same else program(binaries.now)}"


def program(binary: BinaryVersion) -> str:
    """A program by its name; one that is chosen and is not here has no version."""
    if binary.version:
        return str(binary)
    return f"{PRODUCTS[binary.product] if binary.product else 'a program'} (not on this machine)"
