"""The messages between this process and the evaluator's."""

from dataclasses import dataclass, field

from cellwright.planning.policy.module import ModuleReading
from cellwright.planning.policy.trials import Trials

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
