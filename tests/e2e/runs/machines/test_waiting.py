"""What takes long is told where there is no terminal, and how long it took in the end."""

import re
import sys
from pathlib import Path

from e2e.conftest import Start
from e2e.kit.fleet import make_fleet

_IMPATIENT = """
import sys
from cellwright.cli.interaction import conversation
from cellwright.cli.progress import long_steps
long_steps.QUIET_SECONDS = conversation._TICK = 0.2
from cellwright.cli.main import main
sys.exit(main(sys.argv[2:]))
"""
"""Starts the command line with half a minute made short."""


def test_an_apply_that_takes_long_is_told_until_it_is_done(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, {"app": {}}, {"acme": {}})
    impatient = (sys.executable, "-c", _IMPATIENT)
    with fleet.desk.holding(), program(fleet).started("apply", "--yes", before=impatient) as running:
        line = running.hears("; last said: terraform_data.this: ")
        fleet.desk.release()
        answer = running.finish().expect(0)

    assert re.match(r"client/acme/app: still applying after \d+(\.\d)?s; last said: ", line)
    took = re.search(r"1 unit applied in (\S+)", answer.out)
    assert took is not None
    assert took[1] != "0.0s"
