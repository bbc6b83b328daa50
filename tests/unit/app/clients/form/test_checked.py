"""The form of a new client: made from the contracts, checked as `check` does, every finding at its field."""

from pathlib import Path

import pytest

from cellwright.app.clients.form.checked import Checked, check_new
from cellwright.app.clients.form.fields import LONGEST_VALUE, FieldKind
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import NOBODY

FLEET = """\
fleet: trial
secrets:
  vault: {type: environment, allow: ["DB_*"]}
levels:
  - name: base
    cells: accounts
    stacks: {network: {source: ./network}}
  - name: client
    cells: clients
    placement: account
    layers: [defaults.yaml, "tiers/${cell.tier}.yaml"]
    stacks:
      app: {source: ./stack}
      extra: {source: ./stack, enabled: false}
"""
STACK = """
variable "replicas" {
  type        = number
  default     = 1
  description = "How many copies run."
  validation {
    condition     = var.replicas > 0
    error_message = "At least one."
  }
}
variable "debug" {
  type    = bool
  default = false
}
variable "label" {
  type    = string
  default = "none"
}
variable "needed" { type = string }
variable "settings" {
  type    = map(string)
  default = {}
}
variable "region" { type = string }
variable "password" {
  type      = string
  sensitive = true
  default   = ""
}
"""
FILES = {
    "fleet.yaml": FLEET,
    "stack/main.tf": STACK,
    "network/main.tf": "",
    "accounts/prod.yaml": "region: us-east-1\n",
    "accounts/trial.yaml": "region: eu-west-1\n",
    "defaults.yaml": "tier: standard\nstacks:\n  app: {region: '${account.region}', replicas: 2}\n"
    "  extra: {region: x, needed: y}\n",
    "tiers/standard.yaml": "{}\n",
    "tiers/gold.yaml": "stacks: {app: {replicas: 4}}\n",
    "clients/acme.yaml": "account: prod\nstacks: {app: {needed: x}}\n",
}
GOOD = {"name": "initech", "account": "prod", "stacks.app.needed": "yes"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.fixture
def session(root: Path) -> FleetSession:
    return FleetSession(Location(fleet=root, environment=NOBODY))


def said(checked: Checked, key: str) -> list[tuple[int | None, str]]:
    return [(item.line, item.finding.summary) for item in checked.faults.get(key, ())]


def test_the_form_offers_what_fleet_and_contracts_say(session: FleetSession) -> None:
    form = check_new(session, {}).form
    account, tier = form.keys
    assert (account.key, account.choices, account.required) == ("account", ("prod", "trial"), True)
    assert (tier.choices, tier.default, tier.default_from) == (
        ("gold", "standard"),
        "standard",
        "defaults.yaml:1",
    )
    app, extra = form.stacks
    assert (app.default, extra.default, extra.default_from) == (True, False, "fleet.yaml:14")
    replicas = form.fields["stacks.app.replicas"]
    assert (replicas.kind, replicas.type) == (FieldKind.NUMBER, "number")
    assert (replicas.description, replicas.rules) == ("How many copies run.", ("At least one.",))
    assert (replicas.default, replicas.default_from) == ("2", "defaults.yaml:3")
    assert form.fields["stacks.extra.replicas"].default == "1", "the stack's own"
    assert [item.name for item in app.wired] == ["region"]
    assert [item.name for item in app.main] == ["replicas", "needed"]
    kinds = {item.name: item.kind for item in app.inputs}
    assert kinds["debug"] is FieldKind.SWITCH
    assert kinds["settings"] is FieldKind.YAML
    assert kinds["password"] is FieldKind.SECRET


def test_another_tier_brings_other_defaults(session: FleetSession) -> None:
    field = check_new(session, {"tier": "gold"}).form.fields["stacks.app.replicas"]
    assert (field.default, field.default_from) == ("4", "tiers/gold.yaml:1")


def test_the_file_holds_what_differs_and_nothing_else(session: FleetSession, root: Path) -> None:
    checked = check_new(
        session,
        {**GOOD, "stacks.app.enabled": "true", "stacks.extra.enabled": "true", "stacks.app.debug": "true"},
    )
    assert checked.fits, (checked.faults, checked.findings)
    assert checked.path == "clients/initech/client.yaml"
    assert checked.text == (
        "account: prod\nstacks:\n  app:\n    debug: true\n    needed: yes\n  extra:\n    enabled: true\n"
    ).replace("needed: yes", 'needed: "yes"')
    assert [unit.stack for unit in checked.units] == ["app", "extra"]
    assert not (root / "clients/initech").exists(), "nothing is written"


def test_what_is_missing_is_said_at_its_field(session: FleetSession) -> None:
    checked = check_new(session, {})
    assert said(checked, "name") == [(None, "a name can't be empty")]
    assert said(checked, "account") == [(None, "choose one")]
    checked = check_new(session, {"name": "initech", "account": "prod"})
    assert said(checked, "stacks.app.needed") == [(None, "stack 'app' needs the input 'needed'")]
    assert not checked.fits


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Acme", "lower-case letters"),
        ("аcme", "lower-case letters"),  # noqa: RUF001  a Cyrillic letter that looks like a Latin one
        ("../acme", "lower-case letters"),
        ("<script>alert(1)</script>", "lower-case letters"),
        ("a" * 64, "at most 63"),
        ("acme", "already"),
    ],
)
def test_a_name_that_can_t_be_one_is_refused(session: FleetSession, name: str, why: str) -> None:
    checked = check_new(session, {**GOOD, "name": name})
    assert why in said(checked, "name")[0][1]
    assert list(checked.faults) == ["name"], "all else is checked, and well"


def test_a_wrong_type_is_said_as_check_says_it_with_its_place(session: FleetSession) -> None:
    checked = check_new(session, {**GOOD, "stacks.app.replicas": "many"})
    (fault,) = checked.faults["stacks.app.replicas"]
    assert fault.finding.summary == "input 'replicas' of stack 'app': number wanted, this is a string"
    assert str(fault.finding.position) == "clients/initech/client.yaml:4:15"


def test_a_value_with_parts_is_written_as_typed_and_faults_have_its_lines(session: FleetSession) -> None:
    typed = "# why\r\nA: b\r\nC:\r\n  d: e\r\n"
    checked = check_new(session, {**GOOD, "stacks.app.settings": typed})
    assert "    settings:\n      # why\n      A: b\n      C:\n        d: e\n" in checked.text
    ((line, summary),) = said(checked, "stacks.app.settings")
    assert (line, summary) == (4, "input 'settings' of stack 'app', at C: string wanted, this is a mapping")


def test_what_is_no_yaml_is_said_with_the_line_typed(session: FleetSession) -> None:
    checked = check_new(session, {**GOOD, "stacks.app.settings": "A: b\nC: [\n"})
    ((line, summary),) = said(checked, "stacks.app.settings")
    assert line in {2, 3}
    assert "not valid YAML" in summary
    assert "settings" not in checked.text


@pytest.mark.parametrize("typed", ["a: 1\n--- \nb: 2", "- a\nb: 2", "\ta: 1"])
def test_what_reads_differently_in_a_file_is_refused(session: FleetSession, typed: str) -> None:
    assert said(check_new(session, {**GOOD, "stacks.app.settings": typed}), "stacks.app.settings")


def test_a_secret_is_refused_and_repeated_nowhere(session: FleetSession) -> None:
    checked = check_new(session, {**GOOD, "stacks.app.password": "hunter2"})
    assert "is sensitive" in said(checked, "stacks.app.password")[0][1]
    assert "hunter2" not in repr(checked)
    reference = "${secret.vault.DB_PASSWORD}"
    checked = check_new(session, {**GOOD, "stacks.app.password": reference})
    assert checked.fits, checked.findings
    assert reference in checked.text


def test_too_long_is_refused(session: FleetSession) -> None:
    checked = check_new(session, {**GOOD, "stacks.app.label": "x" * (LONGEST_VALUE + 1)})
    assert "50,001 characters" in said(checked, "stacks.app.label")[0][1]


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "a: b", "#x", "null ", "'", "é\u202e", "- x"])
def test_any_text_is_written_so_that_it_reads_the_same(session: FleetSession, typed: str) -> None:
    checked = check_new(session, {**GOOD, "stacks.app.label": typed})
    assert checked.fits, (checked.faults, checked.text)


def test_findings_of_the_fleet_have_their_file_and_line(session: FleetSession, root: Path) -> None:
    (root / "tiers/standard.yaml").write_text("stacks: {app: {replicsa: 4}}\n")
    checked = check_new(session, GOOD)
    assert [str(item.position) for item in checked.findings] == ["tiers/standard.yaml:1:16"]
    assert not checked.fits


def test_a_stack_that_can_t_be_read_is_said_at_its_switch(session: FleetSession, root: Path) -> None:
    (root / "stack/main.tf").write_text("variable {")
    checked = check_new(session, GOOD)
    assert "stack/main.tf" in checked.form.stacks[0].fault
    assert not checked.fits


def test_without_a_fleet_file_it_says_so(session: FleetSession, root: Path) -> None:
    (root / "fleet.yaml").write_text("levels: [\n")
    with pytest.raises(DiagnosticError, match=r"fleet\.yaml"):
        check_new(session, GOOD)
