import io
from typing import TextIO

import pytest
from rich.text import Text

from cellwright.cli.screen.layout import Columns, Flowing, Hanging
from cellwright.cli.screen.screen import UNWRAPPED, Screen, standard_error, standard_output
from cellwright.cli.screen.streams import LenientStream, PlainSymbols
from cellwright.cli.views.look import status as view
from cellwright.model.text.visible import visible
from golden.cli import samples


def stream(encoding: str = "utf-8") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="", write_through=True)


def written(found: TextIO) -> str:
    assert isinstance(found, io.TextIOWrapper)
    raw = found.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode(found.encoding)


class Terminal(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="", write_through=True)

    def isatty(self) -> bool:
        return True


class Broken(io.TextIOWrapper):
    def __init__(self, fault: Exception) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")
        self._fault = fault

    def write(self, _text: str) -> int:
        raise self._fault


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\x1b", "\u00a0", "\U000e0041"])
@pytest.mark.parametrize("width", [9, 80, UNWRAPPED])
def test_what_can_t_be_seen_is_shown_as_an_escape_in_every_layout(hidden: str, width: int) -> None:
    given = f"a{hidden}b"
    views = (
        Text(given, style="bold"),
        Hanging(Text("- "), Text(given)),
        Flowing(Text(given)),
        Columns([(Text(given), Text(given))]),
        given,
    )
    for item in views:
        found = stream()
        Screen(found, width=width).show(item)
        text = written(found).replace("\n", "").replace(" ", "")
        assert hidden not in text
        assert visible(given) in text, item


def test_a_line_break_in_a_cell_makes_no_row() -> None:
    found = stream()
    Screen(found, width=80).show(Columns([(Text("1"), Text("ada\n2  eve"), Text("why\n3  eve"))]))
    assert written(found).splitlines() == ["1  ada\\u000a2  eve  why\\u000a3  eve"]


@pytest.mark.parametrize("control", ["\x1b[2J", "\x9b31m", "\x07", "\x08\x08", "\r", "\x00", "\x7f"])
def test_control_characters_are_replaced(control: str) -> None:
    found = stream()
    Screen(found, width=80).print(Text(f"a{control}b"))
    text = written(found)
    assert all(char.isprintable() or char == "\n" for char in text)
    assert text.startswith("a")


def test_a_terminal_gets_the_escape_sequences_of_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    found = Terminal()
    Screen(found, width=80).print(Text("bold", style="bold"))
    assert written(found) == "\x1b[1mbold\x1b[0m\n"


def test_square_brackets_are_not_markup() -> None:
    found = stream()
    Screen(found, width=80).print("aws_subnet.private[0] [bold]x[/bold] :smile:")
    assert written(found) == "aws_subnet.private[0] [bold]x[/bold] :smile:\n"


def test_a_stream_that_can_t_encode_symbols_gets_plain_ones() -> None:
    found = stream("ascii")
    Screen(found, width=80).print(view.status(samples.STATUS), Text("naïve — 日本"))
    text = written(found)
    assert "  v network" in text
    assert "  x foundation" in text
    assert "na?ve ? ??" in text


def test_plain_symbols_keep_columns_aligned() -> None:
    found = stream("ascii")
    line = "✓✗○●⊘▸…━─│├└·⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
    PlainSymbols(found).write(line)
    assert len(written(found)) == len(line)


@pytest.mark.parametrize("fault", [BrokenPipeError(), OSError(5, "gone"), ValueError("closed file")])
def test_a_lenient_stream_ignores_that_it_is_closed(fault: Exception) -> None:
    lenient = LenientStream(Broken(fault))
    assert lenient.write("text") == len("text")
    lenient.flush()


def test_a_broken_pipe_of_results_is_raised() -> None:
    with pytest.raises(BrokenPipeError):
        Screen(Broken(BrokenPipeError()), width=80).print("text")


def test_a_pipe_has_no_width(capsys: pytest.CaptureFixture[str]) -> None:
    long = "word " * 200
    standard_output({}).print(Text(long))
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert standard_output({}).width == UNWRAPPED


def test_a_chosen_width_holds_for_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert standard_output({"COLUMNS": "60"}).width == 60
    assert standard_error({"COLUMNS": "60"}).width == 60


def test_a_pipe_gets_no_colours(capsys: pytest.CaptureFixture[str]) -> None:
    standard_output({}).print(view.status(samples.STATUS))
    assert "\x1b" not in capsys.readouterr().out


def test_a_line_that_may_not_be_wrapped_is_not_cut_either() -> None:
    found = stream()
    Screen(found, width=20).show(Text("x" * 100, no_wrap=True, overflow="ignore"))
    assert written(found) == "x" * 100 + "\n"


def test_a_cell_stands_below_its_row_where_a_break_would_cut_a_word() -> None:
    found = io.StringIO()
    rows = [(Text("state"), Text("local (/a/long/path/to/a/file)")), (Text("lock"), Text("free"))]
    Screen(found, width=33).show(Columns(rows))
    assert found.getvalue() == "state  local\n       (/a/long/path/to/a/file)\nlock   free\n"
    found = io.StringIO()
    Screen(found, width=28).show(Columns(rows))
    assert found.getvalue() == "state\n    local\n    (/a/long/path/to/a/file)\nlock   free\n"


def test_a_mark_and_a_name_that_is_too_wide_stay_on_one_line() -> None:
    found = io.StringIO()
    Screen(found, width=20).show(Columns([(Text("+ client/acme/a-name-that-is-long"), Text("s3"))]))
    assert found.getvalue() == "+ client/acme/a-name\n  -that-is-long\n    s3\n"
