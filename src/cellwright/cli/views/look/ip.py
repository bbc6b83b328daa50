"""Address space as text: a map of each pool, and which cell holds which block."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from cellwright.app.clients.moving import MovedBlock
from cellwright.app.ip.free import FreeBlocks
from cellwright.app.ip.history import BlockHistory
from cellwright.app.ip.pools import PoolView
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing, count, person, stacked
from cellwright.cli.screen.palette import Mark
from cellwright.cli.views.look.pool_map import Share, slices
from cellwright.fleet.pools import Network
from cellwright.ipam.claims import BlockClaim
from cellwright.ipam.tenure import Moment, Tenure

_SLICES = 512
_ROW = 64
_NARROWEST_ROW = 16
"""If fewer slices fit beside it, the address at a row's start is left out."""
_LISTED = 200
"""How many blocks are listed; the JSON document has all."""

MARKS: Mapping[Share, Mark] = {
    Share.USED: Mark("█", palette.GOOD, "used"),
    Share.PARTLY: Mark("▄", palette.GOOD, "partly used"),
    Share.WAITING: Mark("▒", palette.CAUTION, "in quarantine"),
    Share.FREE: Mark("·", palette.FAINT, "free"),
}


def pools(found: Sequence[PoolView]) -> Group:
    """Each pool: its map, then its blocks in the order of their addresses."""
    if not found:
        return Group(Text("no pools; fleet.yaml names them under `addresses: pools:`"))
    return stacked(*(list(_pool(view)) for view in found))


def _pool(view: PoolView) -> Iterator[RenderableType]:
    pool = view.pool
    sizes = [f"{name} /{size}" for name, size in pool.sizes.items()]
    sizes += [f"others /{pool.size}"] if pool.size is not None else []
    described = Text.assemble((f"  {', '.join(sizes)}", palette.FAINT))
    yield Flowing(Text.assemble((pool.name, palette.STRONG), f"  {pool.network}", described), indent=2)
    shares = slices(view, _SLICES)
    yield _Map(view.pool.network, shares)
    yield Flowing(_legend(shares), indent=2)
    rows = sorted(_rows(view), key=lambda row: row[0])
    yield Columns([row for _, row in rows[:_LISTED]], indent=2)
    if len(rows) > _LISTED:
        yield Text(f"  … and {count(len(rows) - _LISTED, 'more block')} (--json lists all)", palette.FAINT)
    yield Flowing(Text(_summary(view)), indent=2)


@dataclass(frozen=True, slots=True)
class _Map:
    """Rows of slices, as wide as the terminal allows; each row begins with its first address."""

    network: Network
    shares: Sequence[Share]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = self.network.num_addresses // len(self.shares)
        label = max(len(str(self.network[place * width])) for place in range(len(self.shares)))
        lead = label + 4 if options.max_width >= label + 4 + _NARROWEST_ROW else 2
        room = max(options.max_width - lead, 1)
        row = min(_ROW, 1 << room.bit_length() - 1)
        for place in range(0, len(self.shares), row):
            start = str(self.network[place * width])
            text = Text(f"  {start.ljust(label)}  " if lead > label else "  ")
            for share in self.shares[place : place + row]:
                text.append(MARKS[share].symbol, MARKS[share].style)
            yield text


def _legend(shares: Sequence[Share]) -> Text:
    marks = [mark for share, mark in MARKS.items() if share in shares]
    return Text("  ") + Text("  ").join(Text.assemble(mark.text(), f" {mark.word}") for mark in marks)


def _rows(view: PoolView) -> Iterator[tuple[tuple[int, int], tuple[Text, ...]]]:
    for used in view.used:
        mark = MARKS[Share.USED]
        cells = Text.assemble(
            ", ".join(used.cells), (f"  {used.choice}" if used.choice else "", palette.FAINT)
        )
        yield _at(used.block), (mark.text(), Text(str(used.block)), cells)
    for waiting in view.waiting:
        mark = MARKS[Share.WAITING]
        holder = Text(f"{waiting.cell}, until {waiting.until:%Y-%m-%d}", palette.CAUTION)
        yield _at(waiting.block), (mark.text(), Text(str(waiting.block)), holder)


def _at(block: Network) -> tuple[int, int]:
    return int(block.network_address), block.prefixlen


def _summary(view: PoolView) -> str:
    used = count(len(view.used), "block") + " used"
    waiting = f", {len(view.waiting):,} in quarantine" if view.waiting else ""
    share = 100 * view.free_addresses / view.pool.network.num_addresses
    largest = min((block.prefixlen for block in view.free), default=None)
    room = f"{share:.1f} % free, the largest block a /{largest}" if largest is not None else "nothing free"
    return f"  {used}{waiting}; {room}"


def free(found: Sequence[FreeBlocks]) -> Group:
    """Free blocks of one size by pool, the next one first."""
    return stacked(*(list(_free(item)) for item in found))


def _free(item: FreeBlocks) -> Iterator[RenderableType]:
    amount = f"  {count(item.count, 'free block')} of size /{item.size}"
    yield Text.assemble((item.pool.name, palette.STRONG), (amount, palette.FAINT))
    for number, block in enumerate(item.blocks):
        yield Text.assemble(f"  {block}", ("  next" if number == 0 else "", palette.GOOD))
    if item.count > len(item.blocks):
        yield Text(f"  … and {item.count - len(item.blocks):,} more (--limit)", palette.FAINT)


def moved(found: Sequence[MovedBlock]) -> Group:
    """What a cell had and has now, and how that becomes true."""
    lines = [
        Text.assemble((item.cell, palette.STRONG), f"  {item.pool}: {item.before} -> {item.after}")
        for item in found
    ]
    advice = f"committed, but not applied yet: cellwright apply {found[0].cell}"
    return Group(*lines, Text(advice, palette.FAINT))


def released(found: Sequence[BlockClaim]) -> Group:
    """Whose claims on which blocks were ended."""
    return Group(
        *(
            Text.assemble((item.cell, palette.STRONG), f"  {item.pool}: {item.block} is released")
            for item in found
        )
    )


def history(found: BlockHistory) -> Group:
    """One line per tenure: from when to when, the block, the cell, and what was applied and destroyed."""
    if not found.tenures:
        return Group(Text(f"nobody ever held {found.block}"))
    rows = [
        (
            Text(_day(item.since) if item.since else "not committed"),
            Text(_day(item.until) if item.until else "today", palette.FAINT if item.until else palette.GOOD),
            Text(str(item.claim.block)),
            Text(item.claim.cell, palette.STRONG),
            Text(_steps(item), palette.FAINT),
        )
        for item in found.tenures
    ]
    return Group(Columns(rows, header=("from (UTC)", "to", "block", "cell", "how")))


def _steps(item: Tenure) -> str:
    parts = [f"given by {_who(item.since)}"] if item.since else []
    parts += [f"applied {_moment(item.applied)}"] if item.applied else []
    parts += [f"destroyed {_moment(item.destroyed)}"] if item.destroyed else []
    parts += [f"given back by {_who(item.until)}"] if item.until else []
    return ", ".join(parts)


def _who(moment: Moment) -> str:
    return f"{person(moment.author)} in {moment.commit[:7]}"


def _day(moment: Moment) -> str:
    return _moment(moment.time)


def _moment(time: str) -> str:
    return f"{datetime.fromisoformat(time).astimezone(UTC):%Y-%m-%d %H:%M}"
