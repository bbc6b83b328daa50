"""Accounts become files: from the organisation or by hand, and one without its role stops no other."""

import subprocess
from pathlib import Path

import pytest
import yaml

from cellwright.app.bootstrap.cloud import OrganizationAccount
from cellwright.app.bootstrap.sequence import BootstrapRequest, bootstrap, look_at
from cellwright.app.bootstrap.step import Standing
from cellwright.app.bootstrap.steps.accounts import cell_name
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json
from unit.app.bootstrap.kit import OWN, MadeUpCloud, make_site

ACCOUNTS = (
    OrganizationAccount("111111111111", "Medloop Management", active=True, management=True),
    OrganizationAccount("222222222222", "Prod US", active=True),
    OrganizationAccount("333333333333", "Prod EU", active=True),
    OrganizationAccount("444444444444", "Old", active=False),
    OrganizationAccount("555555555555", "Log Archive", active=True),
)


def take(root: Path, cloud: MadeUpCloud | None = None, **answers: Json) -> dict[str, object]:
    """Take the step; gives each account's document by name."""
    given = {key.replace("__", "."): value for key, value in answers.items()}
    bootstrap(make_site(root, cloud), BootstrapRequest(until="accounts", answers=given))
    return written(root)


def written(root: Path) -> dict[str, object]:
    return {path.stem: yaml.safe_load(path.read_text()) for path in (root / "accounts").glob("*.yaml")}


def test_the_organisations_accounts_become_files(tmp_path: Path) -> None:
    found = take(tmp_path, MadeUpCloud(ACCOUNTS))
    assert set(found) == {"tools", "prod-us", "prod-eu"}
    assert found["prod-us"] == {
        "region": "us-east-1",
        "addresses": {"accounts": "10.17.0.0/16"},
        "account_id": "222222222222",
        "deployer": "arn:aws:iam::222222222222:role/OrganizationAccountAccessRole",
        "account_wide": True,
    }
    assert found["tools"]["deployer"] is None  # type: ignore[index]


def test_no_two_accounts_have_the_same_addresses(tmp_path: Path) -> None:
    found = take(tmp_path, MadeUpCloud(ACCOUNTS))
    blocks = [item["addresses"]["accounts"] for item in found.values()]  # type: ignore[index]
    assert len(set(blocks)) == len(blocks) == 3


@pytest.mark.parametrize(
    ("source", "role"), [("control-tower", "AWSControlTowerExecution"), ("aft", "AWSAFTExecution")]
)
def test_whoever_made_the_accounts_has_made_a_role_in_them(tmp_path: Path, source: str, role: str) -> None:
    found = take(tmp_path, MadeUpCloud(ACCOUNTS), accounts__from=source)
    assert found["prod-us"]["deployer"] == f"arn:aws:iam::222222222222:role/{role}"  # type: ignore[index]


def test_the_roles_name_is_as_answered_and_of_the_regions_partition(tmp_path: Path) -> None:
    found = take(tmp_path, MadeUpCloud(ACCOUNTS), accounts__role="Landing", region="us-gov-west-1")
    assert found["prod-us"]["deployer"] == "arn:aws-us-gov:iam::222222222222:role/Landing"  # type: ignore[index]


def test_accounts_are_named_by_hand(tmp_path: Path) -> None:
    named: Json = {"prod": "222222222222"}
    assert set(take(tmp_path, accounts__from="files", accounts__named=named)) == {"tools", "prod"}


def test_an_account_without_the_role_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    site = make_site(tmp_path, MadeUpCloud(ACCOUNTS, closed=frozenset({"222222222222"})))
    (report,) = bootstrap(site, BootstrapRequest(until="accounts"))
    (finding,) = report.look.findings
    assert "account prod-us (222222222222)" in finding.summary
    assert "role/OrganizationAccountAccessRole" in finding.summary
    assert set(written(tmp_path)) == {"tools", "prod-eu"}


def test_it_is_done_once_and_the_role_that_comes_later_is_found(tmp_path: Path) -> None:
    cloud = MadeUpCloud(ACCOUNTS, closed=frozenset({"222222222222"}))
    site = make_site(tmp_path, cloud)
    bootstrap(site, BootstrapRequest(until="accounts"))
    cloud.closed = frozenset()
    (again,) = bootstrap(site, BootstrapRequest(until="accounts"))
    assert again.did == ["wrote accounts/prod-us.yaml"]
    (third,) = bootstrap(site, BootstrapRequest(until="accounts"))
    assert (third.taken, third.look.standing) == (False, Standing.DONE)


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    own = '# ours\nregion: eu-west-1\naccount_id: "222222222222"\ndeployer: null\n'
    site = make_site(tmp_path, MadeUpCloud(ACCOUNTS), files={"accounts/mine.yaml": own})
    bootstrap(site, BootstrapRequest(until="accounts"))
    assert (tmp_path / "accounts/mine.yaml").read_text() == own
    assert "prod-us" not in written(tmp_path)


def test_a_file_without_an_account_gets_it_and_keeps_its_comments(tmp_path: Path) -> None:
    site = make_site(
        tmp_path, files={"accounts/tools.yaml": "# The tools.\nregion: eu-west-1 # for now\nsize: 3\n"}
    )
    bootstrap(site, BootstrapRequest(until="accounts"))
    text = (tmp_path / "accounts/tools.yaml").read_text()
    assert "# The tools." in text
    assert "# for now" in text
    assert yaml.safe_load(text) == {"region": "us-east-1", "size": 3, "account_id": OWN, "deployer": None}


def test_only_those_that_are_wanted(tmp_path: Path) -> None:
    assert set(take(tmp_path, MadeUpCloud(ACCOUNTS), accounts__only=["prod-eu"])) == {"tools", "prod-eu"}


def test_an_account_that_is_missing_is_looked_up_in_the_organisation_whatever_it_is_called(
    tmp_path: Path,
) -> None:
    with pytest.raises(DiagnosticError) as caught:
        take(tmp_path, MadeUpCloud(ACCOUNTS), accounts__only=["video"])
    assert caught.value.diagnostics[0].detail == "see `aws organizations list-accounts`"


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"accounts__only": ["nowhere"]}, "no active account nowhere"),
        ({"accounts__named": {"x": "12"}}, "'12' is no account's id"),
        ({"account_id": "abc"}, "'abc' is no account's id"),
        ({"accounts__only": "prod-eu"}, "must be a list of texts"),
        ({"accounts__named": {"x": 5}}, "put numbers in quotes"),
        ({"accounts__role": 5}, "must be text"),
    ],
)
def test_what_can_t_be_used_is_said(tmp_path: Path, answers: dict[str, Json], told: str) -> None:
    with pytest.raises(DiagnosticError, match=told):
        take(tmp_path, MadeUpCloud(ACCOUNTS), **answers)
    assert written(tmp_path) == {}


def test_looking_writes_nothing(tmp_path: Path) -> None:
    site = make_site(tmp_path, MadeUpCloud(ACCOUNTS))
    bootstrap(site, BootstrapRequest(until="accounts"))
    before = sorted(tmp_path.rglob("*"))
    look_at(site)
    assert sorted(tmp_path.rglob("*")) == before


def test_everything_is_committed_and_recorded(tmp_path: Path) -> None:
    site = make_site(tmp_path, MadeUpCloud(ACCOUNTS))
    bootstrap(site, BootstrapRequest(until="accounts"))
    done = subprocess.run(
        ["git", "status", "--porcelain"],  # noqa: S607
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert [line for line in done.stdout.splitlines() if ".cellwright" not in line] == []
    actions = [
        (event.action, event.subject, event.actor)
        for event in site.session.ledger().reader.events()
        if event.action.startswith("bootstrap.")
    ]
    assert actions == [
        ("bootstrap.step_began", "bootstrap/accounts", "ada"),
        ("bootstrap.step_ended", "bootstrap/accounts", "ada"),
    ]


@pytest.mark.parametrize(
    ("name", "cell"), [("Prod US", "prod-us"), ("  --A_b ", "a-b"), ("x" * 40, "x" * 28), ("漢字", "account")]
)
def test_a_cells_name_is_made_of_an_accounts(name: str, cell: str) -> None:
    assert cell_name(name) == cell
