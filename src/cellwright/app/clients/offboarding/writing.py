"""Writes the exceptions that would let a client's destruction pass into its file; commits nothing.

Somebody looks at them and commits them: that, and the fleet's reviews, is how exceptions are approved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from textwrap import dedent
from typing import cast

from cellwright.app.clients.offboarding.judging import Judged, exception_text
from cellwright.app.session.session import FleetSession
from cellwright.files.atomic import save_text
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.resolve.own_exceptions import KEY
from cellwright.fleet.yaml.entries import with_items
from cellwright.fleet.yaml.reader import read_document


def write_exceptions(session: FleetSession, found: Judged, person: str) -> Judged:
    """Add the exceptions to the client's file, below those that it has; `person` answers for them.

    Raises:
        DiagnosticError: the file can't be read, edited by program or written; it is as it was then.
    """
    root = read_document(found.exceptions, found.file).root
    if root is None:
        return found
    wanted = cast("Sequence[Mapping[str, str]]", root.value)
    items = "".join(exception_text({**item, "person": person}) for item in wanted)
    text = FleetFiles(session.root).read_text(found.file)
    save_text(session.root / found.file, with_items(text, KEY, dedent(items), found.file))
    session.forget_cells()
    return replace(found, exceptions=items, written_for=person)
