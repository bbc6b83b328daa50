"""Sources of secrets as fleet.yaml declares them, and which of their names a cell may take."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from cellwright.model.address import CellAddress
from cellwright.model.position import Position

SourceType: TypeAlias = Literal["environment", "file", "vault", "aws_secrets_manager", "aws_ssm", "sops"]

DEFAULT_SECRET_TIMEOUT = 10
"""Seconds in which a source must have answered."""

LETTERS = "A-Za-z0-9_./+=@:-"
"""What a secret's name is written with, as in a regular expression."""

_NAME = rf"[{LETTERS}]+\Z"
_FIELD = r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\Z"
_PLACEHOLDERS = r"\$\{([^}]*)\}"
_KNOWN = ("cell.name", "cell.level")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSettings:
    """A source of secrets: `secrets.NAME` of fleet.yaml."""

    name: str
    type: SourceType
    position: Position
    options: Mapping[str, str] = field(default_factory=dict)
    """What is set of the keys that its type has besides `allow` and `timeout`."""
    allow: tuple[str, ...] | None = None
    """Patterns of the names that may be taken; `*` stands for any text. None: all of them."""
    timeout: int = DEFAULT_SECRET_TIMEOUT

    def allows(self, name: str, cell: CellAddress) -> bool:
        """Tell whether units of `cell` may take what the source keeps under `name`."""
        if self.allow is None:
            return True
        names = {"${cell.name}": cell.cell, "${cell.level}": cell.level}
        return any(fnmatchcase(name, _filled(pattern, names)) for pattern in self.allow)

    def allows_console(self, name: str) -> bool:
        """Tell whether the console itself may take it: by a pattern that speaks of no cell."""
        if self.allow is None:
            return True
        return any(fnmatchcase(name, pattern) for pattern in self.allow if "${" not in pattern)


def _filled(pattern: str, names: Mapping[str, str]) -> str:
    for placeholder, text in names.items():
        # Names of cells have no letter that means something in a pattern.
        pattern = pattern.replace(placeholder, text)
    return pattern


def allow_fault(pattern: str) -> str | None:
    """Say what is wrong with a pattern of `allow`; None if nothing is."""
    unknown = [inner for inner in re.findall(_PLACEHOLDERS, pattern) if inner not in _KNOWN]
    if unknown:
        return "it may hold ${cell.name} and ${cell.level}, nothing else"
    if not re.fullmatch(rf"[*{LETTERS}]+", re.sub(_PLACEHOLDERS, "", pattern) or "*"):
        return "names have letters, digits and _ . / + = @ : - only, and '*' stands for any of them"
    return None


def secret_name_fault(name: str) -> str | None:
    """Say why nothing can be kept under this name; None if it can."""
    if not re.match(_NAME, name):
        return "its name has letters, digits and _ . / + = @ : - only"
    if any(step in ("", ".", "..") for step in name.removeprefix("/").split("/")):
        return "its name has an empty step, or one of dots only, between its slashes"
    return None


def field_fault(field_: str) -> str | None:
    """Say why no part of a secret can be called so; None if it can."""
    return None if re.match(_FIELD, field_) else "after '#' stand names of keys, with dots between them"
