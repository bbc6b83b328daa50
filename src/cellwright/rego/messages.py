"""The messages between this process and the evaluator's."""

from dataclasses import dataclass

Source = tuple[str, str]
"""A module's path and its text."""


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """Queries to evaluate, with the modules and the input document (JSON)."""

    modules: tuple[Source, ...]
    queries: tuple[str, ...]
    document: str


@dataclass(frozen=True, slots=True)
class EvaluationReply:
    """One value per query (JSON, `null` if undefined), or the fault of the policies."""

    answers: tuple[str, ...] = ()
    fault: str = ""
    path: str = ""
    line: int = 0
