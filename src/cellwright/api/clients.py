"""Clients that come and go, as JSON."""

from cellwright.app.clients.submit import Onboarding
from cellwright.model.value import Json


def under_way(found: Onboarding) -> Json:
    """The run that brings a client up or removes it; `commit` is null outside git."""
    return {"run": found.run, "cell": str(found.cell), "commit": found.commit}
