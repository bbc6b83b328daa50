"""Check: every finding about a fleet that needs no Terraform, in one go."""

from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import Diagnostic


def check(session: FleetSession) -> tuple[Diagnostic, ...]:
    """List every finding about the fleet, sorted by place."""
    return session.snapshot().fleet.diagnostics
