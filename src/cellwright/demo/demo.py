"""The demo: an emulated AWS and the reference fleet, a part of it or the whole, end to end for real."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.app.session.location import Location
from cellwright.demo import full_story, short_story
from cellwright.demo.binaries import find_or_fetch
from cellwright.demo.steps import DemoPlace, Narrator, Telling
from cellwright.sandbox.process import start_sandbox

_AT_ONCE = 8
"""Units of the whole fleet that run at once: AWS makes them wait far more than this machine does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRequest:
    """How to run the demo."""

    full: bool = False
    """Bring up the whole reference fleet, and take it down again."""
    keep: bool = False
    """Leave the sandbox running until the person interrupts."""
    relay: bool | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)


def demo(request: DemoRequest, narrator: Narrator) -> DemoPlace:
    """Run the demo in a new folder under the system's temporary folder.

    Raises:
        DiagnosticError: anything that it shows did not work; what was started is stopped.
    """
    binary = find_or_fetch(request.environment)
    folder = Path(tempfile.mkdtemp(prefix="cellwright-demo-"))
    fleet = folder / "fleet"
    with start_sandbox(folder) as sandbox:
        reaching = {**sandbox.environment, **_path_to(binary, request.environment)}
        location = Location(
            fleet=fleet, relay=request.relay, environment={**_plain(request.environment), **reaching}
        )
        tell, parallel = (full_story.tell, _AT_ONCE) if request.full else (short_story.tell, None)
        tell(Telling(location, fleet, narrator, parallel))
        if request.keep:
            narrator.place(DemoPlace(fleet, reaching, running=True))
            narrator.wait()
    place = DemoPlace(fleet, {}, running=False)
    if not request.keep:
        narrator.place(place)
    return place


def _plain(environment: Mapping[str, str]) -> dict[str, str]:
    """The ambient environment without anybody's cloud account: the demo must not find one."""
    return {key: value for key, value in environment.items() if not key.startswith(("AWS_", "TF_"))}


def _path_to(binary: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Put a fetched Terraform on the PATH."""
    if shutil.which(binary.name, path=environment.get("PATH")):
        return {}
    return {"PATH": os.pathsep.join((str(binary.parent), environment.get("PATH", os.defpath)))}
