"""One grant for each command of a unit: asked for, given back, and explained."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pytest
from packaging.version import Version

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import error
from cellwright.relay.client.plain_schemas import PlainSchemas
from cellwright.relay.client.relay_client import (
    Declined,
    Grant,
    RelayClient,
    RelayError,
    RelayReport,
)
from cellwright.relay.client.relay_providers import RelayProviders, RelaySettings
from cellwright.relay.messages import GrantRequest
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.type_schemas import TypeSchemas
from cellwright.terraform.workspace.backend import BackendSettings
from cellwright.terraform.workspace.unit_folder import LOCK_FILE, UnitFolder
from cellwright.terraform.workspace.workspace import Workspace

ADDRESS = "registry.terraform.io/cellwright/demo"
KNOWN = TypeSchemas(b"schemas", b"identities")
UNIT = UnitAddress("client", "acme", "app")
LOCK = f"""
provider "{ADDRESS}" {{
  version = "1.0.0"
  hashes = ["h1:x"]
}}
provider "registry.terraform.io/hashicorp/random" {{
  version = "3.7.2"
  hashes = ["h1:y"]
}}
"""
MISSING, DIED = [error("no schema available for x")], [error("Plugin did not respond")]


@dataclass
class FakeRelay:
    """Grants what it is asked for, and records what happens."""

    answer: Grant | Declined | None = None
    requests: list[GrantRequest] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)
    changes: tuple[str, ...] | None = ()
    """Providers that answer otherwise than before; None if it can't tell."""
    changing: int = 0
    """Calls that may have changed something."""

    def grant(self, request: GrantRequest) -> Grant | Declined:
        self.requests.append(request)
        return self.answer or Grant(f"g{len(self.requests)}", {"TF_REATTACH_PROVIDERS": "{}"})

    def release(self, grant: Grant) -> RelayReport:
        self.released.append(grant.id)
        return RelayReport(
            used=True, seconds_saved=1.5, calls_answered=2, calls_forwarded=3, providers_started=1
        )

    def report(self, grant: Grant) -> RelayReport:
        self.reported.append(grant.id)
        return RelayReport(used=True, seconds_saved=0.5, calls_answered=1, calls_changing=self.changing)

    def changed(self, _grant: Grant) -> tuple[str, ...] | None:
        return self.changes


@pytest.fixture(name="workspace")
def workspace_fixture(tmp_path: Path) -> Workspace:
    folder = UnitFolder(tmp_path / "unit")
    folder.source.mkdir(parents=True)
    (folder.source / LOCK_FILE).write_text(LOCK)
    (folder.source / "main.tf").write_text('resource "demo_item" "x" {}')
    (tmp_path / "mirror" / ADDRESS / "1.0.0" / this_platform()).mkdir(parents=True)
    tree = StackTree(files=(), module=".", digest="", label="", commit=None, folder=folder.source)
    return Workspace(UNIT, folder, folder.source, tree, None, "", BackendSettings("local", {}))


def providers_of(
    workspace: Workspace,
    relay: FakeRelay,
    settings: RelaySettings | None = None,
    version: str = "1.11.4",
) -> RelayProviders:
    return RelayProviders(
        lambda: cast("RelayClient", relay),
        Binary(Path("/terraform"), "terraform", Version(version)),
        [workspace.folder.path.parent / "mirror"],
        settings or RelaySettings(excepted=("hashicorp/random",)),
        {},
    )


def test_a_command_gets_a_grant_for_what_the_lock_file_names(workspace: Workspace) -> None:
    relay = FakeRelay()

    environment = providers_of(workspace, relay).environment_for(workspace, "plan")

    assert environment == {"TF_REATTACH_PROVIDERS": "{}"}
    (request,) = relay.requests
    assert request.command == "plan"
    assert request.workspace == workspace.module
    assert [(provider.address, provider.hashes, provider.cache_checks) for provider in request.providers] == [
        (ADDRESS, frozenset(("h1:x",)), False)
    ]
    assert request.types is not None
    assert "demo_item" in request.types


def test_the_package_is_linked_to_where_terraform_looks_without_the_relay(workspace: Workspace) -> None:
    providers_of(workspace, FakeRelay()).environment_for(workspace, "init")

    place = workspace.module / ".terraform" / "providers" / ADDRESS / "1.0.0" / this_platform()
    assert place.is_symlink()
    assert place.is_dir()


def test_each_command_releases_the_grant_of_the_one_before(workspace: Workspace) -> None:
    relay = FakeRelay()
    providers = providers_of(workspace, relay)
    for command in ("init", "plan", "show", "state"):
        providers.environment_for(workspace, command)

    assert relay.released == ["g1", "g2", "g3"]


def test_a_report_adds_up_and_releases_no_grant_in_use(workspace: Workspace) -> None:
    relay = FakeRelay()
    providers = providers_of(workspace, relay)
    for command in ("plan", "apply"):
        providers.environment_for(workspace, command)

    report = providers.report(UNIT)

    assert (report.used, report.seconds_saved, report.calls_answered, report.calls_forwarded) == (
        True,
        2.0,
        3,
        3,
    )
    assert "random" in report.reason
    assert relay.released == ["g1"]


def test_a_command_that_starts_no_provider_asks_for_nothing(workspace: Workspace) -> None:
    relay = FakeRelay()
    providers = providers_of(workspace, relay)

    assert providers.environment_for(workspace, "output") == {}
    assert not relay.requests
    assert providers.report(UNIT).reason == ""


def test_a_unit_that_never_ran(workspace: Workspace) -> None:
    assert providers_of(workspace, FakeRelay()).report(UNIT).reason == "no command has run"


def test_a_relay_that_declines_is_explained(workspace: Workspace) -> None:
    relay = FakeRelay(answer=Declined("it is tired"))
    providers = providers_of(workspace, relay)

    assert providers.environment_for(workspace, "plan") == {}
    assert "it is tired" in providers.report(UNIT).reason
    assert not providers.report(UNIT).used


def test_a_relay_that_cannot_be_reached_is_explained_and_tried_again(workspace: Workspace) -> None:
    relay, broken = FakeRelay(), [True]

    def connect() -> RelayClient:
        if broken:
            broken.clear()
            raise RelayError("no folder")
        return cast("RelayClient", relay)

    providers = providers_of(workspace, relay)
    providers._connect = connect

    assert providers.environment_for(workspace, "plan") == {}
    assert "no folder" in providers.report(UNIT).reason
    assert providers.environment_for(workspace, "plan")


def test_after_a_missing_type_the_command_is_repeated_once_with_the_full_schema(workspace: Workspace) -> None:
    relay = FakeRelay()
    providers = providers_of(workspace, relay)
    providers.environment_for(workspace, "plan")

    assert providers.fall_back(workspace, "plan", MISSING)
    providers.environment_for(workspace, "plan")

    assert relay.requests[-1].types is None
    assert not providers.fall_back(workspace, "plan", MISSING)


def test_after_a_provider_died_the_command_is_repeated_once_without_the_relay(workspace: Workspace) -> None:
    relay = FakeRelay()
    providers = providers_of(workspace, relay)
    providers.environment_for(workspace, "plan")

    assert providers.fall_back(workspace, "plan", DIED)
    assert providers.environment_for(workspace, "plan") == {}
    assert "a provider failed under the relay" in providers.report(UNIT).reason
    assert not providers.fall_back(workspace, "plan", DIED), "it ran without the relay"


def test_a_command_without_the_relay_is_never_repeated(workspace: Workspace) -> None:
    providers = providers_of(workspace, FakeRelay(), RelaySettings(flag=False))
    providers.environment_for(workspace, "plan")

    assert not providers.fall_back(workspace, "plan", MISSING + DIED)


def test_units_are_kept_apart(workspace: Workspace) -> None:
    relay = FakeRelay()
    providers = providers_of(workspace, relay)
    other = replace(workspace, address=UnitAddress("client", "bolt", "app"))
    providers.environment_for(workspace, "plan")
    providers.environment_for(other, "plan")

    assert not relay.released
    assert providers.fall_back(workspace, "plan", DIED)
    assert providers.environment_for(other, "plan")


def test_a_provider_that_answers_otherwise_now_is_served_without_the_relay(workspace: Workspace) -> None:
    relay = FakeRelay(changes=(ADDRESS,))
    providers = providers_of(workspace, relay)
    providers.environment_for(workspace, "plan")

    assert providers.fall_back(workspace, "plan", [error("Missing required argument")])
    assert providers.environment_for(workspace, "plan") == {}
    assert f"{ADDRESS} did not answer as before" in providers.report(UNIT).reason


def test_a_failure_of_a_relay_that_is_gone_is_repeated_without_it(workspace: Workspace) -> None:
    relay = FakeRelay(changes=None)
    providers = providers_of(workspace, relay)
    providers.environment_for(workspace, "plan")

    assert providers.fall_back(workspace, "plan", [error("anything")])
    assert "the relay was gone" in providers.report(UNIT).reason


@pytest.mark.parametrize(
    ("relay", "repeated"),
    [
        (FakeRelay(changes=(ADDRESS,)), True),
        (FakeRelay(changes=(ADDRESS,), changing=1), False),
        (FakeRelay(changes=()), False),
    ],
)
def test_an_apply_is_repeated_only_if_nothing_was_changed(
    workspace: Workspace, relay: FakeRelay, *, repeated: bool
) -> None:
    providers = providers_of(workspace, relay)
    providers.environment_for(workspace, "apply")

    assert providers.fall_back(workspace, "apply", [error("Missing required argument")]) is repeated


def test_an_apply_is_not_repeated_if_the_relay_cannot_tell(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = FakeRelay(changes=(ADDRESS,))
    monkeypatch.setattr(relay, "report", lambda _grant: RelayReport(used=False, reason="gone"))
    providers = providers_of(workspace, relay)
    providers.environment_for(workspace, "apply")

    assert not providers.fall_back(workspace, "apply", DIED)


def test_a_plan_that_was_made_without_the_relay_is_applied_without_it(workspace: Workspace) -> None:
    first = providers_of(workspace, FakeRelay())
    first.environment_for(workspace, "plan")
    assert first.fall_back(workspace, "plan", DIED)

    # After an approval another process applies.
    later = providers_of(workspace, FakeRelay())
    assert later.environment_for(workspace, "show") == {}
    assert later.environment_for(workspace, "apply") == {}
    assert "the plan was made without the relay" in later.report(UNIT).reason
    assert later.environment_for(workspace, "plan"), "another plan may use it"
    assert later.environment_for(workspace, "apply")


def test_a_program_that_is_newer_than_those_tried_gets_everything_asked(workspace: Workspace) -> None:
    relay = FakeRelay()
    providers = providers_of(workspace, relay, version="1.99.0")

    providers.environment_for(workspace, "plan")

    assert relay.requests[0] == relay.requests[0].as_asked()
    assert "1.99.0 is newer than" in (providers.summary(UNIT) or "")


@pytest.mark.parametrize(
    "text", ['terraform {\n  state_store "demo_store" {\n  }\n}', '{"terraform": {"state_store": {}}}']
)
def test_a_provider_that_keeps_the_state_is_not_served(workspace: Workspace, text: str) -> None:
    name = "store.tf.json" if text.startswith("{") else "store.tf"
    (workspace.module / name).write_text(text)
    providers = providers_of(workspace, FakeRelay())

    assert providers.environment_for(workspace, "init") == {}
    assert "state_store" in providers.report(UNIT).reason


@pytest.mark.parametrize(
    ("settings", "known"),
    [(RelaySettings(flag=False), {ADDRESS: KNOWN}), (RelaySettings(), {})],
)
def test_only_where_it_is_switched_off_schemas_come_from_elsewhere(
    workspace: Workspace, settings: RelaySettings, known: dict[str, TypeSchemas]
) -> None:
    class Plain:
        def schemas(self, _workspace: Workspace, _types: frozenset[str]) -> dict[str, TypeSchemas]:
            return {ADDRESS: KNOWN}

    providers = RelayProviders(
        lambda: cast("RelayClient", FakeRelay(Declined("not today"))),
        Binary(Path("/terraform"), "terraform", Version("1.11.4")),
        [],
        settings,
        {},
        cast("PlainSchemas", Plain()),
    )
    providers.environment_for(workspace, "plan")

    assert providers.schemas(workspace, frozenset()) == known
