"""`console:` of fleet.yaml: all that can be said, each fault with its place, no default for a fault."""

from pathlib import Path

import pytest

from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.config.files import FleetFiles
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.settings.console_settings import ConsoleSettings, GroupGrant
from cellwright.model.value import SecretReference

LEVELS = "levels:\n  - {name: base, cells: accounts, stacks: {one: {source: any}}}\n"
SECRETS = """secrets:
  vault: {type: vault, address: "https://vault.example.com", allow: ["shared/*", "clients/${cell.name}/*"]}
"""
FULL = """console:
  url: https://cellwright.example.com/
  session: {idle: 30m, longest: 8h}
  second_factor: required
  oidc:
    issuer: https://login.example.com
    client_id: cellwright
    client_secret: ${secret.vault.shared/console#client_secret}
    name: Example
    scopes: [groups]
    groups_claim: roles
    groups:
      platform: admin
      on-call: [operator, approver]
      europe: {role: operator, levels: [base], cells: ["base/eu-*"], tags: [eu]}
"""


def read(tmp_path: Path, console: str) -> tuple[ConsoleSettings | None, tuple[Diagnostic, ...]]:
    (tmp_path / "fleet.yaml").write_text(f"fleet: test\n{console}{SECRETS}{LEVELS}")
    configuration, findings = read_configured(FleetFiles(tmp_path), tmp_path)
    return configuration.operating().console, findings


def test_without_any(tmp_path: Path) -> None:
    console, findings = read(tmp_path, "")
    assert (console, findings) == (ConsoleSettings(), ())
    assert console is not None
    assert (console.url, console.second_factor, console.oidc) == (None, "optional", None)


def test_everything_can_be_said(tmp_path: Path) -> None:
    for _ in range(2):  # read, then from the cache
        console, findings = read(tmp_path, FULL)
        assert findings == ()
        assert console is not None
        assert console.url == "https://cellwright.example.com"
        assert (console.idle_seconds, console.session_seconds) == (1800, 28_800)
        assert console.second_factor == "required"
        oidc = console.oidc
        assert oidc is not None
        assert (oidc.issuer, oidc.client_id) == ("https://login.example.com", "cellwright")
        assert oidc.client_secret == SecretReference("vault", "shared/console", ("client_secret",))
        assert (oidc.name, oidc.scopes, oidc.groups_claim) == ("Example", ("openid", "groups"), "roles")
        assert oidc.groups == {
            "platform": (GroupGrant("admin"),),
            "on-call": (GroupGrant("operator"), GroupGrant("approver")),
            "europe": (GroupGrant("operator", ("base",), ("base/eu-*",), ("eu",)),),
        }


OIDC = "url: 'https://c.example', oidc: {issuer: 'https://i.example', client_id: c"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x", "'console' must be a mapping, not a string"),
        ("null", "'console' must be a mapping, not null"),
        ("{ulr: x}", "unknown key 'ulr'; did you mean 'url'?"),
        ("{url: c.example}", "'url' can't be 'c.example'; a web address begins with https://"),
        (
            "{url: 'http://c.example'}",
            "'url' can't be 'http://c.example'; over http:// others could read along",
        ),
        ("{url: 'https://c.example/x'}", "the console has a host of its own"),
        (
            "{url: 'https://ada:canary@c.example'}",
            "'https://...@c.example'; it would show a user or password",
        ),
        ("{session: {idle: soon}}", "'idle' can't be 'soon'; a duration is a number of seconds"),
        ("{session: {idle: 59}}", "'idle' can't be '59'"),
        ("{session: {longest: 721h}}", "'longest' can't be '721h'"),
        ("{session: {idle: 2h, longest: 1h}}", "`idle` is longer than `longest`"),
        ("{session: {idel: 2h}}", "unknown key 'idel'; did you mean 'idle'?"),
        ("{second_factor: yes}", "'second_factor' can't be 'yes'; should be 'required' or 'optional'"),
        ("{second_factor: true}", "'second_factor' can't be 'True'"),
        ("{oidc: {client_id: c}}", "'issuer' is missing; name the provider"),
        ("{oidc: {issuer: 'https://i.example'}}", "'client_id' is missing"),
        ("{oidc: {issuer: 'http://i.example', client_id: c}}", "'issuer' can't be 'http://i.example'"),
        ("{oidc: {issuer: 'https://i.example', client_id: c}}", "`console.oidc` needs the console's address"),
        ("{OIDC, clientsecret: x}}", "unknown key 'clientsecret'; did you mean 'client_secret'?"),
        ("{OIDC, client_secret: canary}}", "'client_secret' holds a secret itself; name it"),
        ("{OIDC, client_secret: '${cell.name}'}}", "'client_secret' holds a secret itself; name it"),
        ("{OIDC, client_secret: '${secret.vault.a/../b}'}}", "names no secret"),
        ("{OIDC, client_secret: '${secret.valt.shared/x}'}}", "'valt'; did you mean 'vault'?"),
        ("{OIDC, client_secret: '${secret.vault.other}'}}", "the source 'vault' does not allow 'other'"),
        ("{OIDC, client_secret: '${secret.vault.clients/a/x}'}}", "does not allow 'clients/a/x'"),
        ("{OIDC, name: '${cell.name}'}}", "this text can't hold a reference; only `client_secret`"),
        ("{url: '${cell.name}'}", "can't"),
        ("{OIDC, groups: {a: boss}}}", "'role' can't be 'boss'; should be 'viewer', 'operator'"),
        ("{OIDC, groups: {a: [viewer, boss]}}}", "'role' can't be 'boss'"),
        ("{OIDC, groups: {a: []}}}", "'a' can't be an empty list; list at least one"),
        ("{OIDC, groups: {a: {levels: [base]}}}}", "'role' is missing; say which role"),
        (
            "{OIDC, groups: {a: {role: viewer, level: [base]}}}}",
            "unknown key 'level'; did you mean 'levels'?",
        ),
        (
            "{OIDC, groups: {a: {role: viewer, levels: [bsae]}}}}",
            "unknown level 'bsae'; did you mean 'base'?",
        ),
        ("{OIDC, groups: [a]}}", "'groups' must be a mapping, not a list"),
    ],
)
def test_faults(tmp_path: Path, line: str, expected: str) -> None:
    console, findings = read(tmp_path, f"console: {line.replace('OIDC', OIDC)}\n")
    assert console is None
    texts = [str(item) for item in findings]
    assert any(expected in text for text in texts), texts
    assert all(text.startswith("fleet.yaml:2:") for text in texts)
    assert "canary" not in "".join(texts)


def test_a_fault_elsewhere_leaves_it_as_it_is(tmp_path: Path) -> None:
    console, findings = read(tmp_path, "console: {second_factor: required}\nterraform: {parallel: many}\n")
    assert len(findings) == 1
    assert console is not None
    assert console.second_factor == "required"


def test_a_file_that_can_not_be_read_stands_for_no_default(tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text("fleet: [")
    assert read_configured(FleetFiles(tmp_path), None)[0].operating().console is None
