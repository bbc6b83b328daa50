"""A part of an open ledger that is imported and made when it is first used.

A ledger has a part for each subject, with its own rows and statements; a command uses a few of them.
"""

from importlib import import_module
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar, overload

from cellwright.ledger.database.database import Database

PartT = TypeVar("PartT")

_MAKING = Lock()
"""A part may keep what it has read: all threads have the same one."""


class HasDatabase(Protocol):
    """What has parts: an open ledger."""

    database: Database


class Part(Generic[PartT]):
    """An attribute of an open ledger: the class `name` of `module`, made from the ledger's database."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name
        self._attribute = ""

    def __set_name__(self, owner: type, attribute: str) -> None:
        self._attribute = attribute

    @overload
    def __get__(self, ledger: None, owner: type) -> "Part[PartT]": ...
    @overload
    def __get__(self, ledger: HasDatabase, owner: type) -> PartT: ...
    def __get__(self, ledger: HasDatabase | None, owner: type) -> "PartT | Part[PartT]":
        """The part; from the second time on Python finds it in the ledger itself."""
        if ledger is None:
            return self
        made: Any = self.kind()(ledger.database)
        with _MAKING:
            found: PartT = vars(ledger).setdefault(self._attribute, made)
        return found

    def kind(self) -> Any:  # noqa: ANN401  a class that takes a database
        """The part's class."""
        return getattr(import_module(self._module), self._name)
