"""What a plan says, as JSON: the whole document that `show -json` prints, or the parts that are needed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A plan in the form that Terraform describes ("JSON Output Format"). Secrets in clear."""

    parts: Mapping[str, Any] = field(repr=False)
    """The document, or those parts of it that can be read without the binary."""
