"""Which keys of a fleet's files hold secrets, as far as a session has loaded it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cellwright.fleet.fleet import Cell, Level

if TYPE_CHECKING:
    from cellwright.stacks.contract import Contract


@dataclass(frozen=True, slots=True)
class KnownSecrets:
    """The names of keys whose values are secret, and the files of which all is known."""

    names: frozenset[str] = frozenset()
    """Of sensitive variables, of `sensitive_keys`, and of keys that such variables take."""
    cells: frozenset[str] = frozenset()
    """Files and folders of cells that were loaded: which of their own keys are secret is known."""
    folders: frozenset[str] = frozenset()
    """Where cells lie; a file elsewhere is a layer."""

    def knows(self, file: str) -> bool:
        """Tell whether it is known which of a file's own keys hold secrets."""
        if not self.cells:
            return False
        if not any(file.startswith(f"{folder}/") for folder in self.folders):
            return True
        steps = file.split("/")
        return any("/".join(steps[:count]) in self.cells for count in range(1, len(steps) + 1))


def known_secrets(
    levels: Iterable[Level],
    sensitive_keys: Iterable[str],
    contracts: "Iterable[Contract]",
    cells: Collection[Cell],
) -> KnownSecrets:
    """Collect them."""
    variables = (item for contract in contracts for item in contract.variables.values())
    names = {item.name for item in variables if item.sensitive or item.ephemeral}
    names.update(key.rpartition(".")[2] for key in sensitive_keys)
    names.update(path[-1] for cell in cells for path in cell.sensitive)
    return KnownSecrets(
        frozenset(names),
        frozenset(cell.path for cell in cells),
        frozenset(level.cells for level in levels),
    )
