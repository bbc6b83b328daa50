"""The differences between a unit's settings and those that were applied, as text for people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from cellwright.model.applied import AppliedInput, AppliedUnit
from cellwright.model.runs.change import Reason, ReasonKind
from cellwright.model.states.secret_backend import without_secrets
from cellwright.model.states.state_place import state_place
from cellwright.model.text.json_text import READABLE
from cellwright.model.unit import Backend, Unit
from cellwright.model.value import Json, Value, references_in
from cellwright.planning.binding import BoundInput, Outputs
from cellwright.planning.chosen_by import changed_keys, chosen_by
from cellwright.planning.fingerprint import Ingredients

KEY_LOST = "key_lost"
"""In the recipe of a unit some of whose digests can't be compared any more."""

LOST_DIGEST = "lost"
"""In place of a digest that was made with a key that is lost."""

LONGEST = 60
"""Characters of a value in a reason; longer ones are cut."""

_MOST_PARTS = 5
"""Parts of one input that are told; of more, how many."""

_KEY_IS_LOST = "its sensitive values can't be compared: they were recorded with a key that is lost"


def differences(
    unit: Unit, source_label: str, found: Ingredients, applied: AppliedUnit, outputs: Outputs
) -> tuple[Reason, ...]:
    """What differs from what was applied: source, backend, then inputs by name."""
    reasons: list[Reason] = []
    if found.source_digest != applied.source_digest:
        reasons.append(source_reason(unit.address.stack, source_label, applied.source_label))
    if applied.recipe.get(KEY_LOST):
        reasons.append(Reason(ReasonKind.INPUT, _KEY_IS_LOST))
    if applied.backend_digest not in (found.backend_digest, LOST_DIGEST):
        reasons.append(Reason(ReasonKind.BACKEND, _backend(unit, applied)))
    reasons.extend(_inputs(unit, found, applied, outputs))
    return tuple(reasons)


def source_reason(stack: str, label: str, applied_label: str) -> Reason:
    """The reason for a changed source; labels describe sources for people."""
    change = f": {applied_label} -> {label}" if label != applied_label else ""
    return Reason(ReasonKind.SOURCE, f"source of {stack}{change}")


def used_outputs(unit: Unit, outputs: Outputs) -> dict[str, str]:
    """The digest of every output that `unit` takes, by its address; recorded with what was applied."""
    return {
        f"{reference.unit}.{reference.output}": outputs[reference.unit][reference.output].digest
        for reference in unit.references()
    }


def brief(value: Json) -> str:
    """A value on one line, cut to `LONGEST` characters."""
    text = value if isinstance(value, str) else READABLE.write(value)
    text = " ".join(text.split()) if text else '""'
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _backend(unit: Unit, applied: AppliedUnit) -> str:
    recorded: Any = applied.recipe.get("backend")
    if recorded is not None:
        before = state_place(Backend(recorded["kind"], recorded["config"]), unit.address)
        shared = Backend(unit.backend.kind, without_secrets(unit.backend.config))
        now = state_place(shared, unit.address)
        if before != now:
            return f"place of the state: {before} -> {now} (moved by `apply --move-state`)"
    return f"backend {unit.backend.kind} has other settings"


def _inputs(unit: Unit, found: Ingredients, applied: AppliedUnit, outputs: Outputs) -> Iterator[Reason]:
    keys = changed_keys(unit, applied)
    told: set[str] = set()
    for name in sorted(found.inputs.keys() | applied.inputs.keys()):
        before, now = applied.inputs.get(name), found.inputs.get(name)
        if before is not None and now is not None and before.digest in (now.digest, LOST_DIGEST):
            continue
        key = chosen_by(unit, name, keys, applied.recipe.get("outputs"))
        if key is not None:
            # One line of the cell has changed all these inputs: that line is told, once.
            if key.name not in told:
                yield Reason(ReasonKind.INPUT, str(key), unit.position, key.setting)
            told.add(key.name)
            continue
        moved = tuple(_moved_outputs(unit, name, applied, outputs)) if now else ()
        if moved:
            yield from moved
        else:
            yield from _input(unit, name, before, now)


def _moved_outputs(unit: Unit, name: str, applied: AppliedUnit, outputs: Outputs) -> Iterator[Reason]:
    taken = applied.recipe.get("outputs")
    for reference in references_in(unit.inputs[name].value):
        key = f"{reference.unit}.{reference.output}"
        now = outputs[reference.unit][reference.output].digest
        if isinstance(taken, dict) and key in taken and taken[key] != now:
            yield Reason(ReasonKind.OUTPUT, f"output {reference.unit}.{reference.output} (for {name})")


def _input(unit: Unit, name: str, before: AppliedInput | None, now: BoundInput | None) -> Iterator[Reason]:
    # If the variable is sensitive now, or was so before, neither value is shown.
    hidden = any(item is not None and item.sensitive for item in (before, now))
    if now is None:
        yield Reason(ReasonKind.INPUT, f"{name}: {_shown(before, hidden=hidden)} -> unset")
        return
    origin = unit.inputs[name].origin
    parts = () if before is None or hidden else tuple(_parts(before.value, now.value, ()))
    if parts and () not in (part.steps for part in parts):
        for part in parts[:_MOST_PARTS]:
            path = ".".join((name, *part.steps))
            traced = path if part.now is not None else ""
            yield Reason(
                ReasonKind.INPUT, f"{path}: {_change(part.before, part.now)}", origin.position, traced
            )
        if len(parts) > _MOST_PARTS:
            more = len(parts) - _MOST_PARTS
            said = f"{name}: {more} more {'part differs' if more == 1 else 'parts differ'}"
            yield Reason(ReasonKind.INPUT, said, origin.position)
        return
    traced = name if _has_reference(origin.value) else ""
    said = f"{_shown(before, hidden=hidden)} -> {_shown(now, hidden=hidden)}"
    if not hidden and before is not None:
        said = _change(_Side(before.value), _Side(now.value))
    yield Reason(ReasonKind.INPUT, f"{name}: {said}", origin.position, traced)


@dataclass(frozen=True, slots=True)
class _Side:
    """A value that is there."""

    value: Json


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a mapping that differs; a side is None where it is not there."""

    steps: tuple[str, ...]
    before: _Side | None
    now: _Side | None


def _parts(before: Json, now: Json, steps: tuple[str, ...]) -> Iterator[_Part]:
    """Give the parts that differ, as deep as both are mappings; the whole, without steps, if they are not."""
    if not (isinstance(before, Mapping) and isinstance(now, Mapping)):
        if before != now or type(before) is not type(now):
            yield _Part(steps, _Side(before), _Side(now))
        return
    for key in (*now, *(key for key in before if key not in now)):
        if key in before and key in now:
            yield from _parts(before[key], now[key], (*steps, key))
        else:
            old, new = (_Side(side[key]) if key in side else None for side in (before, now))
            yield _Part((*steps, key), old, new)


def _has_reference(written: Value) -> bool:
    """Tell whether a value refers to others as it is written."""
    if isinstance(written, str):
        return "${" in written
    if isinstance(written, Mapping):
        return any(map(_has_reference, written.values()))
    return isinstance(written, Sequence) and any(map(_has_reference, written))


def _change(before: _Side | None, now: _Side | None) -> str:
    was, becomes = ("unset" if side is None else brief(side.value) for side in (before, now))
    if before is None or now is None or was != becomes:
        return f"{was} -> {becomes}"
    # As JSON, where a text has quotes: 1 -> "1", and every blank is seen.
    was, becomes = READABLE.write(before.value), READABLE.write(now.value)
    start = next((at for at, (old, new) in enumerate(zip_longest(was, becomes)) if old != new), None)
    if start is None:
        return f"{brief(now.value)}, which was recorded in another form"
    return f"{_excerpt(was, start)} -> {_excerpt(becomes, start)}"


def _excerpt(text: str, start: int) -> str:
    """Cut `text` so that what begins at `start` is seen."""
    first = max(0, start - LONGEST // 2)
    end = first + LONGEST - 2
    return f"{'…' if first else ''}{text[first:end]}{'…' if end < len(text) else ''}"


def _shown(value: AppliedInput | BoundInput | None, *, hidden: bool) -> str:
    if value is None:
        return "unset"
    return "(sensitive)" if hidden else brief(value.value)
