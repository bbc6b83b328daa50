"""Writes a rule of placement into a new cell's text."""

from collections.abc import Mapping, Sequence

from cellwright.fleet.yaml.node import get_node
from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.writer import flow_style
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.value import Json

_NOTHING = "{}\n"


def with_rule(text: str, key: str | None, labels: Mapping[str, Sequence[str]] | None) -> str:
    """Give a cell's text with a rule at its placement's key; None of labels leaves it as it is.

    Raises:
        DiagnosticError: the cells of its level are not placed, or the text says already where this one is.
    """
    if labels is None:
        return text
    if key is None:
        raise DiagnosticError(
            error("these cells are placed nowhere, so no rule can place one", "leave the rule out")
        )
    root = read_document(text, "").root
    if root is not None and get_node(root, key) is not None:
        raise DiagnosticError(
            error(f"both '{key}' and a rule say where it is placed", f"leave out '{key}', or the rule")
        )
    wanted: Json = {name: values[0] if len(values) == 1 else list(values) for name, values in labels.items()}
    rule = f"{key}: !place {flow_style(wanted)}\n"
    return rule if text == _NOTHING else rule + text
