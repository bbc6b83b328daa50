"""What opens the working folders of a run's units: Terraform, with the relay in front of its providers."""

from collections.abc import Callable

from cellwright.app.session.session import OpenFleet
from cellwright.engine.adapter.run_terraform import LocalPaths, RunTerraform
from cellwright.model.progress import Reporter
from cellwright.model.run import Run
from cellwright.planning.policy.parts_read import parts_read
from cellwright.relay.client.relay_providers import RelaySettings, with_relay


def terraform_for(fleet: OpenFleet) -> Callable[[Run, Reporter], RunTerraform]:
    """Give what opens working folders for one run.

    Raises:
        DiagnosticError: there is no usable Terraform, or a mirror that is named does not exist.
    """
    settings, session = fleet.fleet.terraform, fleet.session
    flag = session.location.relay is not False
    # A relay of its own for each run: what it did and could not do is counted by unit.
    toolchain = with_relay(session.toolchain(settings), RelaySettings(setting=settings.relay, flag=flag))
    places = LocalPaths(fleet.home.work, fleet.home.states, fleet.home.logs)

    def terraform(run: Run, reporter: Reporter) -> RunTerraform:
        return RunTerraform(
            run=run.id,
            places=places,
            units=fleet.fleet.units,
            contracts=fleet.stacks.catalogue.contract,
            toolchain=toolchain,
            ledger=fleet.ledger,
            digester=fleet.digester,
            reporter=reporter,
            plan_parts=parts_read(fleet.snapshot.policies.modules),
        )

    return terraform
