"""What a use case asks of whoever carries out runs."""

from typing import Protocol


class RunHost(Protocol):
    """Carries out runs that the ledger has in its queue. The ledger is the truth: this only wakes."""

    def wake(self, run_id: str) -> None:
        """Tell that a run may have units to begin; returns at once, and may be called any number of times.

        A wake that is lost loses nothing: hosts look at the queue by themselves, a little later.
        """


class NoHost:
    """Nobody in this process carries out runs: workers do, or whoever is started next."""

    def wake(self, run_id: str) -> None:
        """Do nothing."""
