"""What is listed of a resource's change, and what is only named: for terminal and pages alike."""

from dataclasses import dataclass

from cellwright.model.runs.plan import UNKNOWN, Action, AttributeChange, ResourceChange

_ALL_TAGS = "tags_all"
_TAGS = "tags"
_NAMED = 6
"""So many attributes of which the value is not known yet are named; of more, their number is told."""
_FEW = 3
_NEW = frozenset({Action.CREATE, Action.REPLACE, Action.FORGET_CREATE})


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A resource's change, ready to be listed."""

    listed: tuple[AttributeChange, ...]
    """Those with their values."""
    later: tuple[str, ...]
    """Paths of those that the provider will set."""
    same_tags: bool = False
    """`tags_all` changes as `tags` does, and is left out."""

    def named(self, *, full: bool) -> str:
        """Name what the provider will set, or how much it is."""
        if full or len(self.later) <= _NAMED:
            return ", ".join(self.later)
        return f"{', '.join(self.later[: _NAMED - 1])} and {len(self.later) - _NAMED + 1} more"


def shown_change(change: ResourceChange, *, full: bool = False) -> ShownChange:
    """Fold what says nothing by itself: values not known yet of what is made, tags that are told twice.

    With `full` only new resources have their unknown values told together.
    """
    same_tags = not full and _says_the_same(change)
    found = [item for item in change.attributes if not (same_tags and _below(item.path, _ALL_TAGS))]
    later = [item for item in found if _is_set_later(item)]
    # Of a few it is worth to see what they were.
    if change.action is not Action.CREATE and (full or change.action not in _NEW or len(later) <= _FEW):
        later = []
    listed = tuple(item for item in found if item not in later)
    return ShownChange(listed, tuple(item.path for item in later), same_tags)


def _is_set_later(item: AttributeChange) -> bool:
    return item.after == UNKNOWN and not item.forces


def _says_the_same(change: ResourceChange) -> bool:
    """Tell whether `tags_all` changes just as `tags` does, or is not known before the apply."""
    every, own = (_changes(change, name) for name in (_ALL_TAGS, _TAGS))
    return bool(every) and bool(own) and (every == own or {after for _, _, after in every} == {UNKNOWN})


def _changes(change: ResourceChange, name: str) -> set[tuple[str, str, str]]:
    return {
        (item.path.removeprefix(name), item.before, item.after)
        for item in change.attributes
        if _below(item.path, name)
    }


def _below(path: str, name: str) -> bool:
    return path == name or path.startswith((f"{name}.", f"{name}["))
