"""What the address views are drawn from."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from cellwright.app.ip.free import FreeBlocks
from cellwright.app.ip.history import BlockHistory
from cellwright.app.ip.pools import PoolView, UsedBlock, WaitingBlock
from cellwright.fleet.pools import Network, Pool
from cellwright.ipam.allocator import free_blocks
from cellwright.ipam.tenure import Claim, Moment, Tenure
from cellwright.model.position import Position

RELEASED = datetime(2026, 11, 22, 23, 13, 20, tzinfo=UTC)


def _pool(name: str, cidr: str, sizes: dict[str, int], size: int | None = None) -> Pool:
    return Pool(
        name=name,
        network=ip_network(cidr),
        sizes=sizes,
        size=size,
        key="tier",
        level="client",
        position=Position("fleet.yaml", 4, 5),
    )


def _waiting(block: str, cell: str) -> WaitingBlock:
    return WaitingBlock(ip_network(block), cell, RELEASED, RELEASED + timedelta(days=30))


def _used(block: str, cell: str, tier: str | None = "standard") -> UsedBlock:
    return UsedBlock(ip_network(block), (cell,), tier)


def _view(pool: Pool, used: tuple[UsedBlock, ...], waiting: tuple[WaitingBlock, ...] = ()) -> PoolView:
    taken: list[Network] = [*(item.block for item in used), *(item.block for item in waiting)]
    return PoolView(pool, used, waiting, free_blocks(pool.network, taken))


CLIENTS = _view(
    _pool("clients", "10.64.0.0/14", {"standard": 22, "gold": 20}),
    (
        _used("10.64.0.0/22", "client/acme"),
        _used("10.64.16.0/20", "client/globex", "gold"),
        _used("10.65.0.0/16", "client/<initech>", None),
    ),
    (_waiting("10.64.4.0/22", "client/umbrella"), _waiting("10.67.0.0/16", "client/hooli")),
)
SIX = _view(_pool("six", "fd00:64::/48", {}, 56), (_used("fd00:64:0:100::/56", "client/acme"),))
FULL = _view(
    _pool("tiny", "192.0.2.0/30", {}, 31),
    (_used("192.0.2.0/31", "client/a"), UsedBlock(ip_network("192.0.2.2/31"), ("base/b", "utility/b"), None)),
)
MANY = _view(
    _pool("clients", "10.64.0.0/10", {"standard": 22}),
    tuple(
        _used(str(block), f"client/c{number:03}")
        for number, block in zip(range(300), ip_network("10.64.0.0/10").subnets(new_prefix=22), strict=False)
    ),
)
POOLS = (CLIENTS, SIX, FULL)

FREE = (
    FreeBlocks(CLIENTS.pool, 22, 187, (ip_network("10.64.8.0/22"), ip_network("10.64.12.0/22"))),
    FreeBlocks(FULL.pool, 31, 0, ()),
)


def _moment(commit: str, day: int, subject: str) -> Moment:
    return Moment(commit * 8, f"2026-11-{day:02}T12:30:00+02:00", "Ada Lovelace <ada@example.com>", subject)


def _claim(cell: str, block: str) -> Claim:
    return Claim(cell, "clients", ip_network(block))


HISTORY = BlockHistory(
    ip_network("10.64.0.0/20"),
    (
        Tenure(
            _claim("client/umbrella", "10.64.4.0/22"),
            _moment("aaaa1", 1, "Onboard client/umbrella"),
            _moment("bbbb2", 9, "Offboard client/umbrella"),
            applied="2026-11-01T10:31:07.120000+00:00",
            destroyed="2026-11-09T10:29:41.000000+00:00",
        ),
        Tenure(_claim("client/acme", "10.64.0.0/22"), _moment("cccc3", 2, "Onboard client/acme")),
        Tenure(_claim("client/new", "10.64.8.0/22"), None),
    ),
)
UNKNOWN = BlockHistory(ip_network("10.127.0.0/22"), ())
