"""The demo: an emulated AWS and the reference fleet, a part of it or the whole, end to end for real."""

import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.app.session.location import Location
from cellwright.demo import full, short
from cellwright.demo.console import serve_until_interrupted
from cellwright.demo.mirror import mirror_for
from cellwright.demo.steps import DemoPlace, DemoProgram, DemoSteps, DemoView
from cellwright.demo.terraform import find_or_fetch, fleet_settings, settings_for
from cellwright.model.binary import PRODUCTS
from cellwright.sandbox.process import start_sandbox

_AT_ONCE = 8
"""Units of the whole fleet that run at once: they wait for AWS far more than they use this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRequest:
    """How to run the demo."""

    full: bool = False
    """Apply the whole reference fleet, and destroy it again."""
    once: bool = False
    """End after the last step; else the sandbox and the console run until the person interrupts."""
    relay: bool | None = None
    binary: str | None = None
    """What runs it: a product (`terraform`, `tofu`), a name on the PATH or an absolute path."""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)


def demo(request: DemoRequest, view: DemoView) -> DemoPlace:
    """Run the demo in a new folder under the system's temporary folder.

    Raises:
        DiagnosticError: a step did not work; what was started is stopped.
    """
    # Before anything is started: without it the demo can't run. The fleet finds the same one.
    given = _without_accounts(request.environment)
    wanted = settings_for(request.binary)
    product = find_or_fetch(given, view.note, wanted).product
    folder = Path(tempfile.mkdtemp(prefix="cellwright-demo-"))
    mirror = mirror_for(product, given, folder / "mirror", view.note)
    program = DemoProgram(PRODUCTS[product], fleet_settings(wanted, mirror))
    fleet = folder / "fleet"
    with start_sandbox(folder, request.environment) as sandbox:
        environment = {**given, **sandbox.environment}
        location = Location(fleet=fleet, relay=request.relay, environment=environment)
        with closing(DemoSteps(location, view, program, _AT_ONCE if request.full else None)) as steps:
            (full if request.full else short).run(steps)
        if not request.once:
            serve_until_interrupted(location, view, sandbox.environment)
    place = DemoPlace(fleet, {}, running=False)
    if request.once:
        view.show_place(place)
    return place


def _without_accounts(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out whatever names a cloud account: the demo must not find one."""
    return {key: value for key, value in environment.items() if not key.startswith(("AWS_", "TF_"))}
