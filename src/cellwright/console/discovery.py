"""Finds the modules of pages and API calls: each declares its own router and place in the navigation."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

from fastapi import APIRouter

from cellwright.console.navigation import Entry


@dataclass(frozen=True, slots=True)
class Found:
    """What one module declares."""

    name: str
    router: APIRouter
    navigation: tuple[Entry, ...]


def found_in(package: ModuleType) -> tuple[Found, ...]:
    """Import the modules of a package and of those within that have a router, in the order of their names.

    Raises:
        TypeError: a module's `router` or `NAVIGATION` is something else.
    """
    names = sorted(item.name for item in walk_packages(package.__path__, f"{package.__name__}."))
    modules = map(import_module, names)
    return tuple(_declared(module) for module in modules if hasattr(module, "router"))


def navigation_of(found: Iterable[Found]) -> tuple[Entry, ...]:
    """Give the entries of the navigation in their order."""
    entries = (entry for item in found for entry in item.navigation)
    return tuple(sorted(entries, key=lambda entry: (entry.order, entry.title)))


def _declared(module: ModuleType) -> Found:
    router = module.router
    declared = getattr(module, "NAVIGATION", ())
    entries = (declared,) if isinstance(declared, Entry) else tuple(declared)
    if not isinstance(router, APIRouter) or not all(isinstance(entry, Entry) for entry in entries):
        raise TypeError(f"{module.__name__}: `router` must be an APIRouter, `NAVIGATION` one or more Entry")
    return Found(module.__name__.rpartition(".")[2], router, entries)
