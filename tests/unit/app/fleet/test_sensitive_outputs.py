"""A sensitive output may not go into a variable that is not marked."""

from pathlib import Path

import pytest

from cellwright.app.fleet.check import check
from unit.app.kit import make_fleet, open_session

KEY = """
output "secret" {
  value     = "k"
  sensitive = true
}
output "open" { value = "o" }
"""
FLEET = """\
fleet: trial
levels:
  - name: base
    cells: accounts
    stacks:
      key: {source: ./key}
  - name: client
    cells: clients
    placement: account
    stacks:
      own: {source: ./key}
      app: {source: ./stack}
"""
SETTING = "account: prod\nstacks: {{app: {{{}}}}}\n"


def write(root: Path, app: str) -> None:
    make_fleet(root, acme=SETTING.format(app))
    (root / "fleet.yaml").write_text(FLEET)
    (root / "accounts").mkdir(exist_ok=True)
    (root / "accounts/prod.yaml").write_text("{}\n")
    (root / "key").mkdir(exist_ok=True)
    (root / "key/main.tf").write_text(KEY)


def findings(root: Path) -> list[str]:
    with open_session(root) as session:
        return list(map(str, check(session)))


@pytest.mark.parametrize("output", ["own.secret", "base.key.secret", "base/prod/key.secret"])
@pytest.mark.parametrize("written", ["{}", "'x-{}'", "{{a: [{}]}}"])
def test_it_is_an_error_that_says_what_to_write(tmp_path: Path, output: str, written: str) -> None:
    write(
        tmp_path,
        f"settings: {written}".format(
            f"'${{output.{output}}}'".strip("'") if written.startswith("'") else f"'${{output.{output}}}'"
        ),
    )
    [found] = findings(tmp_path)
    assert "clients/acme.yaml:2:" in found
    assert "input 'settings' of stack 'app' takes '${output." in found
    assert "which is a sensitive output" in found
    assert 'write `sensitive = true` in variable "settings" of the stack' in found


def test_a_marked_variable_takes_it_and_any_takes_another_output(tmp_path: Path) -> None:
    write(tmp_path, "password: '${output.own.secret}', settings: '${output.own.open}'")
    assert findings(tmp_path) == []


def test_an_output_that_becomes_sensitive_is_found_though_all_is_cached(tmp_path: Path) -> None:
    write(tmp_path, "settings: '${output.base.key.open}'")
    assert findings(tmp_path) == []
    (tmp_path / "key/main.tf").write_text(
        KEY.replace('{ value = "o" }', '{\n  value = "o"\n  sensitive = true\n}')
    )
    assert len(findings(tmp_path)) == 1


def test_a_variable_that_is_no_longer_marked_is_found_though_all_is_cached(tmp_path: Path) -> None:
    write(tmp_path, "password: '${output.own.secret}'")
    assert findings(tmp_path) == []
    stack = tmp_path / "stack/main.tf"
    stack.write_text(stack.read_text().replace("  sensitive = true\n", ""))
    assert len(findings(tmp_path)) == 1


def test_a_unit_that_is_off_takes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "enabled: false, settings: '${output.own.secret}'")
    assert findings(tmp_path) == []
