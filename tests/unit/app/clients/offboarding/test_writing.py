"""Exceptions are added to the client's file; whatever else it says stays as it is."""

from pathlib import Path
from textwrap import dedent

import pytest

from cellwright.app.clients.offboarding.judging import Judged
from cellwright.app.clients.offboarding.writing import write_exceptions
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import make_fleet, open_session

NEW = (
    '  - rule: hipaa.destruction\n    stack: app\n    resource: "*"\n    person: ada\n'
    '    reason: "acme leaves"\n    until: "2027-01-01"\n'
)
FOUND = Judged(units=1, resources=2, file="clients/acme.yaml", exceptions=NEW)
WRITTEN = NEW.replace("ada", '"Grace Example"')
KNOWN = "exceptions:\n  # for the audit\n  - rule: hipaa.audit\n    stack: app\n"


def written(root: Path, text: str) -> str:
    make_fleet(root, acme=text)
    found = write_exceptions(open_session(root), FOUND, "Grace Example")
    assert (found.exceptions, found.written_for) == (WRITTEN, "Grace Example")
    return (root / "clients/acme.yaml").read_text()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tier: gold  # since May\n", f"tier: gold  # since May\nexceptions:\n{WRITTEN}"),
        ("tier: gold", f"tier: gold\nexceptions:\n{WRITTEN}"),
        ("{}\n", f"exceptions:\n{WRITTEN}"),
        ("exceptions: []\ntier: gold\n", f"exceptions:\n{WRITTEN}tier: gold\n"),
        (f"{KNOWN}tier: gold\n", f"{KNOWN}{WRITTEN}tier: gold\n"),
        ("exceptions:\n- rule: x\n", f"exceptions:\n- rule: x\n{dedent(WRITTEN)}"),
    ],
)
def test_they_stand_below_those_that_are_there(tmp_path: Path, before: str, after: str) -> None:
    assert written(tmp_path, before) == after


@pytest.mark.parametrize(
    "text", ["exceptions: [{rule: x}]\n", "{tier: gold}\n", "a: &a [{rule: x}]\nexceptions: *a\n"]
)
def test_a_file_that_can_not_be_edited_stays_as_it_is(tmp_path: Path, text: str) -> None:
    make_fleet(tmp_path, acme=text)
    with pytest.raises(DiagnosticError, match="can't be edited"):
        write_exceptions(open_session(tmp_path), FOUND, "Grace Example")
    assert (tmp_path / "clients/acme.yaml").read_text() == text
