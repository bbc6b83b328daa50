"""Damaged inputs for every reader of outside bytes: each is read, or refused as documented, quickly.

`CELLWRIGHT_FUZZ_INPUTS` is the number of inputs of the long test altogether, `CELLWRIGHT_FUZZ_SEED` what they
are drawn from.
"""

import os
import resource
import time
from pathlib import Path

import pytest

from unit.fuzz.mutation import Mutator
from unit.fuzz.readers import Reader, all_readers

SEED = os.environ.get("CELLWRIGHT_FUZZ_SEED", "20261126")
INPUTS = int(os.environ.get("CELLWRIGHT_FUZZ_INPUTS", "1000000"))
FEW = 40
"""Of each reader, in the quick tests."""
LONGEST = 2.0
"""Seconds of CPU that an input may take: they have 16 kilobytes at most, and take less than a millisecond."""
LARGEST = 512 * 1024
"""Kilobytes by which the process may have grown."""


def test_damaged_inputs_are_read_or_refused(tmp_path: Path) -> None:
    with all_readers(tmp_path) as readers:
        for reader in readers:
            feed(reader, FEW, f"{SEED} few")


@pytest.mark.long
@pytest.mark.timeout(24 * 3600)
def test_a_million_damaged_inputs_are_read_or_refused(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    faults: list[str] = []
    with all_readers(tmp_path) as readers:
        for reader in readers:
            try:
                feed(reader, -(-INPUTS // len(readers)), SEED)
            except AssertionError as fault:
                faults.append(str(fault))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert not faults, "\n".join(faults)
    assert grown < LARGEST, f"{grown} kB more"


def feed(reader: Reader, inputs: int, seed: str) -> None:
    """Give a reader damaged inputs.

    Raises:
        AssertionError: it raised what it does not say that it raises, or took too long.
    """
    mutator = Mutator(reader.seeds, f"{seed} {reader.name}")
    for number in range(inputs):
        content = mutator.draw()
        started = time.process_time()
        try:
            reader.read(content)
        except reader.refusals:
            pass
        except Exception as fault:
            raise AssertionError(f"{reader.name}, input {number}: {fault!r} on {content!r}") from fault
        took = time.process_time() - started
        assert took < LONGEST, f"{reader.name}, input {number}: {took:.1f} s for {content!r}"
