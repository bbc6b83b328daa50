"""Accounts that were taken up are connected, and Jenkins may work in them, without an edit by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from cellwright.app.bootstrap.sequence import BootstrapRequest, bootstrap
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Standing
from cellwright.app.bootstrap.steps.base import Base
from cellwright.app.bootstrap.steps.connections import Connections
from cellwright.app.bootstrap.steps.jenkins import JenkinsStack
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.fleet.edit import set_key
from cellwright.fleet.fleet import Fleet
from cellwright.model.address import UnitAddress
from cellwright.model.value import Json
from e2e.reference.fleet import load, scaffold
from unit.app.bootstrap.kit import MadeUpCloud
from unit.app.kit import ADA, NOBODY, put_under_git

OWN = "111111111111"
NAMED: dict[str, Json] = {"prod": "222222222222", "prod-eu": "333333333333"}
ANSWERS: dict[str, Json] = {
    "accounts.from": "files",
    "accounts.named": NAMED,
    "ci.kind": "jenkins",
    "jenkins.repository": "https://git.example.com/fleet.git",
    "jenkins.host": "jenkins.example.com",
}


@dataclass(frozen=True)
class Bringing:
    """A site, and what was to be applied in it."""

    site: Site
    applied: list[tuple[str, ...]]

    @property
    def root(self) -> Path:
        return self.site.session.root

    def account(self, name: str) -> str:
        return (self.root / f"accounts/{name}.yaml").read_text()


@pytest.fixture(name="bringing")
def bringing_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bringing]:
    root = scaffold(tmp_path / "fleet")
    put_under_git(root)
    applied: list[tuple[str, ...]] = []
    monkeypatch.setattr(Site, "bring_up", lambda _site, *selectors, **_more: applied.append(selectors))
    with FleetSession(Location(fleet=root, environment=NOBODY)) as session:
        site = Site(session=session, actor=ADA, cloud=MadeUpCloud())
        bootstrap(site, BootstrapRequest(until="accounts", answers=ANSWERS))
        yield Bringing(site, applied)


def inputs(fleet: Fleet, address: str) -> dict[str, str]:
    """The inputs of a unit, as text in which references to outputs are written out."""
    found = fleet.units[UnitAddress.parse(address)].inputs
    return {name: _text(given.value) for name, given in found.items()}


def _text(value: object) -> str:
    match value:
        case Mapping():
            return ", ".join(f"{key}={_text(item)}" for key, item in value.items())
        case list() | tuple():
            return " ".join(_text(item) for item in value)
        case _:
            return str(value)


def test_what_the_first_step_writes_is_a_fleet_without_faults(bringing: Bringing) -> None:
    assert load(bringing.root).diagnostics == ()


def test_both_sides_are_written_and_every_value_is_shown_beforehand(bringing: Bringing) -> None:
    look = Connections().look(bringing.site)
    assert look.standing is Standing.TO_DO
    Connections().act(bringing.site)

    assert bringing.applied == [("base/prod-eu", "base/prod", "base/tools")]
    written = "".join(bringing.account(name) for name in ("tools", *NAMED))
    for line in look.says[:-1]:
        value = line.split(": ", 2)[2]
        assert value in written
    fleet = load(bringing.root)
    assert fleet.diagnostics == ()
    asking, accepting = inputs(fleet, "base/prod/peering"), inputs(fleet, "base/tools/peering")
    assert "output.base/tools/network.vpc_id" in asking["requests"]
    for name in NAMED:
        assert f"output.base/{name}/peering.connection_ids.tools" in accepting["accepts"]
        assert f"output.base/{name}/network.vpc_id" in inputs(fleet, "utility/tools/ecs")["shared_with"]
        zones = inputs(fleet, f"utility/{name}/ecs")["foreign_zone_ids"]
        assert f"output.utility/tools/ecs.shared_zone_ids.{name}" in zones


def test_jenkins_may_take_the_deployers_of_all_accounts(bringing: Bringing) -> None:
    look = JenkinsStack().look(bringing.site)
    JenkinsStack().act(bringing.site)
    (said,) = [line for line in look.says if "stacks.jenkins.deployer_role_arns" in line]
    roles = inputs(load(bringing.root), "utility/tools/jenkins")["deployer_role_arns"]
    for name in ("tools", *NAMED):
        reference = f"output.base/{name}/account.deployer_role_arn"
        assert reference in said
        assert reference in roles


def test_written_twice_it_is_the_same_and_an_account_that_comes_later_is_added(bringing: Bringing) -> None:
    site = bringing.site
    for _ in range(2):
        Connections().act(site)
        JenkinsStack().act(site)
    before = bringing.account("tools")
    assert before.count("peering.connection_ids.tools") == len(NAMED)
    further: Json = {**NAMED, "lab": "444444444444"}
    bootstrap(site, BootstrapRequest(until="accounts", answers={"accounts.named": further}))
    assert [line for line in Connections().look(site).says if "write into accounts/prod.yaml" in line] == []
    Connections().act(site)
    JenkinsStack().act(site)
    fleet = load(bringing.root)
    assert fleet.diagnostics == ()
    assert "base/lab/peering.connection_ids.tools" in inputs(fleet, "base/tools/peering")["accepts"]
    roles = inputs(fleet, "utility/tools/jenkins")["deployer_role_arns"]
    assert roles.count("deployer_role_arn") == len(NAMED) + 2


def test_what_somebody_has_written_stays(bringing: Bringing) -> None:
    site = bringing.site
    own: Json = {
        "account_id": "333333333333",
        "region": "us-east-1",
        "connection_id": "pcx-0123456789abcdef0",
        "cidr": "10.17.0.0/16",
        "dns": True,
    }
    set_key(bringing.root / "accounts/tools.yaml", "stacks.peering.accepts.prod", own)
    set_key(bringing.root / "accounts/prod-eu.yaml", "stacks.peering.enabled", value=False)
    Connections().act(site)
    assert "pcx-0123456789abcdef0" in bringing.account("tools")
    assert "prod-eu" not in bringing.account("tools")
    assert "requests" not in bringing.account("prod-eu")


def test_vault_may_ask_the_accounts_that_say_so(bringing: Bringing) -> None:
    set_key(bringing.root / "accounts/tools.yaml", "stacks.vault.enabled", value=True)
    set_key(bringing.root / "accounts/prod.yaml", "stacks.login.enabled", value=True)
    Connections().act(bringing.site)
    roles = inputs(load(bringing.root), "utility/tools/vault")["login_role_arns"]
    assert roles == "arn:aws:iam::222222222222:role/medloop/shared/prod-vault-login"


def test_whoever_does_it_may_take_the_deployers_of_other_accounts(bringing: Bringing) -> None:
    person = f"arn:aws:iam::{OWN}:role/admin"
    assert f"let {person} take the deployers" in Base().look(bringing.site).says
    Base().act(bringing.site)
    named = yaml.safe_load((bringing.root / "defaults/base.yaml").read_text())["deployer_principals"]
    assert named == [person]
    assert "base/tools/peering" not in bringing.applied[0]
