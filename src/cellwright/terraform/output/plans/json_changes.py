"""What differs between two texts that are JSON, such as policies: each part with its path."""

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from cellwright.model.text.json_text import READABLE, read_json

ABSENT = object()
"""In place of a text that is not there."""
_LONGEST = 100_000
"""Characters of a text that is read; a longer one is compared as a text."""
_NAMES = ("Sid", "Id", "ID", "id", "name", "Name", "key", "Key")
"""Keys under which an element of a list has its name."""
_MOST = 500
"""Elements of a list that are compared one by one."""


def read_structure(text: str) -> object:
    """Read a text that is a JSON object or array, and not empty; None if it is anything else."""
    if len(text) > _LONGEST or text.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        found: object = read_json(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, Mapping | list) and found else None


def json_changes(path: str, before: object, after: object) -> Iterator[tuple[str, str, str]]:
    """Yield the path and both texts of each part that differs; of one that is not there the text is empty."""
    if _same(before, after):
        return
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        if all(isinstance(side, Mapping) or side is ABSENT for side in (before, after)):
            old, new = (side if isinstance(side, Mapping) else {} for side in (before, after))
            for key in sorted({*old, *new}):
                yield from json_changes(_step(path, key), old.get(key, ABSENT), new.get(key, ABSENT))
            return
    elif _is_list(before) and _is_list(after) and _worth_it(before) + _worth_it(after):
        yield from _elements(path, before, after)
        return
    yield path, _text(before), _text(after)


def _elements(path: str, before: object, after: object) -> Iterator[tuple[str, str, str]]:
    """Compare two lists by what they hold, so that an element that is put in does not shift the others."""
    old, new = (side if isinstance(side, list) else [] for side in (before, after))
    said = [[_text(item) for item in side] for side in (old, new)]
    matcher = SequenceMatcher(None, said[0], said[1], autojunk=False)
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        yield from _stretch(path, list(enumerate(old))[i:i_end], list(enumerate(new))[j:j_end])


_Numbered = list[tuple[int, object]]


def _stretch(path: str, old: _Numbered, new: _Numbered) -> Iterator[tuple[str, str, str]]:
    """Compare elements of which none is in both lists: those of one name first, the others in their order."""
    for at, item in new:
        name = _name(item)
        before = next((pair for pair in old if name is not None and _name(pair[1]) == name), None)
        if before is None and name is None:
            before = next((pair for pair in old if _name(pair[1]) is None), None)
        if before is not None:
            old.remove(before)
        yield from json_changes(f"{path}[{at}]", before[1] if before is not None else ABSENT, item)
    for at, item in old:
        yield from json_changes(f"{path}[{at}]", item, ABSENT)


def _name(item: object) -> str | None:
    """What an element is called, if it says so."""
    found = (item.get(key) for key in _NAMES) if isinstance(item, Mapping) else ()
    return next((name for name in found if isinstance(name, str)), None)


def _is_list(side: object) -> bool:
    return side is ABSENT or isinstance(side, list)


def _worth_it(side: object) -> bool:
    """Tell whether a list has parts of its own; one of names and numbers is one text."""
    items = side if isinstance(side, list) else []
    return len(items) <= _MOST and any(isinstance(item, Mapping | list) for item in items)


def _step(path: str, key: str) -> str:
    plain = key.replace("_", "").replace("-", "").isalnum()
    return f"{path}.{key}" if plain else f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def _same(before: object, after: object) -> bool:
    return before is not ABSENT and after is not ABSENT and _text(before) == _text(after)


def _text(value: object) -> str:
    return "" if value is ABSENT else READABLE.write(value)
