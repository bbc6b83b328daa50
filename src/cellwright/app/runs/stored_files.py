"""Files of saved plans in the fleet's artifact store: made on one machine, carried out on another.

They hold secrets in clear, so they are encrypted with the fleet's key. What is there is never replaced:
somebody may have approved it.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cellwright.app.session.session import FleetSession
from cellwright.artifacts.sealing import Seal
from cellwright.artifacts.store import ArtifactStore
from cellwright.files.errors import file_errors
from cellwright.model.diagnostic import DiagnosticError, MissingError, error

SAVED = "saved"
"""The folder of the store."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}\Z")
_LARGEST = 1 << 30
"""Bytes: the cipher takes a file as a whole, in memory."""


def refuse_taken(session: FleetSession, name: str) -> None:
    """Refuse a name before anything is planned.

    Raises:
        DiagnosticError: it can't be one, plans have it already, or the fleet has no store.
    """
    store, key = _store(session), _key(name)
    if any(item.name == key for item in store.list(SAVED)):
        raise DiagnosticError(
            error(
                f"there are stored plans '{name}' already",
                "take a name that was never used, such as a job's number",
            )
        )


def keep(session: FleetSession, name: str, file: Path) -> None:
    """Store a file of plans.

    Raises:
        DiagnosticError: it is too large, or the store can't be used.
    """
    size = file.stat().st_size
    if size > _LARGEST:
        raise DiagnosticError(
            error(
                f"the plans have {size:,} bytes, and {_LARGEST:,} can be stored", "plan fewer units at once"
            )
        )
    with file_errors(f"the plans {file} can't be read"):
        content = file.read_bytes()
    key = _key(name)
    _store(session).put(key, _seal(session).close(content, key))


@contextmanager
def fetched(session: FleetSession, name: str) -> Iterator[Path]:
    """Give stored plans as a file that only we may read, for the length of the block.

    Raises:
        MissingError: there are none of this name.
        DiagnosticError: they are another fleet's or were changed, or the store can't be used.
    """
    key = _key(name)
    found = _store(session).get(key)
    if found is None:
        raise MissingError(
            error(
                f"there are no stored plans '{name}'",
                "they are gone once they were applied, and by `prune`: plan again",
            )
        )
    content = _seal(session).open(found, key)
    if content is None:
        raise DiagnosticError(
            error(
                f"the stored plans '{name}' were not stored with this fleet's key, or were changed since",
                "CELLWRIGHT_KEY has to be that of the machine that planned; plan again",
            )
        )
    with tempfile.TemporaryDirectory(prefix="cellwright-") as folder:  # for its owner only
        file = Path(folder) / f"{name}.plans"
        file.write_bytes(content)
        yield file


def drop(session: FleetSession, name: str) -> None:
    """Remove stored plans.

    Raises:
        DiagnosticError: the store can't be used.
    """
    _store(session).delete([_key(name)])


def _key(name: str) -> str:
    if not _NAME.match(name):
        raise DiagnosticError(
            error(
                f"'{name}' can't name stored plans", "letters, digits, '.', '_' and '-', at most 128 of them"
            )
        )
    return f"{SAVED}/{name}"


def _store(session: FleetSession) -> ArtifactStore:
    store = session.artifacts()
    if store is None:
        raise DiagnosticError(
            error(
                "the fleet has no place for plans that another machine is to carry out",
                "name one in fleet.yaml: `artifacts: {url: s3://BUCKET/PREFIX}`",
            )
        )
    return store


def _seal(session: FleetSession) -> Seal:
    return Seal.of(session.digester(session.ledger(writing=True)).keyed)
