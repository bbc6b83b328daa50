"""What is meant besides the units that are named; apart, as the command line reads it before all else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relatives:
    """What to take along with the chosen units."""

    upstreams: bool = False
    downstreams: bool = False
