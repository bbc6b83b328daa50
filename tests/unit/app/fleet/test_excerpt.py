"""At a terminal, findings show their line with carets; what may be secret in it is left out."""

from pathlib import Path

import pytest
from rich.text import Text

from cellwright.app.fleet.excerpt import Excerpts
from cellwright.cli.views.excerpt import excerpt
from cellwright.model.diagnostic import error
from cellwright.model.position import Position
from every_command import answer
from unit.app.kit import NOBODY, install_program, make_fleet, open_session

SECRET = "sesame-open-9"
ACME = f"""\
colour: blue
salt: {SECRET}
api_token: {SECRET}
stacks:
  app: {{ settings: {{it: "${{cell.nope}}"}}, password: [{SECRET}], sise: 3 }}
  extra:
    password: ${{cell.salt}}
    settings:
      inner_password:
        - {SECRET}
      size: 7
  appp: {{}}
"""
CHECKED = """\
clients/acme.yaml:5:25: error: the cell has no key 'nope' (client/acme);
    known: api_token, colour, salt
    5 |   app: { settings: {it: "${cell.nope}"}, password: …
      |                         ^^^^^^^^^^^^^^
clients/acme.yaml:5:52: error: input 'password' of stack 'app': string
    wanted, this is a list (client/acme); the variable's type is string
    5 |   app: { settings: {it: "${cell.nope}"}, password: …
      |                                                    ^
clients/acme.yaml:5:69: error: stack 'app' has no input 'sise'
    (client/acme); did you mean 'size'?
clients/acme.yaml:12:3: error: unknown stack 'appp'; did you mean 'app'?
    12 |   appp: {}
       |   ^^^^
"""


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme=ACME)
    return root


def run(root: Path, *arguments: str, **terminal: str) -> str:
    program = install_program(root.parent / "bin")
    code, text = answer(arguments, root, {**NOBODY, "PATH": program, "NO_COLOR": "1", **terminal})
    assert code == 1, text
    assert SECRET not in text
    return Text.from_ansi(text).plain


def test_a_terminal_shows_the_line_of_each_finding_with_carets(fleet: Path) -> None:
    terminal = {"TTY_COMPATIBLE": "1", "COLUMNS": "80"}
    assert run(fleet, "check", **terminal) == f"{CHECKED}\n4 errors\n"
    assert run(fleet, "plan", **terminal) == CHECKED
    assert "    5 |   app: { settings" in run(fleet, "check", **{**terminal, "COLUMNS": "140"})


def test_a_pipe_gets_a_finding_in_a_line(fleet: Path) -> None:
    for text in (run(fleet, "check"), run(fleet, "plan")):
        assert " | " not in text
        assert text.count("clients/acme.yaml:") == 4


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (1, "colour: …"),  # of a key alone; of the value see below
        (2, "salt: …"),  # a sensitive variable takes it
        (3, "api_token: …"),
        (7, "    password: ${cell.salt}"),
        (9, "      inner_password:"),
        (10, None),
        (11, "      size: 7"),
        (99, None),
    ],
)
def test_what_a_loaded_cell_s_secrets_are_is_known(fleet: Path, line: int, shown: str | None) -> None:
    session = open_session(fleet)
    session.snapshot()
    assert Excerpts(session).line(Position("clients/acme.yaml", line)) == shown


def test_of_a_cell_that_was_not_loaded_no_text_of_its_own_keys_is_shown(fleet: Path) -> None:
    excerpts = Excerpts(open_session(fleet))
    shown = [excerpts.line(Position("clients/acme.yaml", line)) for line in (1, 2, 3, 5, 10)]
    assert shown[:3] == ["colour: …", "salt: …", "api_token: …"]
    assert SECRET not in str(shown)


def test_the_default_of_a_sensitive_variable_is_left_out(fleet: Path) -> None:
    code = fleet / "stack" / "main.tf"
    code.write_text(code.read_text().replace('default   = ""', f'default   = "{SECRET}"'))
    session = open_session(fleet)
    session.snapshot()
    lines = [Excerpts(session).line(Position("stack/main.tf", line)) for line in range(1, 12)]
    assert SECRET not in str(lines)
    assert 'variable "size" { default = 1 }' in lines


@pytest.mark.parametrize("file", ["clients/none.yaml", "../outside.yaml", "/etc/passwd", "clients"])
def test_a_file_that_can_t_be_read_has_no_excerpt(fleet: Path, file: str) -> None:
    (fleet.parent / "outside.yaml").write_text("a: 1\n")
    assert Excerpts(open_session(fleet)).line(Position(file)) is None


@pytest.mark.parametrize("width", [30, 40, 80])
@pytest.mark.parametrize("column", [1, 28, 83, 500])
def test_carets_stay_below_what_they_mark(width: int, column: int) -> None:
    line = "key: " + "some-value " * 20 + "日本語 \t\x1b[31m last"
    place = Position("a.yaml", 7, column)
    found = excerpt(line, place, width, error("wrong"))
    assert len(found) == 2
    code, carets = found
    assert code.cell_len <= width
    assert carets.cell_len <= width
    assert "\x1b" not in code.plain
    marked = [letter for letter, sign in zip(code.plain, carets.plain, strict=False) if sign == "^"]
    if column < 200:
        assert "".join(marked) in {"key", "some-value"}, (code.plain, carets.plain)


def test_a_terminal_that_is_too_narrow_shows_none() -> None:
    assert excerpt("key: value", Position("a.yaml"), 20, error("wrong")) == ()
