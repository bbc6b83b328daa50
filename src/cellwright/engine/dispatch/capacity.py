"""How many units to run at once on this machine."""

import os
from pathlib import Path

PER_UNIT = 700 * 1024 * 1024
"""Bytes that a Terraform run with a big provider takes: the AWS provider alone 550-610 MB."""
PER_CORE = 2
"""Units a core keeps up with: most of a run is waiting for an API."""
MOST = 16


def suggested_parallel() -> int:
    """Suggest a number from the cores and the free memory of this machine; at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    free = available_memory()
    fitting = free // PER_UNIT if free is not None else MOST
    return int(max(1, min(cores * PER_CORE, fitting, MOST)))


def available_memory() -> int | None:
    """Bytes that new processes can have without swapping; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    found = dict(line.split(":", 1) for line in lines)
    text = found.get("MemAvailable", "").split()
    return int(text[0]) * 1024 if text else None
