"""A named change of moto's classes, and functions to make one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeAlias

Moto: TypeAlias = Any
"""One of moto's objects or values. Their types are internal and change with its versions; contract tests
cover what is used of them here."""

Wrapper = Callable[..., Moto]
"""Called with the original function, then with the original's own arguments."""


@dataclass(frozen=True, slots=True)
class Patch:
    """One correction: what it is about, and what is wrong without it."""

    name: str
    reason: str
    apply: Callable[[], None]


def add_methods(owner: type, *functions: Callable[..., Moto]) -> None:
    """Add methods to `owner`, or replace them, each under its function's name."""
    for function in functions:
        setattr(owner, function.__name__, function)


def wrap_method(owner: type, method: str, around: Wrapper) -> None:
    """Replace a method by `around`, which gets the original method as its first argument."""
    original = getattr(owner, method)

    @wraps(original)
    def replacement(*arguments: object, **named: object) -> Moto:
        return around(original, *arguments, **named)

    setattr(owner, method, replacement)


def compute_attribute(owner: type, attribute: str, getter: Callable[[Moto], Moto]) -> None:
    """Replace an attribute by a property: `getter` gives its value, and assigning to it does nothing."""

    def forget(_self: Moto, _value: Moto) -> None:
        """Ignore what is assigned."""

    setattr(owner, attribute, property(getter, forget))


def parameter(response: Moto, name: str) -> Moto:
    """Look up a parameter of the request that `response` answers; None if absent."""
    return response._get_param(name)  # noqa: SLF001 - moto has no other way
