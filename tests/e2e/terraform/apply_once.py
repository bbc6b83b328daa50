"""A process of its own that plans and applies one unit: what a crash test kills."""

import os
import sys
from pathlib import Path

from cellwright.terraform.install.binary import find_binary
from unit.terraform.kit import Bench, plain, write_tree


def main(folder: Path, what: str) -> None:
    """Take the unit as far as `what` says: `plan` or `apply`."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    bench = Bench(folder / "fleet", find_binary("terraform", None, environment), environment)
    stack = write_tree(folder / "stack", {"main.tf": (folder / "stack" / "main.tf").read_text()})
    with bench.open(bench.request(stack, plain(held=True))) as unit:
        planned = unit.plan()
        if what == "apply" and planned.saved is not None:
            unit.apply(planned.saved)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
