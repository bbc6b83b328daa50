"""Values of a foreign tree as the files of a fleet write them."""

from collections.abc import Iterable, Iterator, Mapping

from cellwright.foreign.tree import ForeignValue, Joined
from cellwright.model.value import Json


def literal(value: ForeignValue) -> Json:
    """Write a value that holds no reference."""
    match value:
        case str():
            return escaped(value)
        case Mapping():
            return {str(name): literal(item) for name, item in value.items()}
        case list() | tuple():
            return [literal(item) for item in value]
        case _:
            found: Json = value
            return found


def escaped(text: str) -> str:
    """Write a text in which nothing is a reference."""
    return text.replace("${", "$${")


def flat(parts: Iterable[ForeignValue]) -> Iterator[ForeignValue]:
    """Give the parts of a joined value, those of parts that are joined themselves among them."""
    for part in parts:
        if isinstance(part, Joined):
            yield from flat(part.parts)
        else:
            yield part
