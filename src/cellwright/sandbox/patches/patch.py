"""A named change to moto's classes, and the ways to make one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

Around = Callable[..., Any]
"""Called with the original function, then with the original's own arguments."""


@dataclass(frozen=True, slots=True)
class Patch:
    """One mended fault: what is better now, and what went wrong before."""

    name: str
    reason: str
    apply: Callable[[], None]


def define(owner: type, *functions: Callable[..., Any]) -> None:
    """Give `owner` methods that it lacks, or better ones, each under its function's name."""
    for function in functions:
        setattr(owner, function.__name__, function)


def surround(owner: type, method: str, around: Around) -> None:
    """Let `around` do the work of a method; it gets the original one as its first argument."""
    original = getattr(owner, method)

    @wraps(original)
    def replacement(*arguments: Any, **named: Any) -> Any:
        return around(original, *arguments, **named)

    setattr(owner, method, replacement)
