"""Options of a selection. In a module of its own, so that parsing a command line imports nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relatives:
    """Whether a selection includes what its units depend on, and what depends on them."""

    upstreams: bool = False
    downstreams: bool = False
