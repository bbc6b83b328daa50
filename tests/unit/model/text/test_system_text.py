"""What the operating system takes as a path, an argument or a variable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cellwright.model.text.system_text import (
    LONGEST_NAME,
    LONGEST_VARIABLE,
    argument_fault,
    path_fault,
    variable_fault,
)


@pytest.mark.parametrize("text", ["a\0b", "x" * (LONGEST_NAME + 1), "é" * 128, "a/" * 2_048])
def test_what_can_not_be_opened_is_told(tmp_path: Path, text: str) -> None:
    assert path_fault(text)
    with pytest.raises((ValueError, OSError)):
        os.open(f"{tmp_path}/{text}", os.O_CREAT | os.O_WRONLY)


@pytest.mark.parametrize("text", ["", "é" * 127, "x" * LONGEST_NAME, "https://host/" + "t" * 300])
def test_what_can_be_used_is_not(text: str) -> None:
    assert path_fault(text) is None
    assert argument_fault(text) is None


def test_the_longest_variable() -> None:
    longest = "x" * (LONGEST_VARIABLE - len("NAME="))
    assert variable_fault("NAME", longest) is None
    subprocess.run([sys.executable, "-c", ""], env={**os.environ, "NAME": longest}, check=True)
    assert variable_fault("NAME", longest + "x")
    with pytest.raises(OSError, match="too long"):
        subprocess.run([sys.executable, "-c", ""], env={**os.environ, "NAME": longest + "x"}, check=True)
    assert variable_fault("NAME", "a\0b")
