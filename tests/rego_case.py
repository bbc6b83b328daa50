"""What a case of the corpus of policies is: a policy, a plan, and what OPA answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FAILS = "fails"
"""OPA can't compile or evaluate it, where errors of functions are errors."""

Answer = Any
"""What `deny` is: a list of texts; None where it is undefined; `FAILS`."""


@dataclass(frozen=True, slots=True)
class Case:
    """A policy, a document, and what is said of it."""

    source: str
    """Without `package p`."""
    opa: Answer
    refused: str = ""
    """What the evaluator says, if it refuses what OPA answers, or if OPA fails too."""
    document: Mapping[str, Any] = field(default_factory=dict)
    """Of the part `variables` of a plan."""

    @property
    def policy(self) -> str:
        """The policy's whole text."""
        return f"package p\n\n{self.source}\n"

    @property
    def plan(self) -> dict[str, Any]:
        """The plan."""
        return {"variables": self.document}


def denies(condition: str, value: object = None) -> tuple[str, Mapping[str, Any]]:
    """Source and document of a policy that denies where something holds of `v`."""
    return f'v := input.variables.v\n\ndeny contains "no" if {{ {condition} }}', {"v": value}


def case(condition: str, value: object, *, holds: bool = True) -> Case:
    """A policy whose condition holds of `v` or not, which both OPA and the evaluator find."""
    source, document = denies(condition, value)
    return Case(source, ["no"] if holds else [], document=document)


def refused(condition: str, value: object, opa: Answer, refused: str) -> Case:
    """A policy that the evaluator refuses."""
    source, document = denies(condition, value)
    return Case(source, opa, refused, document)


NO = ["no"]
"""What it denies where the condition holds."""
