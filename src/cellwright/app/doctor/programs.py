"""The programs that run stacks, and where their providers come from."""

from collections.abc import Iterator
from pathlib import Path

from cellwright.app.doctor.report import Line, broken, doubtful, well
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot
from cellwright.model.binary import BinarySettings
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.cli_config import VARIABLE


def look_at_programs(session: FleetSession, snapshot: Snapshot) -> Iterator[Line]:
    """Yield each program that the fleet's cells choose, whether it is here, and its providers' source.

    Nothing is fetched.
    """
    fleet = snapshot.fleet
    wanted = {cell.binary: None for cell in fleet.cells.values()} or {fleet.terraform.binary: None}
    for binary in wanted:
        try:
            yield from _program(session, snapshot, binary)
        except DiagnosticError as fault:
            for item in fault.diagnostics:
                yield broken("program", item.summary, item.detail)


def _program(session: FleetSession, snapshot: Snapshot, binary: BinarySettings) -> Iterator[Line]:
    settings = snapshot.fleet.terraform
    version = session.toolchains.version(settings, binary)
    if not version.version:
        if settings.fetch:
            advice = "let the first plan fetch it, or install it (docs/installation.md)"
            yield doubtful("program", f"{version} is not on this machine", advice)
        else:
            advice = "install it, or allow it to be fetched: terraform: {fetch: true} in fleet.yaml"
            yield broken("program", f"{version} is not on this machine", advice)
        return
    found = session.toolchains.find(settings, binary)
    yield well("program", f"{version} ({found.binary.path})")
    for mirror in found.mirrors:
        yield well("providers", f"{len(mirror.sources)} from the mirror {mirror.folder}")
    if not found.mirrors:
        yield well("providers", "from their registry, as the program's own configuration says")
    named = session.environment.get(VARIABLE)
    if named and not Path(named).is_file():
        yield doubtful(
            "providers", f"{VARIABLE} names {named}, which is no file", f"correct it, or unset {VARIABLE}"
        )
