"""Compares the inputs of a unit with the variables of its stack."""

from cellwright.model.value import Value
from cellwright.stacks.reading.module import Variable
from cellwright.stacks.types.conversion import Mismatch, mismatches


def input_mismatches(variable: Variable, value: Value) -> tuple[Mismatch, ...]:
    """Find the reasons for which Terraform would refuse `value` for `variable`."""
    if value is None and variable.required and not variable.nullable:
        return (Mismatch((), "null is not allowed: the variable is `nullable = false` and has no default"),)
    return mismatches(variable.type, value)
