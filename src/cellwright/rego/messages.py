"""What goes between us and the evaluator's process."""

from dataclasses import dataclass

Source = tuple[str, str]
"""A module's path and its text."""


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """What is asked: which queries, of which modules, about which document (JSON)."""

    modules: tuple[Source, ...]
    queries: tuple[str, ...]
    document: str


@dataclass(frozen=True, slots=True)
class EvaluationReply:
    """One value per query (JSON, `null` where undefined), or what is wrong with the policies."""

    answers: tuple[str, ...] = ()
    fault: str = ""
    path: str = ""
    line: int = 0
