"""`check --security` on a fleet, with a program in checkov's place."""

import json
import sys
from pathlib import Path

import pytest

from cellwright.app.fleet.security_check import security_findings
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import NOBODY

FLEET = """\
fleet: trial
levels:
  - name: base
    cells: accounts
    stacks:
      net: {source: ./stacks/net}
      off: {source: ./stacks/off, enabled: false}
"""
CHECKOV = """\
#!{python}
import json, pathlib, sys
folder = pathlib.Path(sys.argv[sys.argv.index("--directory") + 1])
found = sorted(folder.rglob("*.tf"))
pathlib.Path({seen!r}).write_text(json.dumps([str(path.relative_to(folder)) for path in found]))
def record(path, rule, comment=None):
    return {{"check_id": rule, "check_name": "Ensure that it is so", "resource": "aws_a.this",
             "file_abs_path": str(path), "file_line_range": [2, 3],
             "check_result": {{"suppress_comment": comment}}}}
failed = [record(path, "CKV_AWS_1") for path in found]
skipped = [record(found[0], "CKV_AWS_2", "made elsewhere"),
           record(found[0], "CKV_AWS_3", "No comment provided")]
results = {{"failed_checks": failed, "skipped_checks": skipped, "parsing_errors": [str(found[0])]}}
print(json.dumps({{"results": results, "summary": {{"passed": 1}}}}))
where = "/" + str(found[0].relative_to(folder))
print("x [ERROR]  Failed to run check CKV_AWS_4 on " + where + ":aws_b.this[0]", file=sys.stderr)
sys.exit(1)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "fleet.yaml": FLEET,
        "accounts/one.yaml": "{}",
        "stacks/net/main.tf": 'output "id" { value = 1 }\n',
        "stacks/net/tests/net.tf": "",
        "stacks/net/example/main.tf": "",
        "stacks/net/README.md": "",
        "stacks/off/main.tf": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def found(root: Path) -> list[str]:
    programs = root / "bin"
    programs.mkdir()
    program = programs / "checkov"
    program.write_text(CHECKOV.format(python=sys.executable, seen=str(root / "seen")))
    program.chmod(0o755)
    environment = {**NOBODY, "HOME": str(root / "home"), "PATH": f"{programs}:{NOBODY['PATH']}"}
    session = FleetSession(Location(fleet=root, environment=environment))
    return [str(item) for item in security_findings(session)]


def test_findings_stand_at_the_lines_of_the_stacks_own_files(root: Path) -> None:
    said = found(root)

    where = "stacks/net/main.tf"
    look = "look at it yourself, and skip the rule there"
    reason = "write the reason behind it: #checkov:skip=CKV_AWS_3:WHY"
    mend = "mend it, or say in the resource why it is right: #checkov:skip=CKV_AWS_1:WHY"
    assert said == [
        f"{where}:1:1: warning: aws_b.this[0] could not be judged by CKV_AWS_4: checkov failed at it; {look}",
        f"{where}:1:1: error: checkov can't read this file; nothing is known of its security",
        f"{where}:2:1: error: aws_a.this skips CKV_AWS_3 and doesn't say why; {reason}",
        f"{where}:2:1: error: aws_a.this: it is so (CKV_AWS_1); {mend}",
    ]


def test_what_no_unit_runs_is_not_judged(root: Path) -> None:
    found(root)

    assert [path.split("/", 1)[1] for path in json.loads((root / "seen").read_text())] == ["main.tf"]


def test_without_checkov_it_says_how_to_install_it(root: Path) -> None:
    environment = {**NOBODY, "HOME": str(root / "home"), "PATH": str(root)}

    with pytest.raises(DiagnosticError, match="not on the PATH"):
        security_findings(FleetSession(Location(fleet=root, environment=environment)))
