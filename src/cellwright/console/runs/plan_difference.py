"""A plan as differences: what each attribute was and will be; a long value stands whole below its line.

Every text of a plan comes from elsewhere: characters that can't be seen are written as escapes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.console.runs.words import ACTIONS, ActionWord, tally
from cellwright.model.runs.plan import UNKNOWN, Action, AttributeChange, PlanSummary, ResourceChange
from cellwright.model.runs.shown_change import shown_change
from cellwright.model.text.difference import differing
from cellwright.model.text.visible import visible
from cellwright.terraform.output.many_forms import MASK

_LONGEST = 200
"""Characters of a value that stand in its line; a longer one stands whole below it."""
_LEAST_ALIKE = 3
"""Equal characters at either end from which on only the middle is marked as different."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a change."""

    start: str
    middle: str
    """What differs from the other side."""
    end: str
    hidden: bool
    """Whether a sensitive value is masked in it."""
    unknown: bool

    @property
    def text(self) -> str:
        """The value as one text."""
        return f"{self.start}{self.middle}{self.end}"


@dataclass(frozen=True, slots=True)
class AttributeLine:
    """One attribute's change."""

    path: str
    before: Side | None
    """None for what is new."""
    after: Side | None
    """None for what goes away."""
    length: int
    """Of the longer value, if it does not fit into its line; or else 0."""
    whole: tuple[str, str] | None
    """Both values whole, if they don't fit into their line and the page has room for them."""
    forces: bool = False
    """The resource is replaced because of it."""


@dataclass(frozen=True, slots=True)
class ResourceLine:
    """One resource's change."""

    address: str
    word: ActionWord
    attributes: tuple[AttributeLine, ...]
    later: tuple[str, ...]
    """Attributes of a new resource that its provider will set."""
    note: str = ""
    """Why it happens, or what besides."""
    later_in_short: str = ""
    same_tags: bool = False
    """`tags_all` changes as `tags` does, and is left out."""


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """A plan to be shown."""

    resources: tuple[ResourceLine, ...]
    outputs: tuple[str, ...]
    """Names of outputs that change."""
    tally: tuple[tuple[ActionWord, int], ...]
    taken_from: str
    hidden: int
    """How many values are masked."""
    cut: int
    """How many attributes were too long to be kept whole."""
    flags: str = ""
    """How it was made, if not as usual."""
    partly: bool = False
    """It is for a part of the unit only."""


@dataclass(slots=True)
class _Room:
    """How many characters of long values the page still takes; None: any number."""

    left: int | None

    def take(self, before: str, after: str) -> tuple[str, str] | None:
        """Give both values, if they fit."""
        if self.left is not None:
            if self.left < len(before) + len(after):
                return None
            self.left -= len(before) + len(after)
        return before, after


def plan_difference(summary: PlanSummary, most: int | None = None) -> PlanDifference:
    """Make a plan ready to be shown.

    `most` characters of long values are given whole at the most; the page leads to the others.
    """
    room = _Room(most)
    resources = tuple(_resource(change, room) for change in summary.resources)
    sides = (
        side for item in resources for line in item.attributes for side in (line.before, line.after) if side
    )
    return PlanDifference(
        resources=resources,
        outputs=tuple(map(visible, summary.outputs)),
        tally=tally(summary.counts),
        taken_from=visible(summary.taken_from),
        hidden=sum(side.hidden for side in sides),
        cut=summary.cut,
        flags=visible(summary.options.flags),
        partly=summary.options.in_part and summary.applyable,
    )


def _resource(change: ResourceChange, room: _Room) -> ResourceLine:
    shown = shown_change(change)
    return ResourceLine(
        visible(change.address),
        ACTIONS[change.action],
        tuple(_attribute(item, change.action, room) for item in shown.listed),
        tuple(map(visible, shown.later)),
        visible(change.note),
        visible(shown.named(full=False)),
        shown.same_tags,
    )


def _attribute(item: AttributeChange, action: Action, room: _Room) -> AttributeLine:
    before, after = visible(item.before), visible(item.after)
    length = max(len(before), len(after))
    long = length > _LONGEST
    short = differing(before, after, _LONGEST, _LONGEST) if long else (before, after)
    sides = _sides(*short)
    return AttributeLine(
        visible(item.path),
        None if action is Action.CREATE or (not before and action is not Action.DELETE) else sides[0],
        None if action is Action.DELETE or (not after and action is not Action.CREATE) else sides[1],
        length if long else 0,
        room.take(before, after) if long else None,
        item.forces,
    )


def _sides(before: str, after: str) -> tuple[Side, Side]:
    """Tell the middle of two texts, in which they differ, from their ends."""
    start = _alike(before, after)
    room = min(len(before), len(after)) - start
    end = min(_alike(before[::-1], after[::-1]), room)
    if special(before) or special(after) or start + end < _LEAST_ALIKE:
        start = end = 0
    return _side(before, start, end), _side(after, start, end)


def _side(text: str, start: int, end: int) -> Side:
    stop = len(text) - end
    return Side(text[:start], text[start:stop], text[stop:], MASK in text, text == UNKNOWN)


def special(text: str) -> bool:
    """Tell whether a text says something about a value instead of being one."""
    return text == UNKNOWN or MASK in text


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
