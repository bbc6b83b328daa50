"""Onboard: a client's settings are written, committed and applied, with one command."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from cellwright.app.clients.allocation import Given, give_blocks
from cellwright.app.clients.client import Message, client_level, commit, is_recorded, record_onboarded
from cellwright.app.clients.life import finish_provisioning, provisioning, settle
from cellwright.app.clients.onboarding.rule_text import with_rule
from cellwright.app.clients.onboarding.taking_back import Made, refusal, undo
from cellwright.app.clients.passing_on import head_of
from cellwright.app.clients.typed_secrets import refuse_typed_secrets
from cellwright.app.clients.unfinished import (
    own_files,
    own_settings,
    refuse_dirty,
    says_already,
    was_never_committed,
)
from cellwright.app.runs.choosing import Selection, choose_units
from cellwright.app.runs.moving.performing import perform_with_moves
from cellwright.app.runs.placement.placing import Wanted, claim_place, may_be_placed, placed_text
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.running import start
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.names.roles import RolesByName, shown
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.files.atomic import save_text
from cellwright.fleet.archive import newest_archive
from cellwright.fleet.edit import cell_text, refuse_place, write_cell
from cellwright.fleet.fleet import Level
from cellwright.fleet.yaml.editor import with_key
from cellwright.fleet.yaml.writer import block_style
from cellwright.ipam.claims import BlockClaim
from cellwright.ipam.holdings import KEY
from cellwright.ledger.read.names import Names
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.names import name_fault
from cellwright.model.runs.run import RunKind
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardRequest:
    """A new client: its name and what differs from the defaults."""

    name: str
    level: str | None = None
    """None takes the fleet's last level that has a placement, or its last."""
    settings: Mapping[str, Json] = field(default_factory=dict)
    text: str | None = None
    """How the settings are written, if not as `cell_text` would; must read as they do."""
    rule: Mapping[str, Sequence[str]] | None = None
    """The labels of which its place must have one value each; None leaves it to the settings and layers."""
    parallel: int | None = None
    reason: str = ""
    hooks: bool = False
    """Run the repository's hooks when its file is committed: on a person's own machine only."""
    again: bool = False
    """A client of that name has left, and this one may have its name."""


def onboard(session: FleetSession, actor: Actor, request: OnboardRequest, talk: Conversation) -> RunReport:
    """Write the client's settings, commit them, and apply its units.

    Onboarding a client that is there already goes on where it stopped. A failure leaves the commit and a run
    that `resume` continues. If a person or a policy refuses the plans before anything was made, settings and
    commit are taken back.

    Raises:
        DiagnosticError: the name or the settings can't be used, the work tree is dirty, or a hook refuses the
            commit; nothing is left behind then.
    """
    with session.changing(talk.interrupts):
        before = head_of(session)
        fleet, cell = settle_client(session, actor, request, talk)
        made = Made(cell=cell, before=before, commit=head_of(session))
    choice = choose_units(fleet, Selection([str(cell)]))
    run = start(fleet, actor, RunKind.APPLY, choice, why(request, cell))
    provisioning(fleet.ledger, actor, cell, run.id)
    report = perform_with_moves(
        fleet, actor, RunTask(run=run, choice=choice, parallel=request.parallel), talk
    )
    if made.commit != made.before and (refused := refusal(fleet, run, cell)):
        undo(fleet, actor, made, refused)
        over = f"{cell} was not onboarded, {refused}: its settings and their commit were taken back"
        return replace(report, over=over)
    finish_provisioning(fleet.ledger, actor)
    return report


def why(request: OnboardRequest, cell: CellAddress) -> str:
    """Give the reason of the run that brings a client up."""
    return request.reason or f"onboard {cell}"


def settle_client(
    session: FleetSession, actor: Actor, request: OnboardRequest, talk: Conversation
) -> tuple[OpenFleet, CellAddress]:
    """See that the client's settings are written, committed and on record; no run is started.

    Whoever calls this holds the fleet's lock.

    Raises:
        DiagnosticError: as `onboard`.
    """
    cell = _written(session, actor, request, talk)
    fleet = session.open(writing=True, cancelled=talk.interrupted)
    if cell not in fleet.fleet.cells:
        raise DiagnosticError(error(f"{cell} is not in the fleet", "look at its file and at `cells:`"))
    # Under the lock: an offboarding that comes after it is recorded after it, too.
    if not is_recorded(fleet, cell):
        record_onboarded(fleet, actor, cell, request.reason)
        settle(fleet, actor, cell)
    return fleet, cell


def _written(session: FleetSession, actor: Actor, request: OnboardRequest, talk: Conversation) -> CellAddress:
    """See that the client's settings are there and committed.

    They are written with their addresses at once, so that no command beside this one sees the client without.
    The fleet is loaded when they have been written, and before where addresses are to be given.
    """
    session.forget_cells()  # addresses are given by what the files say under the lock
    level, cell = refuse_name(session, request)
    refuse_leaving(session, cell)
    if _has_file(session.root, level, request.name) and cell in session.snapshot().fleet.cells:
        _go_on(session, actor, cell, request, talk)
        return cell
    if not request.again:
        refuse_former(session, cell)
    refuse_dirty(session.repository())
    refuse_place(session.root, level.cells, request.name)
    fleet = _with_pools(session, talk) or _with_places(session, level, cell, request, talk)
    settled = Settled.of(request)
    if fleet is not None:
        settled = settle_settings(fleet, level, cell, request)
    try:
        path = write_cell(session.root, level.cells, request.name, settled.settings, settled.text)
        try:
            session.forget_cells()
            refuse_typed_secrets(session.snapshot().without_errors(cell), cell, request.settings)
            _commit(session, actor, [path], cell, request)
        except BaseException:
            _undo(path, session.root / level.cells)
            session.forget_cells()
            raise
    except BaseException:
        if fleet is not None:
            settled.withdraw(fleet)
        raise
    return cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A new client's settings with its place and its addresses, and what is claimed for it in the ledger."""

    settings: Mapping[str, Json]
    text: str | None
    """How they are written, if not as `cell_text` would."""
    blocks: frozenset[BlockClaim] = frozenset()
    placed: CellAddress | None = None
    """The client, if its room is claimed."""

    @classmethod
    def of(cls, request: OnboardRequest) -> "Settled":
        """Give the settings as they were asked for."""
        return cls(settings=request.settings, text=request.text)

    def withdraw(self, fleet: OpenFleet) -> None:
        """Take back what was claimed: the client is not brought up."""
        fleet.ledger.blocks.withdraw(self.blocks)
        if self.placed is not None:
            fleet.ledger.placements.withdraw([str(self.placed)])


def settle_settings(fleet: OpenFleet, level: Level, cell: CellAddress, request: OnboardRequest) -> Settled:
    """Decide where a new client is placed and which addresses it has, and claim both.

    What can't be resolved is left as it is: loading the fleet with it tells why.

    Raises:
        DiagnosticError: no place has room for it, or no pool; nothing is claimed then.
    """
    settings, text = request.settings, request.text
    wanted = Wanted(level, cell, asked_text(level, request))
    place = claim_place(fleet.session, fleet.fleet, wanted)
    try:
        if place is not None and level.placement is not None:
            settings = {level.placement: place, **{k: v for k, v in settings.items() if k != level.placement}}
            text = placed_text(wanted, place) if text is not None else None
        full = cell_text(settings) if text is None else text
        new = wanted.resolver(fleet.session).with_text(full) if fleet.fleet.addresses.pools else None
        given = give_blocks(fleet, new.cell, settings) if new is not None else Given(settings)
    except BaseException:
        if place is not None:
            fleet.ledger.placements.withdraw([str(cell)])
        raise
    if text is not None:
        text = text_with_blocks(text, settings, given, cell.cell)
    return Settled(
        settings=given.settings, text=text, blocks=given.claims, placed=cell if place is not None else None
    )


def asked_text(level: Level, request: OnboardRequest) -> str:
    """Give the text of a new client's settings as it was asked for, its rule of placement included.

    Raises:
        DiagnosticError: it says twice where it is placed.
    """
    text = cell_text(request.settings) if request.text is None else request.text
    return with_rule(text, level.placement, request.rule)


def text_with_blocks(text: str, settings: Mapping[str, Json], given: Given, name: str) -> str:
    """Add the blocks that a client was given to the text of its settings.

    Raises:
        DiagnosticError: the text is written in a form that can't be edited.
    """
    named, blocks = settings.get(KEY, {}), given.settings.get(KEY, {})
    for pool, block in blocks.items() if isinstance(blocks, Mapping) else ():
        if not isinstance(named, Mapping) or pool not in named:
            text = with_key(text, f"{KEY}.{pool}", block, name)
    return text


def refuse_name(session: FleetSession, request: OnboardRequest) -> tuple[Level, CellAddress]:
    """Give the level and the address of a new client, if it can have that name.

    Raises:
        DiagnosticError: it can't, or there is no such level.
    """
    # Read from fleet.yaml alone; where that can't be read, a load says everything that is wrong.
    levels = session.levels() or session.snapshot().without_errors().fleet.levels
    level = client_level(levels, request.level)
    if fault := name_fault(request.name):
        raise DiagnosticError(error(f"'{request.name}' can't be a client's name: {fault}", "choose another"))
    return level, CellAddress(level.name, request.name)


def refuse_leaving(session: FleetSession, cell: CellAddress) -> None:
    """Refuse to bring up a client that is being offboarded.

    Raises:
        DiagnosticError: it is.
    """
    leaving = session.ledger().offboardings.open_of(cell)
    if leaving is None:
        return
    if leaving.phase.may_be_cancelled:
        advice = f"if it is to stay: cellwright offboard {cell.cell} --cancel"
    else:
        advice = f"let that end: cellwright offboard {cell.cell}"
    raise DiagnosticError(error(f"{cell} is being offboarded ({leaving.phase.value})", advice))


def refuse_former(session: FleetSession, cell: CellAddress) -> None:
    """Give a name that a client had before only to whoever says so: who saw that one would see this one, too.

    Raises:
        DiagnosticError: a client of that name has left; or another one had it, and roles still name it.
    """
    place, ledger = newest_archive(session.root, cell.cell), session.ledger()
    known = place or Names(ledger.database).ends(cell)
    roles = RolesByName(ledger.people, session.now()).naming(cell) if known else ()
    again = f"if this one is to have it: cellwright onboard {cell.cell} --again"
    told = f"; roles hold for the next client of that name: {shown(roles)}" if roles else ""
    if place:
        left = f"a client '{cell.cell}' has left this fleet: its files lie in {place}{told}"
        raise DiagnosticError(error(left, f"choose another name; {again}"))
    if roles:
        had = f"another client was called '{cell.cell}' before{told}"
        raise DiagnosticError(error(had, f"take these roles away, or choose another name; {again}"))


def _with_pools(session: FleetSession, talk: Conversation) -> OpenFleet | None:
    """Open the fleet if it has addresses to give."""
    if not session.addresses().pools:
        return None
    return session.open(writing=True, cancelled=talk.interrupted)


def _with_places(
    session: FleetSession, level: Level, cell: CellAddress, request: OnboardRequest, talk: Conversation
) -> OpenFleet | None:
    """Open the fleet if the client's place has to have room, or is chosen by a rule."""
    if level.placement is None or not may_be_placed(session, Wanted(level, cell, asked_text(level, request))):
        return None
    return session.open(writing=True, cancelled=talk.interrupted)


def _has_file(root: Path, level: Level, name: str) -> bool:
    place = root / level.cells / name
    return place.exists() or place.with_name(f"{name}.yaml").exists()


def _go_on(
    session: FleetSession, actor: Actor, cell: CellAddress, request: OnboardRequest, talk: Conversation
) -> None:
    """Take up a client that is there already; commit what a killed onboarding has only written."""
    place = session.snapshot().fleet.cells[cell].path
    own = own_settings(session.root, place)
    if not says_already(own, request.settings):
        raise _other_settings(cell)
    if was_never_committed(session.repository(), session.root, place):
        refuse_dirty(session.repository(), (session.root / place,))
        files = own_files(session.root, place)
        fleet = _with_pools(session, talk) if len(files) == 1 else None
        if fleet is not None:
            given = give_blocks(fleet, fleet.fleet.cells[cell], cast("Mapping[str, Json]", own))
            if given.settings != own:
                save_text(files[0], block_style(given.settings))
                session.forget_cells()
        session.snapshot().without_errors(cell)
        _commit(session, actor, files, cell, request)


def _commit(
    session: FleetSession,
    actor: Actor,
    files: Sequence[Path],
    cell: CellAddress,
    request: OnboardRequest,
) -> None:
    before = [file.read_bytes() for file in files]
    commit(session, actor, files, Message(f"Onboard {cell}", request.reason), hooks=request.hooks)
    if before != [file.read_bytes() for file in files]:
        session.forget_cells()  # a hook has changed one


def _undo(path: Path, cells: Path) -> None:
    path.unlink(missing_ok=True)
    if path.parent != cells:
        shutil.rmtree(path.parent, ignore_errors=True)


def _other_settings(cell: CellAddress) -> DiagnosticError:
    return DiagnosticError(
        error(
            f"{cell} is onboarded already, with other settings, and they are not written again",
            "edit its file and run `cellwright apply`, or onboard without --set to go on",
        )
    )
