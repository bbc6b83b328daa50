"""Who had which role from when to when, followed through the audit trail from its first event on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cellwright.evidence.sorting import Row, text_of
from cellwright.model.runs.event import Event
from cellwright.model.value import Json

_GIVEN, _TAKEN, _BROKEN = "role.given", "role.withdrawn", "glass.broken"
_FIRST, _GROUPS = "person.first_admin", "person.groups_changed"
ACTIONS = frozenset({_GIVEN, _TAKEN, _BROKEN, _FIRST, _GROUPS})
_Key = tuple[str, str, str, str]


@dataclass(slots=True)
class GrantHistory:
    """Sees events go by, in their order, and keeps what they say of roles."""

    since: str
    """Roles that ended before are left out: UTC, ISO 8601."""
    _open: dict[_Key, dict[str, Json]] = field(default_factory=dict)
    _ended: list[dict[str, Json]] = field(default_factory=list)

    def see(self, event: Event) -> None:
        """Take one event; others than those about roles change nothing."""
        if event.action == _GIVEN:
            self._give(event, _name(event.detail), _limits(event.detail), text_of(event.detail.get("origin")))
        elif event.action == _FIRST:
            self._give(event, "admin", "", "granted")
        elif event.action == _BROKEN:
            self._break(event)
        elif event.action == _TAKEN:
            self._take(event)
        elif event.action == _GROUPS:
            self._settle(event)

    def rows(self) -> Iterator[Row]:
        """Give a row for each role that somebody had, by person."""
        found = [*self._ended, *self._open.values()]
        yield from sorted(found, key=lambda row: (str(row["person"]), str(row["from"]), str(row["role"])))

    def _give(self, event: Event, role: str, limits: str, origin: str) -> None:
        row: dict[str, Json] = {
            "person": text_of(event.subject),
            "role": role,
            "limits": limits,
            "origin": origin or "granted",
            "from": event.time,
            "given_by": event.actor,
            "reason": text_of(event.reason),
            "to": "",
            "taken_by": "",
        }
        self._open[(event.subject, role, limits, origin or "granted")] = row

    def _break(self, event: Event) -> None:
        where = text_of(event.detail.get("where"))
        limits = "" if where == "the whole fleet" else where
        self._give(event, _name(event.detail), limits, "break-glass")
        row = self._open[(event.subject, _name(event.detail), limits, "break-glass")]
        # It ends by itself; somebody who gives it back before is seen by the event.
        row["to"], row["taken_by"] = text_of(event.detail.get("until")), "its end"

    def _take(self, event: Event) -> None:
        role, limits = _name(event.detail), _limits(event.detail)
        key = (event.subject, role, limits, text_of(event.detail.get("origin")) or "granted")
        row = self._open.pop(key, None)
        if row is None:  # what was given by an older Cellwright, or by a group
            row = {"person": text_of(event.subject), "role": role, "limits": limits, "origin": key[3]}
            row |= {"from": "", "given_by": "", "reason": ""}
        row |= {"to": event.time, "taken_by": event.actor}
        self._end(row)

    def _settle(self, event: Event) -> None:
        """A provider's groups: all that somebody had by them before is replaced."""
        for key in [key for key in self._open if key[0] == event.subject and key[3] == "group"]:
            row = self._open.pop(key)
            row |= {"to": event.time, "taken_by": event.actor}
            self._end(row)
        after = event.detail.get("after")
        groups = text_of(event.detail.get("groups"))
        for role in after if isinstance(after, list) else ():
            self._give(event, text_of(role), "", "group")
            self._open[(event.subject, text_of(role), "", "group")]["reason"] = f"groups: {groups}"

    def _end(self, row: dict[str, Json]) -> None:
        if str(row["to"]) >= self.since:
            self._ended.append(row)


def _name(detail: Mapping[str, Json]) -> str:
    return text_of(detail.get("role"))


def _limits(detail: Mapping[str, Json]) -> str:
    parts = []
    for name in ("levels", "cells", "tags"):
        found = detail.get(name)
        if isinstance(found, list) and found:
            parts.append(f"{name} {', '.join(map(text_of, found))}")
    return "; ".join(parts)
