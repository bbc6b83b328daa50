"""Plans of a unit that were not made as usual: what they are compared by, and what one of a part leaves."""

import hashlib
from collections.abc import Mapping
from typing import Protocol

from cellwright.model.runs.change import Reason, ReasonKind
from cellwright.model.runs.plan_options import PlanOptions, options_to_json
from cellwright.model.text.json_text import READABLE
from cellwright.model.value import Json
from cellwright.planning.digest import SIZE

_TARGETS, _EXCLUDES = "targets", "excludes"
"""In the recipe of a unit: the only parts of it that its last apply was for, and those that it left out."""
_PARTLY = "partly:"
"""Before the fingerprint of an apply of a part, where that of an apply that failed is recorded."""

PARTLY_APPLIED = Reason(
    ReasonKind.STATE,
    "partly applied: the last apply was for some resources only, or left some out (--target, --exclude)",
)
"""Why a unit whose last apply was of a part is a change."""


class _Head(Protocol):
    @property
    def failed(self) -> str | None:
        """The fingerprint of the last apply if it did not bring the whole unit to its settings."""


def with_options(fingerprint: str, options: PlanOptions) -> str:
    """Give the fingerprint of a plan's settings together with how the plan is made."""
    if not options:
        return fingerprint
    text = f"{fingerprint}\n{READABLE.write(options_to_json(options))}"
    return hashlib.blake2b(text.encode(), digest_size=SIZE).hexdigest()


def parts_to_record(options: PlanOptions) -> dict[str, Json]:
    """Give what the recipe of a unit says of an apply of a part; nothing if it is of the whole."""
    return {
        **({_TARGETS: list(options.targets)} if options.targets else {}),
        **({_EXCLUDES: list(options.excludes)} if options.excludes else {}),
    }


def is_for_a_part(recipe: Mapping[str, Json]) -> bool:
    """Tell by its recipe whether an apply is for a part of its unit only."""
    return bool(recipe.get(_TARGETS) or recipe.get(_EXCLUDES))


def partly(fingerprint: str) -> str:
    """Mark the fingerprint of an apply that was for a part of a unit only."""
    return f"{_PARTLY}{fingerprint}"


def is_partly_applied(head: _Head | None) -> bool:
    """Tell whether a unit's last apply went well, but was for a part of it only."""
    return head is not None and head.failed is not None and head.failed.startswith(_PARTLY)
