"""Has states read by their units' programs: encrypted ones, and those in backends that we can't read."""

from threading import Lock

from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.adapter.run_terraform import RunTerraform
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import LOOK


class StateOpener:
    """Has a unit's state read by its program, in a folder of its own; threads may share it.

    Nothing is made ready before the first state.
    """

    def __init__(self, session: FleetSession) -> None:
        self._session = session
        self._lock = Lock()
        self._ready: tuple[OpenFleet, RunTerraform] | None = None

    def read(self, unit: UnitAddress) -> bytes:
        """Give a state, decrypted.

        Raises:
            DiagnosticError: there is no program or key, or neither fleet nor ledger has the unit.
        """
        with self._lock:
            if self._ready is None:
                self._ready = _made_ready(self._session)
            fleet, terraform = self._ready
        applied = fleet.ledger.reader.applied([unit]).get(unit)
        content = terraform.content_of(applied, opened=True) if applied is not None else None
        if content is None:
            raise DiagnosticError(error("its state is gone"))
        return content


def _made_ready(session: FleetSession) -> tuple[OpenFleet, RunTerraform]:
    # Imported when it is needed: Terraform's rooms and the relay, for those who need them.
    from cellwright.app.runs.terraform import terraform_for  # noqa: PLC0415
    from cellwright.engine.unit.ports import NoDepot, NoStateDepot  # noqa: PLC0415
    from cellwright.model.runs.progress import SilentReporter  # noqa: PLC0415

    fleet = session.open()
    return fleet, terraform_for(fleet, NoDepot(), NoStateDepot())(LOOK, SilentReporter())
