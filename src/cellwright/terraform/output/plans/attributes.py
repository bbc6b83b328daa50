"""The changed attributes of one resource as text: secrets are masked, unknown values are marked."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cellwright.model.runs.plan import UNKNOWN, AttributeChange
from cellwright.model.text.json_text import READABLE
from cellwright.model.value import Json
from cellwright.terraform.output.plans.json_changes import ABSENT, json_changes, read_structure
from cellwright.terraform.output.redaction import MASK

_ABSENT = object()
_NOTHING = (None, _ABSENT)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a change, with what Terraform says about its parts (true, or a tree of the same shape)."""

    value: object
    sensitive: object
    unknown: object = None

    def part(self, key: str | int) -> "_Side":
        return _Side(
            _item(self.value, key, _ABSENT), _item(self.sensitive, key, None), _item(self.unknown, key, None)
        )

    def text(self) -> str:
        if self.sensitive is True:
            return MASK if self.unknown is True or self.value not in _NOTHING else ""
        if self.unknown is True:
            return UNKNOWN
        if self.value is _ABSENT:
            return "" if not _any(self.unknown) else self._mapping()
        if isinstance(self.value, Mapping):
            return self._mapping()
        if isinstance(self.value, Sequence) and not isinstance(self.value, str):
            return f"[{', '.join(self.part(index).text() for index in range(self._length()))}]"
        return READABLE.write(self.value)

    def keys(self) -> list[str]:
        """The names inside an object or map, unknown ones too."""
        known = self.value if isinstance(self.value, Mapping) else {}
        unknown = self.unknown if isinstance(self.unknown, Mapping) else {}
        return sorted({*known, *(key for key, mark in unknown.items() if _any(mark))})

    def _mapping(self) -> str:
        inside = ", ".join(f"{json.dumps(key)}: {self.part(key).text()}" for key in self.keys())
        return f"{{{inside}}}"

    def _length(self) -> int:
        return max(len(part) for part in (self.value, self.unknown, ()) if isinstance(part, Sequence))


def attribute_changes(
    change: Mapping[str, Any], readable: Callable[[str], bool] | None = None
) -> tuple[AttributeChange, ...]:
    """List the attributes that differ in one `change` of a plan's JSON, sorted by path.

    For a resource that is created or deleted, the attributes that are set. Otherwise objects, maps and lists
    of unchanged length are descended into; every other value is one text: JSON, or empty if there is none.
    Values that Terraform marks as sensitive are masked; a provider may repeat one elsewhere without the mark.
    A text that is JSON, such as a policy, is descended into as well, if `readable` says so of it.
    """
    before = _Side(_present(change.get("before")), change.get("before_sensitive"))
    after = _Side(_present(change.get("after")), change.get("after_sensitive"), change.get("after_unknown"))
    whole = before.value is _ABSENT or (after.value is _ABSENT and not _any(after.unknown))
    found: list[tuple[str, str, str]] = []
    for key in sorted({*before.keys(), *after.keys()}):
        sides = before.part(key), after.part(key)
        found.extend(_set_whole(key, *sides, readable) if whole else _walk(key, *sides, readable))
    return tuple(AttributeChange(path, old, new) for path, old, new in found)


def sensitive_values(change: Mapping[str, Any]) -> Iterator[Json]:
    """Yield every value in a `change` that Terraform marks as sensitive, in clear."""
    yield from _marked(change.get("before"), change.get("before_sensitive"))
    yield from _marked(change.get("after"), change.get("after_sensitive"))


def _marked(value: Any, mark: object) -> Iterator[Json]:  # noqa: ANN401  any JSON
    if mark is True:
        yield value
    elif isinstance(mark, Mapping):
        for key, inner in mark.items():
            yield from _marked(_item(value, key, None), inner)
    elif isinstance(mark, list):
        for index, inner in enumerate(mark):
            yield from _marked(_item(value, index, None), inner)


def _set_whole(
    path: str, before: _Side, after: _Side, readable: Callable[[str], bool] | None
) -> Iterator[tuple[str, str, str]]:
    written = json_sides(before, after, readable)
    if written is not None:
        yield from json_changes(path, *written)
        return
    texts = tuple("" if side.value is None else side.text() for side in (before, after))
    if any(texts):
        yield path, texts[0], texts[1]


def _walk(
    path: str, before: _Side, after: _Side, readable: Callable[[str], bool] | None
) -> Iterator[tuple[str, str, str]]:
    if after.unknown is not True and True not in (before.sensitive, after.sensitive):
        if same(before.value, after.value) and not _any(after.unknown):
            return
        written = json_sides(before, after, readable)
        if written is not None:
            # Two texts that say the same, written in another way, differ as texts.
            yield from tuple(json_changes(path, *written)) or ((path, before.text(), after.text()),)
            return
        steps = _steps(path, before, after)
        if steps is not None:
            for step, key in steps:
                yield from _walk(step, before.part(key), after.part(key), readable)
            return
    elif same(before.value, after.value) and not _any(after.unknown):
        return
    if before.value not in _NOTHING or after.value not in _NOTHING or _any(after.unknown):
        yield path, before.text(), after.text()


def json_sides(
    before: _Side, after: _Side, readable: Callable[[str], bool] | None
) -> tuple[object, object] | None:
    """Read both sides as JSON, if each is such a text or nothing; None if one may not be read so."""
    if readable is None or _any(after.unknown) or _any(before.sensitive) or _any(after.sensitive):
        return None
    texts = [side.value for side in (before, after) if side.value not in _NOTHING]
    if not texts or not all(isinstance(text, str) and readable(text) for text in texts):
        return None
    found = [
        ABSENT if side.value in _NOTHING else read_structure(str(side.value)) for side in (before, after)
    ]
    return None if None in found else (found[0], found[1])


def _steps(path: str, before: _Side, after: _Side) -> list[tuple[str, str | int]] | None:
    """The attributes and elements to descend into, if both sides have the same shape."""
    if isinstance(before.value, Mapping) and isinstance(after.value, Mapping):
        return [(f"{path}.{key}", key) for key in sorted({*before.keys(), *after.keys()})]
    if isinstance(before.value, list) and isinstance(after.value, list):
        length = len(before.value)
        if length and length == len(after.value):
            return [(f"{path}[{index}]", index) for index in range(length)]
    return None


def _present(value: object) -> object:
    return _ABSENT if value is None else value


def _item(container: object, key: str | int, otherwise: object) -> object:
    if container is True:
        return True
    if isinstance(container, Mapping):
        return container.get(key, otherwise)
    if isinstance(container, list) and isinstance(key, int) and key < len(container):
        return container[key]
    return otherwise


def same(before: object, after: object) -> bool:
    """Tell whether two values are equal as Terraform sees it; for Python `true` is 1."""
    if isinstance(before, bool) or isinstance(after, bool):
        return before is after
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return before.keys() == after.keys() and all(same(before[key], after[key]) for key in before)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(same, before, after))
    return before == after


def _any(mark: object) -> bool:
    """Tell whether anything in a tree of marks is true."""
    if isinstance(mark, Mapping):
        return any(map(_any, mark.values()))
    if isinstance(mark, list):
        return any(map(_any, mark))
    return mark is True
