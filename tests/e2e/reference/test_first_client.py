"""What the README tells a newcomer to type works, word for word."""

import os
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from e2e.kit.program import PERSON, processes_about
from patience import PATIENCE

BASH = "/bin/bash"
"""Takes from a pipe no more than the command that it runs: the shell in the sandbox gets the rest."""
README = Path(__file__).parents[3] / "README.md"


def first_client() -> list[str]:
    """The commands of the README's section, without the one that installs."""
    section = README.read_text().partition("## A first client\n")[2]
    found = re.search(r"^```\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert found is not None
    install, *rest = found[1].splitlines()
    assert install.startswith("make install")
    return rest


def test_the_readme_has_the_commands() -> None:
    commands = first_client()
    assert commands[0].startswith("cellwright init medloop && cd medloop")
    assert any(line.startswith("cellwright sandbox -- $SHELL") for line in commands)


@pytest.mark.aws
@pytest.mark.long
def test_a_first_client_comes_up_as_the_readme_says(tmp_path: Path) -> None:
    """A shell reads them one after the other, as somebody types them; the sandbox's shell reads on."""
    home = tmp_path / "home"
    home.mkdir()
    scripts = sysconfig.get_path("scripts")
    environment = {
        "PATH": f"{scripts}:{os.environ['PATH']}",
        "HOME": str(home),
        "SHELL": BASH,
        "LANG": "C.UTF-8",
        **PERSON,
    }
    done = subprocess.run(
        [BASH],
        input="\n".join([*first_client(), "cat clients/acme/client.yaml", ""]),
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=10 * PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 up to date" in done.stdout
    shown = re.search(r"^```yaml\n(.*?)^```$", README.read_text(), re.DOTALL | re.MULTILINE)
    assert shown is not None
    assert shown[1] in done.stdout, "clients/acme/client.yaml is what the README shows"
    left = processes_about(tmp_path)
    told = [" ".join(process.cmdline()) for process in left]
    for process in left:
        process.kill()
    # The relay waits for a while for the next command; the sandbox is gone.
    assert all("cellwright.relay" in line for line in told), told
