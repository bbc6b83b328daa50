"""Resource counts as a text column holds them."""

from cellwright.ledger.database.codec import dump
from cellwright.ledger.database.damage import reads
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.text.json_text import read_json


def dump_counts(counts: ResourceCounts) -> str | None:
    """JSON of resource counts; None if no resource was changed."""
    if not counts.told:
        return None
    found = [counts.add, counts.change, counts.destroy, counts.replace, counts.forget]
    besides = [counts.imports, counts.moves, counts.refresh]
    return dump([*found, *besides] if any(besides) else found)


@reads("counts")
def load_counts(text: str | None) -> ResourceCounts:
    """The reverse of `dump_counts`."""
    return ResourceCounts(*read_json(text)) if text else ResourceCounts()
