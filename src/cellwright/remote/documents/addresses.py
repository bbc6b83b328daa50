"""Address space."""

from datetime import datetime
from ipaddress import ip_network
from typing import Any

from cellwright.app.ip.free import FreeBlocks
from cellwright.app.ip.history import BlockHistory
from cellwright.app.ip.pools import PoolView, UsedBlock, WaitingBlock
from cellwright.fleet.pools import Pool
from cellwright.ipam.tenure import Claim, Moment, Tenure
from cellwright.model.position import Position

_NOWHERE = Position("")


def pool_from(item: Any) -> PoolView:  # noqa: ANN401  a document, here and below
    """A pool with its blocks."""
    pool = Pool(
        name=item["pool"],
        network=ip_network(item["cidr"]),
        sizes=item["sizes"],
        size=item["size"],
        key=item["key"],
        level=item["level"],
        position=_NOWHERE,
    )
    return PoolView(
        pool=pool,
        used=tuple(
            UsedBlock(ip_network(one["block"]), tuple(one["cells"]), one["choice"]) for one in item["used"]
        ),
        waiting=tuple(
            WaitingBlock(
                ip_network(one["block"]),
                one["cell"],
                datetime.fromisoformat(one["released"]),
                datetime.fromisoformat(one["until"]),
            )
            for one in item["quarantined"]
        ),
        free=tuple(map(ip_network, item["free"])),
    )


def free_from(item: Any) -> FreeBlocks:  # noqa: ANN401  as above
    """The free blocks of a pool, of which only the name is known."""
    blocks = tuple(map(ip_network, item["blocks"]))
    network = blocks[0] if blocks else ip_network(f"0.0.0.0/{min(item['size'], 32)}")
    pool = Pool(
        name=item["pool"], network=network, sizes={}, size=None, key="", level=None, position=_NOWHERE
    )
    return FreeBlocks(pool, item["size"], item["count"], blocks)


def tenures_from(document: Any) -> BlockHistory:  # noqa: ANN401  as above
    """Who held a block."""
    tenures = (
        Tenure(
            Claim(item["cell"], item["pool"], ip_network(item["block"])),
            _moment(item["since"]),
            _moment(item["until"]),
            item["applied"],
            item["destroyed"],
        )
        for item in document["tenures"]
    )
    return BlockHistory(ip_network(document["block"]), tuple(tenures))


def _moment(item: Any) -> Moment | None:  # noqa: ANN401  as above
    if item is None:
        return None
    return Moment(item["commit"], item["time"], item["author"], item["subject"])
