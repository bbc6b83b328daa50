"""Measures Cellwright beside Terragrunt, Atmos and Terramate: the same fleets, the same work, one run.

    python benchmarks/peers/compare.py [--repeat 3] [--once-above 12] [--minutes 10] [--kinds plain aws]
        [--products terraform tofu] [--folder FOLDER] [--quick | --write docs/performance.md]

Programs are found on the PATH, or where PEER_TERRAGRUNT, PEER_ATMOS, PEER_TERRAMATE, PEER_TERRAFORM and
PEER_TOFU say; one that is not there is named and left out, and nothing is downloaded. Each program gets the
fleet in its own layout and a new folder for each sample, brings up all units, and plans all of them; they
take turns, and all run two units at once. What took longer than --once-above seconds is measured
once, and no further round begins after --minutes. --quick takes two clients a fleet and one round: it
shows in a few minutes that every program still does its work; its figures say nothing.

CPU seconds are those of a command and of all that it started, Terraform, OpenTofu, providers and Cellwright's
relay included; not those of the emulated AWS, which is emptied before each sample.
"""

import argparse
import os
import shutil
import sys
import tempfile
import textwrap
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench import Bench, Place
from changes import measure_changes, measure_own, measure_same
from fleets import AWS, FEW, MEASURED, PLAIN
from marked import write_section
from programs import TITLES, VARIABLES, cellwright, find, tools, version_of
from results import WITHOUT_RELAY, Results
from timing import user
from tool import Tool
from wanted import wanted_table

from cellwright.model.binary import Product
from cellwright.sandbox.process import start_sandbox
from cellwright.terraform.install.linked_mirror import lay_links
from cellwright.terraform.install.mirror import VARIABLE as MIRROR
from cellwright.terraform.install.mirror import find_mirrors

_WIDTH = 130

KINDS = {"plain": PLAIN, "aws": AWS}
PRODUCTS: tuple[Product, ...] = ("terraform", "tofu")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is measured, and how often."""

    tools: Sequence[Tool]
    kinds: Sequence[str]
    binaries: Mapping[Product, Path]
    repeat: int
    once_above: float
    minutes: float

    def of_kind(self, kind: str) -> Sequence[Tool]:
        """Whoever takes part; with a provider also Cellwright as on systems without a relay."""
        return (*self.tools, cellwright(WITHOUT_RELAY, "--no-relay")) if kind == AWS else self.tools


def main() -> None:
    """Measure all that is here, and print the table."""
    options = _options()
    began, folder = time.monotonic(), (options.folder or Path(tempfile.mkdtemp())).absolute()
    kinds = [KINDS[kind] for kind in options.kinds]
    repeat = 1 if options.quick else options.repeat
    found = Wanted(
        tools(_say), kinds, _binaries(options.products), repeat, options.once_above, options.minutes
    )
    mirror = folder / "mirror"
    for product in PRODUCTS:
        lay_links(find_mirrors(None, os.environ, folder), product, mirror)
    runtime = Path(tempfile.mkdtemp(prefix="cwp"))
    places = {MIRROR: str(mirror), "TF_CLI_CONFIG_FILE": str(_cli_config(folder, mirror))}
    with (
        start_sandbox(folder / "sandbox", os.environ) as sandbox,
        user(folder / "user", runtime, places) as meter,
    ):
        bench = Bench(folder, meter, sandbox, Results(), _say, FEW if options.quick else MEASURED)
        _measure(bench, found)
    tables = f"{wanted_table(bench.results)}\n\n{bench.results.table()}"
    text = f"{_heading(found, time.monotonic() - began)}\n\n{tables}"
    _say(f"\n{text}")
    if options.write is not None:
        write_section(options.write, "peers", text, "peers/compare")
    if options.folder is None:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(bench: Bench, wanted: Wanted) -> None:
    began = time.monotonic()
    for number in range(wanted.repeat):
        if number and time.monotonic() - began > wanted.minutes * 60:
            return
        for kind in wanted.kinds:
            for product, binary in wanted.binaries.items():
                asked = [
                    tool
                    for tool in wanted.of_kind(kind)
                    if not bench.enough(tool, kind, product, wanted.once_above)
                ]
                places = [bench.sample(tool, kind, product, binary) for tool in asked]
                done = [place for place in places if place is not None]
                first = number == 0 and product == next(iter(wanted.binaries))
                if kind == PLAIN and first:
                    _measure_looks(bench, done, wanted)
                for place in done:
                    shutil.rmtree(place.fleet.folder.parent)


def _measure_looks(bench: Bench, places: Sequence[Place], wanted: Wanted) -> None:
    ours = places[0] if places and places[0].tool is wanted.tools[0] else None
    if ours is not None:
        measure_same(bench, ours, wanted.repeat)
    measure_changes(bench, places, wanted.repeat)
    if ours is not None:
        measure_own(bench, ours, wanted.repeat)


def _binaries(products: Sequence[Product]) -> Mapping[Product, Path]:
    found = {}
    for product in products:
        if (program := find(product)) is None:
            _say(f"{product} is not here (neither on the PATH nor in {VARIABLES[product]}): not measured")
        else:
            found[product] = program
    if not found:
        raise SystemExit("neither Terraform nor OpenTofu is here")
    return found


def _cli_config(folder: Path, mirror: Path) -> Path:
    """Where all programs have their providers from."""
    path = folder / "cli.tfrc"
    path.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n')
    return path


def _heading(wanted: Wanted, seconds: float) -> str:
    versions = [f"{tool.name} {tool.version}" for tool in wanted.tools]
    versions += [f"{TITLES[product]} {version_of(path)}" for product, path in wanted.binaries.items()]
    day = datetime.now(UTC).date().isoformat()
    told = (
        f"{', '.join(versions)}. One run of {seconds / 60:.0f} minutes on {os.cpu_count()} cores, {day}; "
        "medians. The first table divides Cellwright's figures by the lowest of the others."
    )
    return textwrap.fill(told, _WIDTH)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--once-above", type=float, default=12.0)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--kinds", nargs="+", choices=tuple(KINDS), default=tuple(KINDS))
    parser.add_argument("--products", nargs="+", choices=PRODUCTS, default=PRODUCTS)
    parser.add_argument("--folder", type=Path)
    purpose = parser.add_mutually_exclusive_group()
    purpose.add_argument("--write", type=Path, help="the document whose section about the peers is rewritten")
    purpose.add_argument("--quick", action="store_true", help="two clients a fleet, one round")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
