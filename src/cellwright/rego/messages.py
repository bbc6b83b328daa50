"""The messages between this process and the evaluator's: JSON, of which nothing is code.

The evaluator runs other people's policies in native code, and this process has credentials: what comes
back is read as strictly as any other bytes from outside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from cellwright.planning.policy.module import ModuleReading
from cellwright.planning.policy.trials import Trials

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Source = tuple[str, str]
"""A module's path and its text."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the policies, and where."""

    text: str
    path: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """Queries to evaluate, with the modules and the input document (JSON)."""

    modules: tuple[Source, ...]
    queries: tuple[str, ...]
    document: str
    trials: tuple[str, ...] = ()
    """If there are any: the files whose own tests are to be run instead."""


@dataclass(frozen=True, slots=True)
class EvaluationReply:
    """One value per query (JSON, `null` if undefined), or the faults of the policies."""

    answers: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    readings: tuple[ModuleReading, ...] = ()
    trials: Trials = field(default_factory=Trials)


T = TypeVar("T", EvaluationRequest, EvaluationReply)


def to_bytes(message: EvaluationRequest | EvaluationReply) -> bytes:
    """Write a message."""
    return _adapters()[type(message).__name__].dump_json(message)


def from_bytes(kind: type[T], content: bytes) -> T:
    """Read a message of one kind.

    Raises:
        ValueError: it is none.
    """
    read: Callable[[bytes], T] = _adapters()[kind.__name__].validate_json
    return read(content)


@cache
def _adapters() -> "Mapping[str, TypeAdapter[Any]]":
    from pydantic import TypeAdapter  # noqa: PLC0415  few commands judge, and it takes long to import

    return {kind.__name__: TypeAdapter(kind) for kind in (EvaluationRequest, EvaluationReply)}
