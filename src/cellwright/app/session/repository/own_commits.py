"""The fleet of a session at another commit of its own repository, with the same ledger and the same home."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from cellwright.app.session.repository.checkout import SessionAt, session_at
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError, error


def own_opener(session: FleetSession) -> SessionAt:
    """Give what opens the fleet at a commit of the repository that the session's folder lies in."""

    @contextmanager
    def open_at(commit: str) -> Iterator[FleetSession]:
        repository = session.repository()
        if repository is None:
            advice = "put the fleet under version control: git init"
            raise DiagnosticError(error(f"{session.root} lies in no git repository", advice))
        top = repository.root.resolve()
        inside = session.root.resolve().relative_to(top).as_posix()
        own = replace(session.location, home=session.home.folder, ledger=session.ledger_url)
        path = "" if inside == "." else inside
        with session_at(str(top), commit, own, path, session.notice) as found:
            yield found

    return open_at
