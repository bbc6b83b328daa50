"""A line about a secret that is broken, mistyped or out of place is never shown with the secret in it."""

from pathlib import Path

import pytest

from every_command import answer
from unit.app.kit import FLEET, NOBODY, STACK, install_program, make_fleet

SECRET = "sesame"
CELL = "stacks:\n  app:\n    size: 3\n"
IN_CELL = (
    'password: "{}\n',
    "password: @{}\n",
    "password: *{}\n",
    "password: !{} x\n",
    "password: !a!{} x\n",
    "password: a: {}\n",
    "password: a${{{}\n",
    "password: '{}' {}\n",
    "password: {{a: {}}}\n",
    "password: {{{}\n",
    "password: [{}, 1\n",
    "password:\n      - {}\n",
    "password:\n      a: {}\n",
    "password: |\n      {}\n    x\n",
    "password: 1\n    password: {}\n",
    "pasword: {}\n",
    "pass]word: `{}\n",
    "passwort: ${{file({})}}\n",
    "password:{}\n",
    "database_url: postgres://ada:{}@db/x\n    password: [1]\n",
    "settings: postgres://ada:{}@db/${{cell.nope}}\n",
    'settings: "https://db/?access_token={}&x=${{cell.nope}}"\n',
)
IN_FLEET = (
    "state: {{backend: pg, config: {{conn_str: a${{b {} c}}}}\n",
    "state: {{backend: pg, config: {{con_str: '{}${{cell.nope}}'}}}}\n",
    "ledger: {{url: 'postgres://ada:{}@db/${{cell.x}}'}}\n",
    "ledger: {{url: 'postgres://ada:{}@db/x'}}\n",
    "artifacts: {{url: 's3://ada:{}@bucket/x'}}\n",
    "console: {{url: 'https://ada:{}@host/'}}\n",
    "console:\n  oidc: {{issuer: 'https://a', client_id: x, client_secret: {}}}\n",
    "secrets: {{v: {{type: vault, address: 'https://ada:{}@host', token: {}}}}}\n",
)
IN_CODE = (
    'variable "password" {{ default = {} x }}\n',
    'variable "password" {{\n  default = "{}\n}}\n',
    'variable "password" {{\n  type = strng\n  default = {}(1)\n}}\n',
    'variable "password" {{\n  default = <<EOF\n{} ${{{}\nEOF\n}}\n',
    'variable "password" {{\n  default = "%{{{}}}"\n}}\n',
    "locals {{\n  db_password = '{}'\n}}\n",
    "locals {{\n  db_password = a {}\n}}\n",
    "locals {{\n  db_password = a.{}.5{}\n}}\n",
    "locals {{\n  db_password = 5{}\n}}\n",
    'locals {{\n  db_password = ["a" "{}"]\n}}\n',
    'locals {{\n  db = {{ password = "{}" x }}\n}}\n',
    'locals {{ db_password = @"{}" }}\n',
    'module "m" {{\n  source = "git::https://ada:{}@host.invalid/x" y\n}}\n',
)


def shown(root: Path) -> str:
    program = install_program(root.parent / "bin")
    environment = {**NOBODY, "PATH": program, "NO_COLOR": "1", "TTY_COMPATIBLE": "1", "COLUMNS": "140"}
    found = [answer(arguments, root, environment) for arguments in (("check",), ("check", "--json"))]
    assert all(code for code, _ in found), found
    return "".join(text for _, text in found)


@pytest.mark.parametrize("text", IN_CELL)
@pytest.mark.parametrize("file", ["clients/acme.yaml", "defaults.yaml"])
def test_in_the_files_of_cells(tmp_path: Path, text: str, file: str) -> None:
    make_fleet(tmp_path / "fleet", acme="{}\n")
    (tmp_path / "fleet" / file).write_text(f"{CELL}    {text.format(SECRET, SECRET)}")
    assert SECRET not in shown(tmp_path / "fleet")


@pytest.mark.parametrize("text", IN_CELL)
def test_in_a_key_and_in_the_environment_of_a_cell(tmp_path: Path, text: str) -> None:
    line = text.format(SECRET, SECRET)
    make_fleet(tmp_path / "fleet", acme=line.replace("\n    ", "\n") + CELL)
    own = shown_at_all(tmp_path / "fleet")
    inner = line.replace("\n    ", "\n  ").replace("password", "API_PASSWORD")
    (tmp_path / "fleet/clients/acme.yaml").write_text(f"environment:\n  {inner}{CELL}")
    assert SECRET not in own + shown_at_all(tmp_path / "fleet")


def shown_at_all(root: Path) -> str:
    """Give what is shown of a fleet that has another fault, too: some of these lines are none."""
    (root / "stack/more.tf").write_text("oops\n")
    return shown(root)


@pytest.mark.parametrize("text", IN_FLEET)
def test_in_the_file_of_the_fleet(tmp_path: Path, text: str) -> None:
    make_fleet(tmp_path / "fleet", acme="{}\n")
    (tmp_path / "fleet/fleet.yaml").write_text(FLEET + text.format(SECRET, SECRET))
    assert SECRET not in shown(tmp_path / "fleet")


@pytest.mark.parametrize("text", IN_CODE)
def test_in_the_code_of_a_stack(tmp_path: Path, text: str) -> None:
    make_fleet(tmp_path / "fleet", acme="{}\n")
    rest = STACK if '"password"' not in text else STACK.partition('variable "password"')[0]
    (tmp_path / "fleet/stack/main.tf").write_text(rest + text.format(SECRET, SECRET))
    assert SECRET not in shown_at_all(tmp_path / "fleet")
