"""Carries out the commands of a page of the documentation, one after the other, in one shell."""

import os
import re
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from e2e.kit.program import PERSON
from patience import PATIENCE

ROOT = Path(__file__).parents[3]
BASH = "/bin/bash"
"""Takes from a pipe no more than the command that it runs: a shell inside of it gets the rest."""
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_ENDED = re.compile(r"^@@(\d+) (\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Shown:
    """A command, and what the page shows of its output."""

    command: str
    lines: tuple[str, ...]


def shown_commands(page: Path, section: str = "") -> Iterator[Shown]:
    """Give the commands of a page's `console` blocks, in their order; `> ` begins a line that goes on."""
    text = page.read_text()
    for block in _BLOCK.findall(text[text.index(section) :]):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            count = next(
                (at for at, line in enumerate(lines[1:], 1) if not line.startswith("> ")), len(lines)
            )
            command = "\n".join([lines[0], *(line.removeprefix("> ") for line in lines[1:count])])
            yield Shown(command, tuple(line.strip() for line in lines[count:] if line.strip()))


def carry_out(page: Path, folder: Path, **environment: str) -> int:
    """Run a page's commands in a folder, and count them; each has to succeed and to say what is shown."""
    commands = list(shown_commands(page))
    script = "".join(
        f'{shown.command}\nstatus=$?; printf "\\n@@{number} $status\\n"\n'
        for number, shown in enumerate(commands)
    )
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [BASH],
        input=script,
        cwd=folder,
        env={
            "PATH": f"{sysconfig.get_path('scripts')}:{os.environ['PATH']}",
            "HOME": str(home),
            "SHELL": BASH,
            "LANG": "C.UTF-8",
            "COLUMNS": "120",
            **PERSON,
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=10 * PATIENCE,
        check=False,
    )
    outputs = _outputs(done.stdout)
    for number, shown in enumerate(commands):
        assert number in outputs, f"`{shown.command}` did not end:\n{done.stdout}"
        status, output = outputs[number]
        assert status == 0, f"`{shown.command}` ended with {status}:\n{output}"
        _compare(shown, output)
    return len(commands)


def _outputs(text: str) -> Mapping[int, tuple[int, str]]:
    found: dict[int, tuple[int, str]] = {}
    begin = 0
    for end in _ENDED.finditer(text):
        found[int(end[1])] = (int(end[2]), text[begin : end.start()])
        begin = end.end()
    return found


def _compare(shown: Shown, output: str) -> None:
    """Find what the page shows in the output, in its order; `...` stands for whatever else there is."""
    at = 0
    told = _words(output)
    for line in shown.lines:
        for piece in (_words(part) for part in line.split("...")):
            found = told.find(piece, at)
            assert found >= 0, f"`{shown.command}` does not say `{piece}`:\n{output}"
            at = found + len(piece)


def _words(text: str) -> str:
    """A text without what differs from one time to the next: widths of columns, durations."""
    return " ".join(re.sub(r"\b\d+m?\d*s\b", "1s", text).split())
