"""What fleet.yaml as a whole says of single keys and inputs."""

from collections.abc import Iterator
from itertools import chain

from cellwright.fleet.config.settings import Configuration
from cellwright.fleet.lifecycle import LIFECYCLE
from cellwright.fleet.yaml.references import Reference


def public_keys(configuration: Configuration) -> Iterator[str]:
    """Yield the keys of cells that are no secrets: what they choose is seen everywhere."""
    yield from ("name", "level", LIFECYCLE, *configuration.public_keys)
    for level in configuration.levels:
        if level.placement is not None:
            yield level.placement
    for layer in chain.from_iterable(configuration.layers.values()):
        yield from (part.path[0] for part in layer.parts if isinstance(part, Reference))
    yield from (pool.key for pool in configuration.addresses.pools.values())


def measured_inputs(configuration: Configuration) -> frozenset[str]:
    """Give the inputs that decide how much a stack uses of the resources that places have."""
    stacks = chain.from_iterable(level.stacks.values() for level in configuration.levels)
    uses = chain.from_iterable(stack.uses for stack in stacks)
    return frozenset(name for use in uses for name in (use.when, use.each) if name is not None)
