"""Who holds a unit."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.by_hand.unlocking import FoundLease, FoundLocks
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing
from cellwright.terraform.output.states.state_lock import StateLockInfo


def locks(found: FoundLocks, *, by_server: bool = False) -> Group:
    """The lock of the state and the lease in the ledger, each with its holder; a server may have looked."""
    rows = [
        (Text("state", style=palette.FAINT), Text(found.place)),
        (Text("lock", style=palette.FAINT), _lock(found.lock)),
        (Text("lease", style=palette.FAINT), _lease(found.lease)),
    ]
    machine = "the server's machine" if by_server else "this machine"
    return Group(*_parts(found, rows, machine))


def _parts(found: FoundLocks, rows: list[tuple[Text, Text]], machine: str) -> Iterator[RenderableType]:
    yield Text(str(found.unit), style=palette.STRONG)
    yield Columns(rows, indent=2)
    if found.at_work:
        yield Flowing(
            Text(f"  a process of {machine} works in the unit's folder now", style=palette.CAUTION), indent=2
        )


def _lock(lock: StateLockInfo | None) -> Text:
    if lock is None:
        return Text("free", style=palette.GOOD)
    who = lock.who or "somebody whom the backend does not name"
    since = f" since {lock.taken}" if lock.created else ""
    what = f", for {_operation(lock.operation)}" if lock.operation else ""
    name = f"; id {lock.id}" if lock.id else ""
    return Text(f"held by {who}{since}{what}{name}", style=palette.CAUTION)


def _operation(text: str) -> str:
    return text.removeprefix("OperationType").lower()


def _lease(lease: FoundLease | None) -> Text:
    if lease is None:
        return Text("free", style=palette.GOOD)
    until = f"{lease.held.expires:%Y-%m-%d %H:%M:%S} UTC"
    state = f"valid until {until}" if lease.valid else f"ran out at {until}"
    return Text(f"held by {lease.told}; {state}", style=palette.CAUTION)
