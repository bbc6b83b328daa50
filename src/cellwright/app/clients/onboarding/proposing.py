"""Onboard and edit by pull request: what would be committed is proposed where the repository is hosted.

Nothing is written here. Addresses that a new client is given are claimed in the ledger, so that nobody else
is given them while the pull request is open.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.app.clients.editing import EditRequest, changed_files, refuse_secrets_in
from cellwright.app.clients.form.existing import CellFiles
from cellwright.app.clients.onboarding.onboard import (
    OnboardRequest,
    refuse_former,
    refuse_leaving,
    refuse_name,
    settle_settings,
)
from cellwright.app.clients.typed_secrets import refuse_typed_secrets
from cellwright.app.session.actor.identity import author_of
from cellwright.app.session.session import FleetSession
from cellwright.fleet.edit import cell_text, new_cell_file, refuse_place
from cellwright.git.hosting.opening import open_host
from cellwright.git.hosting.port import Proposal, Proposed, ProposedFile, RepositoryHost
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import CELL_PROPOSED
from cellwright.model.settings.console_settings import PullRequestSettings
from cellwright.model.value import Json

_SHORT = 8


@dataclass(frozen=True, slots=True)
class _Change:
    """What is proposed of one cell."""

    cell: CellAddress
    verb: str
    texts: Mapping[str, str]
    """By path, relative to the fleet's root."""
    reason: str
    is_new: bool = False


def pull_requests(session: FleetSession) -> PullRequestSettings | None:
    """Tell where changes are to be proposed; None if they are committed as usual.

    Raises:
        DiagnosticError: `console:` of fleet.yaml has a fault.
    """
    return session.console().pull_requests


def propose_onboard(
    session: FleetSession, actor: Actor, request: OnboardRequest, host: RepositoryHost | None = None
) -> Proposed:
    """Propose a new client's settings, with the addresses that it is given; asked again, the same request.

    Raises:
        DiagnosticError: the settings can't be used, the cell is there already, or the host refuses; no
            address stays claimed then.
    """
    with session.changing():
        session.forget_cells()
        level, cell = refuse_name(session, request)
        refuse_leaving(session, cell)
        if not request.again:
            refuse_former(session, cell)
        refuse_place(session.root, level.cells, request.name)
        path = new_cell_file(level.cells, request.name)
        fleet = session.open(writing=True)
        settled = settle_settings(fleet, level, cell, request)
        try:
            text = cell_text(settled.settings) if settled.text is None else settled.text
            planned = session.planned(cell, {path: text}).snapshot.without_errors(cell)
            refuse_typed_secrets(planned, cell, request.settings)
            change = _Change(cell, "Onboard", {path: text}, request.reason, is_new=True)
            return _propose(session, actor, change, host)
        except BaseException:
            settled.withdraw(fleet)
            raise


def propose_edit(
    session: FleetSession, actor: Actor, request: EditRequest, host: RepositoryHost | None = None
) -> Proposed:
    """Propose a cell's settings as they were edited.

    Raises:
        DiagnosticError: as for committing them; or nothing is changed, or the host refuses.
    """
    with session.changing():
        files: CellFiles = changed_files(session, request)
        changed = {path: text for path, text in request.texts.items() if files.texts.get(path) != text}
        if not changed:
            raise DiagnosticError(error("nothing is changed", "change a setting first"))
        planned = session.planned(request.cell, request.texts).snapshot.without_errors(request.cell)
        refuse_secrets_in(planned, request.cell, changed)
        return _propose(session, actor, _Change(request.cell, "Edit", changed, request.reason), host)


def newest_proposal(session: FleetSession, cell: CellAddress) -> Proposed | None:
    """Give the pull request that was opened last for a cell; None if none was.

    One for a client that had the name before is none.
    """
    from cellwright.app.session.names.holders import names_of  # noqa: PLC0415  it brings SQLAlchemy
    from cellwright.ledger.read.event_filter import EventFilter, Pattern  # noqa: PLC0415  as above

    only = EventFilter(actions=(Pattern(CELL_PROPOSED, "."),))
    before = names_of(session).life_before(cell)
    for event in session.ledger().reader.latest_events(1, str(cell), only):
        if before is not None and event.sequence < before.sequence:
            return None
        match event.detail:
            case {"url": str(url), "number": int(number)}:
                return Proposed(url, number)
            case _:
                return None
    return None


def _propose(session: FleetSession, actor: Actor, change: _Change, host: RepositoryHost | None) -> Proposed:
    settings, repository = pull_requests(session), session.repository()
    start = repository.head() if repository is not None else None
    if settings is None or repository is None or start is None:
        raise DiagnosticError(
            error(
                "the fleet lies in no git repository", "a pull request needs one: git init, commit and push"
            )
        )
    prefix = session.root.resolve().relative_to(repository.root.resolve()).as_posix()
    above = "" if prefix == "." else f"{prefix}/"
    digest = hashlib.sha256(repr(sorted(change.texts.items())).encode()).hexdigest()[:_SHORT]
    proposal = Proposal(
        branch=f"cellwright/{change.verb.lower()}-{change.cell.level}-{change.cell.cell}-{digest}",
        start=start,
        into=settings.branch,
        files=[ProposedFile(f"{above}{path}", text, change.is_new) for path, text in change.texts.items()],
        title=f"{change.verb} {change.cell}",
        body=f"{change.reason}\n\nProposed by {actor} with Cellwright.".strip(),
        author=author_of(actor),
    )
    made = (host or _host(session, settings)).propose(proposal)
    detail: dict[str, Json] = {
        "url": made.url,
        "number": made.number,
        "branch": proposal.branch,
        "files": list(change.texts),
    }
    recorder = session.ledger(writing=True).recorder
    recorder.append_event(actor, CELL_PROPOSED, str(change.cell), change.reason, detail)
    return made


def _host(session: FleetSession, settings: PullRequestSettings) -> RepositoryHost:
    token = session.secrets().value(settings.token, settings.position)
    if not isinstance(token, str) or not token.strip():
        raise DiagnosticError(error(f"{settings.token} is no text", "let it hold a token", settings.position))
    return open_host(settings, token.strip(), session.environment)
