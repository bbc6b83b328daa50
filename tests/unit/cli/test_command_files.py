"""The list of commands, read from the files in `cellwright/cli/commands`."""

from pathlib import Path

import pytest

from cellwright.cli.command_files import CommandFile, command_files


def command_file(folder: Path, text: str) -> Path:
    path = folder / "look_back" / "greet.py"
    path.parent.mkdir()
    path.write_text(text)
    return path


def test_summary_panel_and_place_are_read_from_the_docstring(tmp_path: Path) -> None:
    command_file(tmp_path, '"""Say hello.\n\nPanel: Look back 350\n"""\n\nthis is no Python\n')
    assert command_files([str(tmp_path)]) == (CommandFile(350, "greet", "Look back", "Say hello."),)


def test_files_that_begin_with_an_underscore_are_no_commands(tmp_path: Path) -> None:
    (tmp_path / "look").mkdir()
    (tmp_path / "look" / "__init__.py").touch()
    assert command_files([str(tmp_path)]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        '"""Say hello."""',
        '"""Say hello.\n\nPanel: Look\n"""',
        'GREETING = """Say hello.\n\nPanel: Look 50\n"""',
        '"""Say hello."""\n\nX = """\nPanel: Look 50\n"""',
    ],
)
def test_a_file_without_a_panel_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="Panel: "):
        CommandFile.read(command_file(tmp_path, text))


def test_no_two_commands_have_the_same_place() -> None:
    places = [file.place for file in command_files()]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("file", command_files(), ids=lambda file: file.name)
def test_every_file_holds_the_command_of_its_name(file: CommandFile) -> None:
    assert file.load().name == file.name


def test_a_file_that_holds_no_command_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellwright.cli.commands.look.graph.graph", "no command")
    with pytest.raises(TypeError, match="has no command called graph"):
        CommandFile(140, "graph", "Look", "").load()
