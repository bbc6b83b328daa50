"""Edits of a cell's files: only the keys that differ, in whichever form they are written."""

from pathlib import Path

import pytest

from cellwright.app.clients.form.checked import Checked, check_edit, copied_values
from cellwright.app.clients.form.existing import says_the_same
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.address import CellAddress
from unit.app.clients.form.test_checked import FILES
from unit.app.kit import NOBODY

ACME = CellAddress("client", "acme")
TEXT = """\
# Their file.
account: prod # as agreed
stacks:
  app:
    needed: "yes"
    settings: # of the service
      A: b
      C: !unset
    debug: true
    label: ""
"""

LAST = '    label: ""\n'
SECRET = "${secret.vault.DB_ONE}"


def edited(root: Path, values: dict[str, str], **files: str) -> Checked:
    others = {path: text for path, text in FILES.items() if path != "clients/acme.yaml"}
    for path, text in {**others, **(files or {"clients/acme.yaml": TEXT})}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    session = FleetSession(Location(fleet=root, environment=NOBODY))
    return check_edit(session, ACME, values)


def test_the_values_are_those_of_the_file_as_one_would_type_them(tmp_path: Path) -> None:
    values = edited(tmp_path, {}).values
    assert values["account"] == "prod"
    assert values["stacks.app.needed"] == "yes"
    assert values["stacks.app.debug"] == "true"
    assert values["stacks.app.label"] == '""'
    assert values["stacks.app.settings"] == "A: b\nC: !unset"


def test_what_is_sent_back_as_it_was_changes_nothing(tmp_path: Path) -> None:
    shown = edited(tmp_path, {}).values
    sent = {key: value.replace("\n", "\r\n") for key, value in shown.items()}
    checked = edited(tmp_path, sent)
    assert checked.text == TEXT
    assert checked.changes == ()


@pytest.mark.parametrize(
    ("values", "before", "after"),
    [
        ({"account": "trial"}, "account: prod #", "account: trial #"),
        ({"stacks.app.replicas": "7"}, LAST, f"{LAST}    replicas: 7\n"),
        ({"stacks.app.debug": ""}, "    debug: true\n", ""),
        ({"stacks.app.debug": "false"}, "debug: true", "debug: false"),
        (
            {"stacks.app.settings": "A: x # new\nC: !unset"},
            "    settings: # of the service\n      A: b\n",
            "    settings:\n      A: x # new\n",
        ),
        ({"stacks.extra.enabled": "true"}, LAST, f"{LAST}  extra: {{enabled: true}}\n"),
        ({"stacks.app.password": SECRET}, LAST, f'{LAST}    password: "{SECRET}"\n'),
    ],
)
def test_only_the_key_that_differs_is_written(
    tmp_path: Path, values: dict[str, str], before: str, after: str
) -> None:
    shown = edited(tmp_path, {}).values
    checked = edited(tmp_path, {**shown, **values})
    assert checked.text == TEXT.replace(before, after), checked.faults
    assert checked.fits, (checked.faults, checked.findings)


def test_a_key_is_written_where_its_neighbours_are(tmp_path: Path) -> None:
    files = {
        "clients/acme/client.yaml": "account: prod\n",
        "clients/acme/stacks.yaml": "stacks: {app: {needed: x}}\n",
    }
    checked = edited(tmp_path, {"stacks.app.replicas": "7", "tier": "gold"}, **files)
    assert checked.texts == {
        "clients/acme/client.yaml": "account: prod\ntier: gold\n",
        "clients/acme/stacks.yaml": "stacks: {app: {needed: x, replicas: 7}}\n",
    }
    assert [(item.unit.stack, item.what) for item in checked.changes] == [("app", "replicas")]


def test_what_can_t_be_edited_here_says_so_at_its_field(tmp_path: Path) -> None:
    text = "account: prod\nstacks:\n  app: &all {needed: x}\n  extra: *all\n"
    checked = edited(tmp_path, {"stacks.app.needed": "y"}, **{"clients/acme.yaml": text})
    assert checked.text == text
    assert "can't be edited by program" in checked.faults["stacks.app.needed"][0].finding.summary


def test_a_secret_that_somebody_wrote_out_is_shown_nowhere(tmp_path: Path) -> None:
    text = "account: prod\nstacks: {app: {needed: x, password: hunter2}}\n"
    checked = edited(tmp_path, {}, **{"clients/acme.yaml": text})
    assert "hunter2" not in repr(checked.values)
    assert checked.values.get("stacks.app.password", "") == ""


def test_addresses_are_not_copied_and_do_not_count(tmp_path: Path) -> None:
    edited(tmp_path, {}, **{"clients/acme.yaml": "account: prod\naddresses: {clients: 10.0.0.0/24}\n"})
    session = FleetSession(Location(fleet=tmp_path, environment=NOBODY))
    (level,) = [item for item in session.levels() if item.name == "client"]
    assert copied_values(session, "acme", level) == {"account": "prod"}
    assert says_the_same(tmp_path, "clients/acme.yaml", {"account": "prod"})
    assert not says_the_same(tmp_path, "clients/acme.yaml", {})
