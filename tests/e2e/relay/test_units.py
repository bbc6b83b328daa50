"""A unit through Cellwright's own session: the relay is there by itself, and steps aside by itself."""

import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from binaries import registry
from cellwright.files.user_cache import user_cache
from cellwright.model.runs.plan import ResourceCounts
from cellwright.relay.client.eligibility import ProviderTrust
from cellwright.relay.client.relay_client import RelayClient
from cellwright.relay.client.relay_providers import RelayProviders, RelaySettings, with_relay
from cellwright.relay.folders import default_runtime_folder
from cellwright.sandbox.process import start_sandbox
from cellwright.terraform.install.mirror import VARIABLE as MIRROR
from cellwright.terraform.output.plans.plan_document import PlanDocument
from cellwright.terraform.output.plans.plan_reader import parse_plan
from cellwright.terraform.toolchain import Toolchain, ToolchainSettings, assemble_toolchain
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from cellwright.terraform.workspace.backend import BackendSettings
from contract.relay.laboratory import REQUIREMENT, SOURCES, install_program, program_of, short_folder
from plan_comparison import assert_same
from unit.terraform.kit import UNIT, Bench, write_tree

pytestmark = pytest.mark.terraform

AWS = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" { region = "us-east-1" }
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_s3_bucket" "store" { bucket = "relay-e2e" }
output "vpc" { value = aws_vpc.main.id }
"""
DEMO = f"""
{REQUIREMENT}
provider "demo" {{ store = "store" }}
resource "demo_item" "kept" {{ name = "kept" }}
""".replace("DEMO_SOURCE", SOURCES[6])
SHOWN = "the plan is read by `show`"
GONE = '\nresource "demo_thing" "gone" { name = "gone" }\n'


@dataclass(frozen=True)
class Place:
    """Folders of one user on one machine."""

    root: Path
    runtime: Path

    @property
    def environment(self) -> dict[str, str]:
        passed = {name: os.environ[name] for name in ("PATH", "HOME", MIRROR) if name in os.environ}
        return passed | {"XDG_CACHE_HOME": str(self.root / "cache"), "XDG_RUNTIME_DIR": str(self.runtime)}

    def toolchain(self, settings: RelaySettings | None = None, mirror: Path | None = None) -> Toolchain:
        wanted = ToolchainSettings(mirror=None if mirror is None else str(mirror))
        return with_relay(assemble_toolchain(wanted, self.root, self.environment), settings)

    def open(
        self,
        toolchain: Toolchain,
        stack: str,
        backend: BackendSettings | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> UnitTerraform:
        tree = write_tree(self.root / f"stack-{hash(stack)}", {"main.tf": stack})
        bench = Bench(self.root, toolchain.binary, self.environment)
        request = bench.request(tree, environment=environment, backend=backend)
        # As for a fleet whose policies look at the changes only.
        request = replace(request, plan_parts=frozenset(), sensitive_variables=frozenset())
        return UnitTerraform.open(request, toolchain, bench.reporter, bench.cancellation)


@pytest.fixture(name="place")
def place_fixture(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path, short_folder())
    yield place
    runtime = default_runtime_folder(place.environment)
    RelayClient(user_cache(place.environment) / "relay", runtime, place.environment).stop(now=True)
    shutil.rmtree(place.runtime, ignore_errors=True)


def relayed(toolchain: Toolchain) -> RelayProviders:
    assert isinstance(toolchain.providers, RelayProviders)
    return toolchain.providers


@pytest.mark.aws
def test_the_aws_provider_uses_it_without_being_asked(place: Place) -> None:
    toolchain = place.toolchain()
    with (
        start_sandbox(place.root / "sandbox", os.environ) as sandbox,
        place.open(toolchain, AWS, environment=sandbox.environment) as unit,
    ):
        planned = unit.plan()
        assert planned.saved is not None
        applied = unit.apply(planned.saved)
        again = unit.plan()
        log = unit.monitor.request.log.read_text()

    assert SHOWN not in log
    assert planned.summary.counts == ResourceCounts(add=2)
    assert applied.counts == ResourceCounts(add=2)
    assert again.saved is None, "nothing is left to do"
    report = relayed(toolchain).report(UNIT)
    assert report.used
    # plan, apply, plan: three schemas; and the checks after the first.
    assert report.calls_answered >= 4
    assert report.seconds_saved > 0
    assert report.providers_started <= 4


@pytest.mark.aws
def test_without_it_a_plan_of_the_aws_provider_is_read_from_its_file(place: Place) -> None:
    with (
        start_sandbox(place.root / "sandbox", os.environ) as sandbox,
        place.open(place.toolchain(RelaySettings(flag=False)), AWS, environment=sandbox.environment) as unit,
    ):
        made = unit.plan()
        assert made.saved is not None
        assert made.document is not None
        assert SHOWN not in unit.monitor.request.log.read_text()
        shown = unit.runner.document(("show", "-json", str(made.saved.path)))

    assert_same(made.document, PlanDocument(parse_plan(shown)))


@pytest.fixture(name="mirror")
def mirror_fixture(place: Place, monkeypatch: pytest.MonkeyPatch) -> Path:
    # The test provider speaks no TLS; plain Terraform would insist.
    monkeypatch.setattr(
        "cellwright.terraform.process.environment.FIXED",
        {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "TF_DISABLE_PLUGIN_TLS": "1"},
    )
    for protocol, source in SOURCES.items():
        install_program(place.root / "mirror", f"{registry()}/{source}", program_of(protocol))
    return place.root / "mirror"


def test_a_type_that_only_a_remote_state_knows_costs_one_repetition(
    place: Place, mirror: Path, caplog: pytest.LogCaptureFixture
) -> None:
    toolchain = place.toolchain(RelaySettings(), mirror)
    # A state that Cellwright does not read itself, as with any backend but its own.
    elsewhere = BackendSettings("local", {"path": str(place.root / "elsewhere.tfstate")})
    with place.open(toolchain, DEMO + GONE, elsewhere) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        unit.apply(planned.saved)
    with place.open(toolchain, DEMO, elsewhere) as unit:
        hidden = replace(unit.runner, workspace=replace(unit.workspace, state=None))
        unit.runner = hidden
        with caplog.at_level(logging.DEBUG):
            planned = unit.plan()

    assert planned.summary.counts == ResourceCounts(destroy=1)
    assert "again with the full schema" in caplog.text


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (RelaySettings(excepted=("cellwright/demo",)), "is excepted in fleet.yaml"),
        (RelaySettings(flag=False), "--no-relay"),
        (RelaySettings(setting=False), "terraform.relay in fleet.yaml is off"),
    ],
)
def test_without_it_the_result_is_the_same(
    place: Place, mirror: Path, settings: RelaySettings, reason: str
) -> None:
    toolchain = place.toolchain(settings, mirror)
    with place.open(toolchain, DEMO) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        assert unit.apply(planned.saved).counts == ResourceCounts(add=1)

    report = relayed(toolchain).report(UNIT)
    assert not report.used
    assert reason in report.reason


def test_a_plan_is_the_same_to_the_process_that_made_it_and_to_the_next(place: Place, mirror: Path) -> None:
    """One knows what the provider said and reads the file; the other has it shown."""
    with place.open(place.toolchain(RelaySettings(), mirror), DEMO) as unit:
        made = unit.plan()
        first = unit.monitor.request.log.read_text()
    assert made.saved is not None
    assert SHOWN not in first
    with place.open(place.toolchain(RelaySettings(), mirror), DEMO) as unit:
        read = unit.read(made.saved)
        second = unit.monitor.request.log.read_text()
    assert SHOWN in second.removeprefix(first)
    assert read.summary == made.summary
    assert read.document != made.document, "the binary shows more"


def test_a_relay_that_dies_under_a_plan_costs_one_repetition(
    place: Place, mirror: Path, caplog: pytest.LogCaptureFixture
) -> None:
    toolchain = place.toolchain(RelaySettings(), mirror)
    with place.open(toolchain, DEMO) as unit:
        unit.init()
        providers = relayed(toolchain)
        granted = providers.environment_for

        def grant_and_die(workspace: object, command: str) -> object:
            environment = granted(workspace, command)  # type: ignore[arg-type]
            if environment and command == "plan":
                RelayClient(
                    user_cache(place.environment) / "relay",
                    default_runtime_folder(place.environment),
                    place.environment,
                ).stop(now=True)
            return environment

        providers.environment_for = grant_and_die  # type: ignore[method-assign,assignment]
        with caplog.at_level(logging.DEBUG):
            planned = unit.plan()

    assert planned.summary.counts == ResourceCounts(add=1)
    assert "again without the relay" in caplog.text


def test_without_it_a_provider_is_asked_once_and_plans_are_read_from_their_files(
    place: Place, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "cellwright.relay.client.workspace_providers.trust_in", lambda *_: ProviderTrust(True, False)
    )
    for _ in range(2):  # the second process finds what the first has left
        with place.open(place.toolchain(RelaySettings(flag=False), mirror), DEMO) as unit:
            made = unit.plan()
            log = unit.monitor.request.log.read_text()
            assert made.saved is not None
            assert made.document is not None
            shown = unit.runner.document(("show", "-json", str(made.saved.path)))
        assert SHOWN not in log
        assert_same(made.document, PlanDocument(parse_plan(shown)))
    (kept,) = (user_cache(place.environment) / "relay" / "providers").iterdir()
    assert kept.stat().st_mode & 0o077 == 0

    overriding = place.root / "overriding.tfrc"
    overriding.write_text(
        f'provider_installation {{\n  dev_overrides {{ "example.org/a/b" = "/nowhere" }}\n'
        f'  filesystem_mirror {{ path = "{mirror}" }}\n}}\n'
    )
    toolchain = place.toolchain(RelaySettings(flag=False), mirror)
    named = replace(toolchain, cli_config=replace(toolchain.cli_config, path=overriding))
    with place.open(with_relay(named, RelaySettings(flag=False)), DEMO) as unit:
        unit.plan()
        assert SHOWN in unit.monitor.request.log.read_text().removeprefix(log)
