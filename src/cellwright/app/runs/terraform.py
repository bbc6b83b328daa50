"""What opens the working folders of a run's units: Terraform, with the relay in front of its providers."""

from collections.abc import Callable

from cellwright.app.runs.toolchains import binary_of
from cellwright.app.session.session import OpenFleet
from cellwright.engine.adapter.run_terraform import LocalPaths, RunTerraform
from cellwright.engine.unit.ports import PlanDepot, StateDepot
from cellwright.model.address import UnitAddress
from cellwright.model.binary import BinarySettings
from cellwright.model.once import OncePerKey
from cellwright.model.runs.progress import Reporter
from cellwright.model.runs.run import Run
from cellwright.model.text.own_values import OwnValues
from cellwright.planning.policy.parts_read import parts_read
from cellwright.relay.client.relay_providers import RelaySettings, with_relay
from cellwright.terraform.toolchain import Toolchain


def terraform_for(
    fleet: OpenFleet, depot: PlanDepot, states: StateDepot, rollout: str = ""
) -> Callable[[Run, Reporter], RunTerraform]:
    """Give what opens working folders for one run; plans of one `rollout` may be compared."""
    settings, session = fleet.fleet.terraform, fleet.session
    relay = RelaySettings(
        setting=settings.relay,
        flag=session.location.relay is not False,
        excepted=settings.relay_except,
    )
    # A relay of its own for each run: what it did and could not do is counted by unit.
    known: OncePerKey[BinarySettings, Toolchain] = OncePerKey()

    def toolchain(binary: BinarySettings) -> Toolchain:
        return known.get(binary, lambda: with_relay(session.toolchains.find(settings, binary), relay))

    def own(unit: UnitAddress) -> OwnValues:
        from cellwright.app.runs.own_values import own_values  # noqa: PLC0415  rollouts alone compare plans

        return own_values(fleet, unit)

    places = LocalPaths(fleet.home.work, fleet.home.states, fleet.home.logs)

    def terraform(run: Run, reporter: Reporter) -> RunTerraform:
        return RunTerraform(
            run=run.id,
            comparable=rollout or run.id,
            own=own if rollout else None,
            places=places,
            units=fleet.fleet.units,
            contracts=fleet.stacks.catalogue.contract,
            trees=fleet.stacks.catalogue.tree,
            toolchains=toolchain,
            binary_of=lambda unit, applied: binary_of(fleet, unit, applied),
            root=session.root,
            ledger=fleet.ledger,
            digester=fleet.digester,
            secrets=fleet.secrets,
            depot=depot,
            states=states,
            reporter=reporter,
            plan_parts=parts_read(fleet.snapshot.policies.modules),
        )

    return terraform
