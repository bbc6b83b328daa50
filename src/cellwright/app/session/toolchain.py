"""Terraform for a fleet: the binary, its providers and their relay, the working folders."""

from collections.abc import Callable

from cellwright.app.session.opening import OpenFleet
from cellwright.engine.adapter.run_terraform import Places, RunTerraform
from cellwright.fleet.fleet import TerraformSettings
from cellwright.model.progress import Reporter
from cellwright.model.run import Run
from cellwright.relay.client.relay_providers import RelaySettings, with_relay
from cellwright.terraform.toolchain import Limits, Toolchain, ToolchainSettings, assemble_toolchain


def terraform_for(fleet: OpenFleet) -> Callable[[Run, Reporter], RunTerraform]:
    """Give what opens working folders for a run.

    Raises:
        DiagnosticError: there is no usable Terraform, or a mirror that is named does not exist.
    """
    toolchain = toolchain_of(fleet)
    places = Places(fleet.home.work, fleet.home.states, fleet.home.logs)

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
        )

    return terraform


def toolchain_of(fleet: OpenFleet) -> Toolchain:
    """Assemble the fleet's toolchain from its settings and the ambient environment.

    Raises:
        DiagnosticError: there is no usable Terraform, or a mirror that is named does not exist.
    """
    settings = fleet.fleet.terraform
    plain = assemble_toolchain(_settings(settings), fleet.home.root, fleet.location.environment)
    return with_relay(plain, RelaySettings(setting=settings.relay, flag=fleet.location.relay is not False))


def _settings(settings: TerraformSettings) -> ToolchainSettings:
    return ToolchainSettings(
        binary=settings.binary,
        version=settings.version,
        mirror=settings.mirror,
        pass_patterns=settings.environment_pass,
        limits=Limits(timeout=settings.timeout, lock_timeout=settings.lock_timeout),
    )
