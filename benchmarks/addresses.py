"""How long address space takes: choosing blocks, and proving that thousands of them are right.

python benchmarks/addresses.py --cells 10000
"""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import TypeVar

from cellwright.fleet.pools import Addressing, Pool
from cellwright.ipam.allocator import best_fits
from cellwright.ipam.book import AddressBook, address_findings
from cellwright.ipam.holdings import HeldBlock
from cellwright.ipam.releases import Release
from cellwright.model.address import CellAddress
from cellwright.model.position import Position

SPACE = ip_network("10.0.0.0/7")
GONE = ip_network("11.0.0.0/8")
SIZES = {"standard": 22, "gold": 20}

Result = TypeVar("Result")


def timed(what: str, work: Callable[[], Result]) -> Result:
    """Do it, and print how long it took."""
    start = time.perf_counter()
    result = work()
    print(f"{what:<40} {1000 * (time.perf_counter() - start):8.1f} ms")
    return result


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=10_000)
    cells = parser.parse_args().cells
    tiers = ["gold" if number % 4 == 0 else "standard" for number in range(cells)]
    chosen = timed(f"{cells:,} allocations", lambda: best_fits(SPACE, (), [SIZES[tier] for tier in tiers]))
    held = tuple(
        HeldBlock(
            pool="clients",
            block=block,
            cells=(CellAddress("client", f"c{number}"),),
            path=f"clients/c{number}.yaml",
            choice=tier,
        )
        for number, (block, tier) in enumerate(zip(chosen, tiers, strict=True))
        if block is not None
    )
    pool = Pool(
        name="clients",
        network=SPACE,
        sizes=SIZES,
        size=None,
        key="tier",
        level="client",
        position=Position("fleet.yaml"),
    )
    now = datetime.now(UTC)
    gone = tuple(
        Release(block=block, pool="clients", cell="client/gone", released=now)
        for block in GONE.subnets(new_prefix=20)
    )
    book = AddressBook.at(now, Addressing({"clients": pool}), held, gone)
    timed(f"the next one, {len(gone):,} in quarantine", lambda: book.next_block(pool, 22))
    timed("every finding", lambda: list(address_findings(book, lambda item: Position(item.path))))


if __name__ == "__main__":
    main()
