"""The name that somebody types so that nothing far-reaching is done by one careless press."""

from cellwright.model.diagnostic import DiagnosticError, error


def demand_typed(typed: str, name: str, advice: str) -> None:
    """Refuse to go on where the name was not typed.

    Raises:
        DiagnosticError: it was not.
    """
    if typed.strip() != name:
        raise DiagnosticError(error(f"the name was not '{name}'", advice))
