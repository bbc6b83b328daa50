"""`cellwright ip show`, `check`, `free` and `history`."""

from cellwright.api import findings as findings_document
from cellwright.api import ip as document
from cellwright.app.ip.check import check_addresses
from cellwright.app.ip.free import FreeRequest, free_blocks
from cellwright.app.ip.history import block_history
from cellwright.app.ip.pools import show_pools
from cellwright.cli import errors
from cellwright.cli.arguments.addresses import FreeArguments, HistoryArguments, ShowArguments
from cellwright.cli.arguments.declaring import Everywhere
from cellwright.cli.session import Session
from cellwright.cli.views.svg import addresses as drawing
from cellwright.cli.views.text import addresses as text
from cellwright.cli.views.text import findings as findings_text
from cellwright.model.diagnostic import has_errors


def overview(session: Session, _arguments: Everywhere) -> int:
    """Print all pools."""
    return show(session, ShowArguments())


def show(session: Session, arguments: ShowArguments) -> int:
    """Print the pools, and draw them into a file if that was asked for."""
    found = show_pools(session.fleet, arguments.pool)
    if arguments.svg is not None:
        arguments.svg.write_text(drawing.pools(found), encoding="utf-8")
    session.answer(lambda: text.pools(found), lambda: document.pools(found))
    return errors.DONE


def check(session: Session, _arguments: Everywhere) -> int:
    """Print every finding about addresses; errors, not warnings, make exit code 1."""
    found = check_addresses(session.fleet)
    session.answer(
        lambda: findings_text.findings(found, "files and ledger agree, and no two blocks overlap"),
        lambda: findings_document.findings(found),
    )
    return errors.FINDINGS if has_errors(found) else errors.DONE


def free(session: Session, arguments: FreeArguments) -> int:
    """Print free blocks of one size."""
    request = FreeRequest(size=arguments.size, pool=arguments.pool, limit=arguments.limit)
    found = free_blocks(session.fleet, request)
    session.answer(lambda: text.free(found), lambda: document.free(found))
    return errors.DONE


def history(session: Session, arguments: HistoryArguments) -> int:
    """Print who held a block."""
    found = block_history(session.fleet, arguments.block)
    session.answer(lambda: text.history(found), lambda: document.history(found))
    return errors.DONE
