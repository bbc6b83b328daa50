"""The programs that run stacks, and where their providers come from."""

from collections.abc import Iterator
from pathlib import Path

from cellwright.app.doctor.report import Line, broken, doubtful, well
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot
from cellwright.model.binary import PRODUCTS, BinarySettings, BinaryVersion, Product
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.cli_config import VARIABLE
from cellwright.terraform.install.fetch.policy import FetchSettings, fetch_policy
from cellwright.terraform.install.mirror import HOSTS, Mirror


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
        what = f"{_named(version, binary)} is not on this machine"
        forbidden = fetch_policy(FetchSettings(allowed=settings.fetch), session.environment).forbidden_by
        if forbidden is None:
            advice = "let the first plan fetch it, or install it (docs/installation.md)"
            yield doubtful("program", what, advice)
        else:
            advice = f"install it, or allow it to be fetched, which {forbidden} forbids"
            yield broken("program", what, advice)
        return
    found = session.toolchains.find(settings, binary)
    yield well("program", f"{version} ({found.binary.path})")
    for mirror in found.mirrors:
        yield from _mirror(mirror, found.binary.product)
    if not found.mirrors:
        yield well("providers", "from their registry, as the program's own configuration says")
    named = session.environment.get(VARIABLE)
    if named and not Path(named).is_file():
        yield doubtful(
            "providers", f"{VARIABLE} names {named}, which is no file", f"correct it, or unset {VARIABLE}"
        )


def _named(version: BinaryVersion, binary: BinarySettings) -> str:
    """Name a program that is missing by all that is known of it."""
    name = PRODUCTS[version.product] if version.product else binary.program
    return f"{name} {binary.version}" if binary.version else name


def _mirror(mirror: Mirror, product: Product) -> Iterator[Line]:
    """Count a mirror's providers; those under the other product's registry alone are none for this one."""
    host = HOSTS[product]
    here = {source.partition("/")[2] for source in mirror.sources if source.startswith(f"{host}/")}
    yield well("providers", f"{len(mirror.sources)} from the mirror {mirror.folder}")
    for other in sorted(set(HOSTS.values()) - {host}):
        held = [source.partition("/")[2] for source in mirror.sources if source.startswith(f"{other}/")]
        missing = [name for name in held if name not in here]
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            yield doubtful(
                "providers",
                f"{mirror.folder} has {missing[0]}{more} under {other} only",
                f"{PRODUCTS[product]} looks under {host} for a source without a host: copy what its stacks "
                f"use to {mirror.folder / host}",
            )
