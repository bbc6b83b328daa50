"""Address space as JSON."""

from collections.abc import Iterable

from cellwright.app.clients.moving import MovedBlock
from cellwright.app.ip.free import FreeBlocks
from cellwright.app.ip.history import BlockHistory
from cellwright.app.ip.pools import PoolView
from cellwright.ipam.claims import BlockClaim
from cellwright.ipam.tenure import Moment, Tenure
from cellwright.model.value import Json


def pools(found: Iterable[PoolView]) -> Json:
    """`ip show`: every block of every pool."""
    return {"pools": [_pool(view) for view in found]}


def free(found: Iterable[FreeBlocks]) -> Json:
    """`ip free`: free blocks of one size, the next to be given first; `count` is the number of all."""
    return {
        "pools": [
            {
                "pool": item.pool.name,
                "size": item.size,
                "count": item.count,
                "blocks": [str(block) for block in item.blocks],
            }
            for item in found
        ]
    }


def history(found: BlockHistory) -> Json:
    """`ip history`: who held the block; `since` is null if it was not committed, `until` while it is held."""
    return {"block": str(found.block), "tenures": [_tenure(item) for item in found.tenures]}


def moved(found: Iterable[MovedBlock]) -> Json:
    """`ip move`: what a cell had of each pool, and what it has now."""
    return {
        "moved": [
            {"cell": item.cell, "pool": item.pool, "before": str(item.before), "after": str(item.after)}
            for item in found
        ]
    }


def released(found: Iterable[BlockClaim]) -> Json:
    """`ip release`: the claims that were ended."""
    return {"released": [{"cell": item.cell, "pool": item.pool, "block": str(item.block)} for item in found]}


def _pool(view: PoolView) -> Json:
    return {
        "pool": view.pool.name,
        "cidr": str(view.pool.network),
        "level": view.pool.level,
        "key": view.pool.key,
        "sizes": dict(view.pool.sizes),
        "size": view.pool.size,
        "used": [
            {"block": str(item.block), "cells": list(item.cells), "choice": item.choice} for item in view.used
        ],
        "quarantined": [
            {
                "block": str(item.block),
                "cell": item.cell,
                "released": item.released.isoformat(),
                "until": item.until.isoformat(),
            }
            for item in view.waiting
        ],
        "free": [str(block) for block in view.free],
    }


def _tenure(item: Tenure) -> Json:
    return {
        "block": str(item.claim.block),
        "pool": item.claim.pool,
        "cell": item.claim.cell,
        "since": _moment(item.since),
        "until": _moment(item.until),
        "applied": item.applied,
        "destroyed": item.destroyed,
    }


def _moment(moment: Moment | None) -> Json:
    if moment is None:
        return None
    return {
        "time": moment.time,
        "commit": moment.commit,
        "author": moment.author,
        "subject": moment.subject,
    }
