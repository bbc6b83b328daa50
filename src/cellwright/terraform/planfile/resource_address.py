"""Addresses of resource instances: their parts, and the order in which `show -json` lists them."""

import re
from dataclasses import dataclass

from cellwright.terraform.planfile.unreadable import UnreadablePlanError

_KEY = r'\[(?:(?P<number>[0-9]+)|"(?P<text>[^"\\]*)")\]'
_STEP = re.compile(rf"module\.(?P<name>[^.\[\]]+)(?:{_KEY})?\.")
_RESOURCE = re.compile(rf"(?P<type>[^.\[\]]+)\.(?P<name>[^.\[\]]+)(?:{_KEY})?")
_PROVIDER = re.compile(r'(?:^|\.)provider\["([^"\\]+)"\](?:\.[^.\[\]]+)?(?:\[[^\]]*\])?$')
_ESCAPED = ("\\", "${", "%{")

_Key = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class ResourceAddress:
    """The address of one instance of a managed resource."""

    text: str
    module: str
    """Empty in the root module."""
    type: str
    name: str
    index: int | str | None
    order: tuple[object, ...]
    """Sorts as Terraform does: by depth, modules, type, name; no key before numbers before texts."""


def parse_address(text: str) -> ResourceAddress:
    """Read the address of a managed resource's instance.

    Raises:
        UnreadablePlanError: it is no such, or its key is written with escapes.
    """
    if any(mark in text for mark in _ESCAPED):
        raise UnreadablePlanError("an address with escapes")
    place, steps = 0, list[tuple[str, _Key]]()
    while step := _STEP.match(text, place):
        steps.append((step["name"], _key(step)))
        place = step.end()
    found = _RESOURCE.fullmatch(text, place)
    if found is None:
        raise UnreadablePlanError("the address of something else than a managed resource")
    key = _key(found)
    index = None if key == _NO_KEY else found["text"] if found["number"] is None else int(found["number"])
    order = (len(steps), steps, found["type"], found["name"], key)
    module = text[: place - 1] if place else ""
    return ResourceAddress(text, module, found["type"], found["name"], index, order)


def provider_source(text: str) -> str:
    """The source of a provider from the address of its configuration, without a module or an alias.

    Raises:
        UnreadablePlanError: it is no such address.
    """
    found = _PROVIDER.search(text)
    if found is None:
        raise UnreadablePlanError("the address of a provider")
    return found[1]


_NO_KEY: _Key = (0, 0, "")


def _key(found: re.Match[str]) -> _Key:
    if found["number"] is not None:
        return (1, int(found["number"]), "")
    return _NO_KEY if found["text"] is None else (2, 0, found["text"])
