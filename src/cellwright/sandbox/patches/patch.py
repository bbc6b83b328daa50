"""A named change to moto's classes, and the ways to make one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeAlias

Moto: TypeAlias = Any
"""One of moto's own objects or values. Their types are moto's affair and change with its versions;
what is used here of them is held by the contract tests."""

Wrapper = Callable[..., Moto]
"""Called with the original function, then with the original's own arguments."""


@dataclass(frozen=True, slots=True)
class Patch:
    """One mended fault: what it is about, and what went wrong without it."""

    name: str
    reason: str
    apply: Callable[[], None]


def add_methods(owner: type, *functions: Callable[..., Moto]) -> None:
    """Give `owner` methods that it lacks, or better ones, each under its function's name."""
    for function in functions:
        setattr(owner, function.__name__, function)


def wrap_method(owner: type, method: str, around: Wrapper) -> None:
    """Let `around` do the work of a method; it gets the original one as its first argument."""
    original = getattr(owner, method)

    @wraps(original)
    def replacement(*arguments: object, **named: object) -> Moto:
        return around(original, *arguments, **named)

    setattr(owner, method, replacement)


def compute_attribute(owner: type, attribute: str, getter: Callable[[Moto], Moto]) -> None:
    """Let `getter` tell what an attribute is, whenever it is asked for; assigning to it does nothing."""

    def forget(_self: Moto, _value: Moto) -> None:
        """Leave it to the getter."""

    setattr(owner, attribute, property(getter, forget))


def parameter(response: Moto, name: str) -> Moto:
    """Look up a parameter of the request that `response` answers; None if absent."""
    return response._get_param(name)  # noqa: SLF001 - moto has no other way
