"""The tutorial, command by command, as somebody types it."""

from pathlib import Path

import pytest

from e2e.docs.pages import ROOT, carry_out
from e2e.kit.program import processes_about


@pytest.mark.aws
@pytest.mark.long
@pytest.mark.timeout(2700)
def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()

    assert carry_out(ROOT / "docs" / "tutorial.md", folder) > 25

    left = processes_about(tmp_path)
    told = [" ".join(process.cmdline()) for process in left]
    for process in left:
        process.kill()
    # The relay waits for a while for the next command; the sandbox is gone.
    assert all("cellwright.relay" in line for line in told), told
