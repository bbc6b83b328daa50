"""Imports that a cell's file declares: real objects that come into a unit's state with its next apply."""

from collections.abc import Mapping
from typing import Any

from cellwright.model.applied import AppliedUnit
from cellwright.model.runs.change import Reason, ReasonKind
from cellwright.model.value import Value

IMPORTS = "imports"
"""The key of a cell's file, and of a unit's recipe under which those that are done are recorded."""


def declared_imports(settings: Mapping[str, Value], stack: str) -> dict[str, str]:
    """Give the imports of a cell's stack: ids by addresses. Another form is a finding elsewhere."""
    found = settings.get(IMPORTS)
    of_stack = found.get(stack) if isinstance(found, Mapping) else None
    if not isinstance(of_stack, Mapping):
        return {}
    return {str(address): text for address, text in of_stack.items() if isinstance(text, str)}


def pending_imports(declared: Mapping[str, str], applied: AppliedUnit | None) -> dict[str, str]:
    """Give those of them that no apply has done yet."""
    done: Any = applied.recipe.get(IMPORTS) if applied is not None else None
    known = done if isinstance(done, Mapping) else {}
    return {address: text for address, text in declared.items() if known.get(address) != text}


def import_reasons(pending: Mapping[str, str]) -> tuple[Reason, ...]:
    """Say what a unit differs in because of them."""
    return tuple(
        Reason(ReasonKind.STATE, f"import: {address} ({text})") for address, text in sorted(pending.items())
    )
