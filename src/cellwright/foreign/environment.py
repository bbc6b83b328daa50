"""What is told of variables of the environment that a tree asks for."""

from collections.abc import Iterator, Mapping

from cellwright.model.diagnostic import Diagnostic, warning
from cellwright.model.position import Position


def steering(
    environment: Mapping[str, str], names: tuple[str, ...], position: Position
) -> Iterator[Diagnostic]:
    """Yield a note for each variable set here by which the tool would read the tree otherwise."""
    for name in sorted(environment):
        if name.startswith(names):
            yield warning(
                f"the environment variable {name} is set here, and does not count",
                "the tree is read as its files are: import again after they say the same",
                position,
            )


def of_environment(
    read: Mapping[str, Position], secrets: Mapping[str, Position], environment: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Yield a note for each variable: of one that was read, what came of it; of a secret, that it was not."""
    for name, position in sorted(read.items()):
        yield warning(
            f"the environment variable {name} was read: "
            + ("it is set here" if name in environment else "it is not set here, so its default was taken"),
            "the fleet has its value from now on, unless it is a secret; look whether it is that of your "
            "pipelines",
            position,
        )
    for name, position in sorted(secrets.items()):
        yield warning(
            f"the environment variable {name} is a secret, by its name: it is not read",
            "the fleet takes it from there each time, where it can be said; set it where Cellwright runs, "
            "or name another source: docs/secrets.md",
            position,
        )
