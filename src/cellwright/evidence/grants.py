"""Who had which role from when to when, followed through the audit trail from its first event on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cellwright.evidence.sorting import Row, text_of
from cellwright.model.runs.event import Event
from cellwright.model.value import Json

_GIVEN, _TAKEN, _BROKEN = "role.given", "role.withdrawn", "glass.broken"
_FIRST, _GROUPS = "person.first_admin", "person.groups_changed"
ACTIONS = frozenset({_GIVEN, _TAKEN, _BROKEN, _FIRST, _GROUPS})
_GLASS, _EVERYWHERE = "break-glass", "the whole fleet"
_Key = tuple[str, str, str, str]


@dataclass(slots=True)
class GrantHistory:
    """Sees events go by, in their order, and keeps what they say of roles."""

    since: str
    """Roles that ended before are left out: UTC, ISO 8601."""
    _open: dict[_Key, list[dict[str, Json]]] = field(default_factory=dict)
    """More than one where somebody has broken the glass again: each time has its own end."""
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
        kept = (row for rows in self._open.values() for row in rows if self._matters(row))
        found = [*self._ended, *kept]
        yield from sorted(found, key=lambda row: (str(row["person"]), str(row["from"]), str(row["role"])))

    def _give(self, event: Event, role: str, limits: str, origin: str) -> dict[str, Json]:
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
        self._open.setdefault((event.subject, role, limits, origin or "granted"), []).append(row)
        return row

    def _break(self, event: Event) -> None:
        where = text_of(event.detail.get("where"))
        row = self._give(event, _name(event.detail), "" if where == _EVERYWHERE else where, _GLASS)
        # It ends by itself; somebody who gives it back before is seen by the event.
        row["to"], row["taken_by"] = text_of(event.detail.get("until")), "its end"

    def _take(self, event: Event) -> None:
        role, origin = _name(event.detail), text_of(event.detail.get("origin")) or "granted"
        limits = _where(event.detail) if origin == _GLASS else _limits(event.detail)
        rows = self._open.get((event.subject, role, limits, origin))
        if rows:
            row = rows.pop()
        else:  # what was given by an older Cellwright, or by a group
            row = {"person": text_of(event.subject), "role": role, "limits": limits, "origin": origin}
            row |= {"from": "", "given_by": "", "reason": "", "to": "", "taken_by": ""}
        self._end(row, event)

    def _settle(self, event: Event) -> None:
        """A provider's groups: all that somebody had by them before is replaced."""
        for key in [key for key in self._open if key[0] == event.subject and key[3] == "group"]:
            for row in self._open.pop(key):
                self._end(row, event)
        after = event.detail.get("after")
        groups = text_of(event.detail.get("groups"))
        for role in after if isinstance(after, list) else ():
            self._give(event, text_of(role), "", "group")["reason"] = f"groups: {groups}"

    def _end(self, row: dict[str, Json], event: Event) -> None:
        # What has ended by itself stays ended then, whenever somebody clears it away.
        if not row["to"] or event.time < str(row["to"]):
            row |= {"to": event.time, "taken_by": event.actor}
        if self._matters(row):
            self._ended.append(row)

    def _matters(self, row: Row) -> bool:
        return not row["to"] or str(row["to"]) >= self.since


def _name(detail: Mapping[str, Json]) -> str:
    return text_of(detail.get("role"))


def _limits(detail: Mapping[str, Json]) -> str:
    parts = []
    for name in ("levels", "cells", "tags"):
        found = detail.get(name)
        if isinstance(found, list) and found:
            parts.append(f"{name} {', '.join(map(text_of, found))}")
    return "; ".join(parts)


def _where(detail: Mapping[str, Json]) -> str:
    """The limits as an event of broken glass says them: `level client, tag eu`."""
    parts = []
    for name, word in (("levels", "level "), ("cells", ""), ("tags", "tag ")):
        found = detail.get(name)
        parts += [f"{word}{text_of(item)}" for item in found] if isinstance(found, list) else []
    return ", ".join(parts)
