"""Type constraints from text, for tests."""

from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.hcl.expression import parse_expression
from cellwright.stacks.hcl.source import Source, SyntaxFault
from cellwright.stacks.reading.type_syntax import constraint_of
from cellwright.stacks.types.constraint import TypeConstraint


def parse_type(text: str) -> TypeConstraint:
    """Read a type expression; a fault's position counts within `text`."""
    source = Source("type", text)
    try:
        return constraint_of(parse_expression(text))
    except SyntaxFault as fault:
        raise DiagnosticError(source.diagnostic(fault)) from None
